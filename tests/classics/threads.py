"""Classic bugs of threads."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["PROGRAMS"]


def run(*functions: Callable[[], object]) -> None:
    threads = [threading.Thread(target=function) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def bank_account() -> None:
    """Atomicity violation: a deposit and a withdrawal each read, compute and write."""
    account = SimpleNamespace(balance=100)

    def deposit() -> None:
        account.balance = account.balance + 50

    def withdraw() -> None:
        account.balance = account.balance - 30

    run(deposit, withdraw)
    assert account.balance == 120, account.balance


def transfer() -> None:
    """Atomicity violation: the sum of two accounts is read while money is on its way."""
    accounts = {"a": 100, "b": 0}
    lock = threading.Lock()
    seen = []

    def move() -> None:
        with lock:
            accounts["a"] -= 60
        with lock:
            accounts["b"] += 60

    def audit() -> None:
        with lock:
            seen.append(accounts["a"] + accounts["b"])

    run(audit, move)
    assert seen == [100], seen


def string_buffer() -> None:
    """Atomicity violation: the length is asked for, the buffer is cut, and then that many characters are copied."""
    buffer = SimpleNamespace(text="abc", lock=threading.Lock())

    def length() -> int:
        with buffer.lock:
            return len(buffer.text)

    def characters(count: int) -> list[str]:
        with buffer.lock:
            return [buffer.text[index] for index in range(count)]

    def copy() -> None:
        copied.extend(characters(length()))

    def cut() -> None:
        with buffer.lock:
            buffer.text = ""

    copied: list[str] = []
    failed = []

    def guarded_copy() -> None:
        try:
            copy()
        except IndexError:
            failed.append("copied more than there is")

    run(guarded_copy, cut)
    assert not failed, failed


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

    run(get, get)
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

    run(forward, backward)


def dining_philosophers() -> None:
    """Deadlock: four philosophers, each with the fork on the left in hand, wait for the one on the right."""
    forks = [threading.Lock() for _ in range(4)]

    def philosopher(seat: int) -> Callable[[], None]:
        def eat() -> None:
            with forks[seat]:
                with forks[(seat + 1) % 4]:
                    pass

        return eat

    run(*[philosopher(seat) for seat in range(4)])


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

    run(consumer, producer)


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

    run(producer, consumer, consumer)
    assert not empty, empty


def stack() -> None:
    """A stack of two fields: the top is raised and the element stored in two steps, under no common lock."""
    shared = SimpleNamespace(top=0)
    slots: list[int | None] = [None] * 4
    popped = []

    def push() -> None:
        for item in (1, 2):
            shared.top = shared.top + 1
            slots[shared.top] = item

    def pop() -> None:
        if shared.top > 0:
            popped.append(slots[shared.top])

    run(push, pop)
    assert None not in popped, popped


def ring_buffer() -> None:
    """A queue: two producers read the same tail, and one element overwrites the other."""
    queue = SimpleNamespace(tail=0)
    slots: list[int | None] = [None] * 4

    def put(first: int) -> Callable[[], None]:
        def work() -> None:
            for item in (first, first + 1):
                tail = queue.tail
                slots[tail] = item
                queue.tail = tail + 1

        return work

    run(put(1), put(3))
    assert None not in slots, slots


def wrong_lock() -> None:
    """Both sides lock, and not the same lock."""
    data = SimpleNamespace(value=0)
    mine, yours = threading.Lock(), threading.Lock()

    def increment(lock: threading.Lock) -> Callable[[], None]:
        def work() -> None:
            with lock:
                data.value += 1

        return work

    run(increment(mine), increment(mine), increment(yours))
    assert data.value == 3, data.value


def two_stages() -> None:
    """The second value is computed from the first under another lock: in between, the two do not belong together."""
    data = SimpleNamespace(first=0, second=0)
    one, two = threading.Lock(), threading.Lock()
    seen = []

    def write() -> None:
        with one:
            data.first = 1
        with two:
            data.second = data.first + 1

    def read() -> None:
        with one:
            first = data.first
        if first:
            with two:
                seen.append((first, data.second))

    run(read, write)
    assert (1, 0) not in seen, seen


def reorder() -> None:
    """Readers and writers: two values that belong together are set one after the other, by three writers."""
    pair = SimpleNamespace(a=0, b=0)
    seen = []

    def write() -> None:
        pair.a = 1
        pair.b = -1

    def check() -> None:
        seen.append((pair.a, pair.b))

    run(write, write, write, check)
    assert seen[0] in {(0, 0), (1, -1)}, seen


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

    run(request, stop)
    assert not wrong, wrong


def fibonacci() -> None:
    """Two sums that feed each other reach their greatest value only if the threads take turns at every step."""
    numbers = SimpleNamespace(i=1, j=1)

    def add_i() -> None:
        for _ in range(3):
            numbers.i = numbers.i + numbers.j

    def add_j() -> None:
        for _ in range(3):
            numbers.j = numbers.j + numbers.i

    run(add_i, add_j)
    assert max(numbers.i, numbers.j) < 21, numbers


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

    run(report, work)
    assert not wrong, wrong


PROGRAMS = (
    bank_account,
    transfer,
    string_buffer,
    use_before_initialisation,
    double_checked_singleton,
    abba_deadlock,
    dining_philosophers,
    lost_wake_up,
    if_instead_of_while,
    stack,
    ring_buffer,
    wrong_lock,
    two_stages,
    reorder,
    stop_while_in_use,
    fibonacci,
    late_report,
)
