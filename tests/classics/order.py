"""Threads: order violations, deadlocks and lost wake-ups."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING

from tests.programs import in_threads

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["PROGRAMS"]


def use_before_initialisation() -> None:
    """Order violation: the worker is started before what it needs is there."""
    service = SimpleNamespace(config=None)
    seen = []

    def worker() -> None:
        seen.append(service.config)

    thread = threading.Thread(target=worker)
    thread.start()
    service.config = {"retries": 3}
    thread.join()
    assert seen == [{"retries": 3}], seen


def double_checked_singleton() -> None:
    """Lazy initialisation: the instance can be seen before its fields are filled in."""
    cache = SimpleNamespace(instance=None)
    lock = threading.Lock()
    seen = []

    def get() -> None:
        if cache.instance is None:
            with lock:
                if cache.instance is None:
                    instance = SimpleNamespace(ready=False)
                    cache.instance = instance
                    instance.ready = True
        seen.append(cache.instance.ready)

    in_threads(get, get)
    assert all(seen), seen


def abba_deadlock() -> None:
    """Deadlock: two locks, taken in opposite orders."""
    first, second = threading.Lock(), threading.Lock()

    def forward() -> None:
        with first:
            with second:
                pass

    def backward() -> None:
        with second:
            with first:
                pass

    in_threads(forward, backward)


def dining_philosophers() -> None:
    """Deadlock: four philosophers, each with the fork on the left in hand, wait for the one on the right."""
    forks = [threading.Lock() for _ in range(4)]

    def philosopher(seat: int) -> Callable[[], None]:
        def eat() -> None:
            with forks[seat]:
                with forks[(seat + 1) % 4]:
                    pass

        return eat

    in_threads(*[philosopher(seat) for seat in range(4)])


def lost_wake_up() -> None:
    """The flag is looked at outside the lock: the notification comes between the look and the wait."""
    box = SimpleNamespace(full=False)
    changed = threading.Condition()

    def consumer() -> None:
        if not box.full:
            with changed:
                changed.wait()

    def producer() -> None:
        with changed:
            box.full = True
            changed.notify()

    in_threads(consumer, producer)


def if_instead_of_while() -> None:
    """Producer and consumer: who wakes up does not look again, and another consumer has been faster."""
    items: list[str] = []
    changed = threading.Condition()
    empty = []

    def consumer() -> None:
        with changed:
            if not items:
                changed.wait(timeout=60)
            if items:
                items.pop()
            else:
                empty.append("woken up for nothing")

    def producer() -> None:
        for item in ("one", "two"):
            with changed:
                items.append(item)
                changed.notify()

    in_threads(producer, consumer, consumer)
    assert not empty, empty


def stop_while_in_use() -> None:
    """A driver is stopped between a request's look at the flag and its entry."""
    device = SimpleNamespace(stopping=False, users=1, stopped=False)
    lock = threading.Lock()
    wrong = []

    def leave() -> None:
        with lock:
            device.users -= 1
            if not device.users:
                device.stopped = True

    def request() -> None:
        if not device.stopping:
            with lock:
                device.users += 1
            if device.stopped:
                wrong.append("used after it was stopped")
            leave()

    def stop() -> None:
        device.stopping = True
        leave()

    in_threads(request, stop)
    assert not wrong, wrong


def late_report() -> None:
    """One short thread must come after all of a long one's steps but the last."""
    job = SimpleNamespace(progress=0, closed=False)
    wrong = []

    def work() -> None:
        for _ in range(8):
            job.progress = job.progress + 1
        job.closed = True

    def report() -> None:
        if job.progress == 8 and not job.closed:
            wrong.append("complete and still open")

    in_threads(report, work)
    assert not wrong, wrong


PROGRAMS = {
    use_before_initialisation: "assertion",
    double_checked_singleton: "assertion",
    abba_deadlock: "deadlock",
    dining_philosophers: "deadlock",
    lost_wake_up: "deadlock",
    if_instead_of_while: "assertion",
    stop_while_in_use: "assertion",
    late_report: "assertion",
}
