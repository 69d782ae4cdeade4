"""What stands in ``queue`` behaves as documented, under every schedule that is tried."""

from __future__ import annotations

import queue
import threading
from typing import Any

import pytest

import harness
from tests.programs import Box, failure_of, in_threads, outcomes

KINDS = {
    queue.Queue: (2, 1, 3),
    queue.LifoQueue: (3, 1, 2),
    queue.PriorityQueue: (1, 2, 3),
    queue.SimpleQueue: (2, 1, 3),
}


@pytest.mark.parametrize("kind", KINDS)
def test_items_come_out_in_the_order_of_the_queue(kind: Any) -> None:
    def program() -> tuple[int, ...]:
        items = kind()
        for item in (2, 1, 3):
            items.put(item)
        return tuple(items.get() for _ in range(3))

    assert outcomes(program, schedules=2) == {KINDS[kind]}


@pytest.mark.parametrize("kind", KINDS)
def test_who_waits_for_an_item_gets_one(kind: Any) -> None:
    def program() -> tuple[int, ...]:
        items, got = kind(), []

        def get() -> None:
            got.append(items.get())

        def put() -> None:
            items.put(1)
            items.put(2)

        in_threads(get, put, get)
        assert items.empty()
        return tuple(sorted(got))

    assert outcomes(program) == {(1, 2)}


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_queue_is_waited_for_as_long_as_said(kind: Any) -> None:
    def program() -> str:
        items = kind()
        with pytest.raises(queue.Empty):
            items.get(timeout=5)
        with pytest.raises(queue.Empty):
            items.get_nowait()
        return "empty"

    assert outcomes(program, schedules=5) == {"empty"}


def test_a_full_queue_is_waited_for_as_long_as_said() -> None:
    def program() -> bool:
        items: queue.Queue[int] = queue.Queue(maxsize=1)
        items.put(1)
        with pytest.raises(queue.Full):
            items.put(2, timeout=5)
        with pytest.raises(queue.Full):
            items.put_nowait(2)
        in_threads(items.get, lambda: items.put(3))
        return items.full()

    assert outcomes(program, schedules=30) == {True}


def test_a_queue_is_joined_when_all_its_items_are_done() -> None:
    def program() -> int:
        items: queue.Queue[int] = queue.Queue()
        done = Box()

        def work() -> None:
            for _ in range(2):
                items.get()
                done.value += 1
                items.task_done()

        items.put(1)
        items.put(2)
        threading.Thread(target=work).start()
        items.join()
        return done.value

    assert outcomes(program) == {2}


def test_a_queue_whose_items_nobody_does_is_never_joined() -> None:
    def program() -> None:
        items: queue.Queue[int] = queue.Queue()
        items.put(1)
        items.join()

    assert failure_of(program, schedules=2).kind == "deadlock"


def test_a_getter_without_a_putter_is_a_deadlock_that_names_the_line() -> None:
    def program() -> None:
        items: queue.SimpleQueue[int] = queue.SimpleQueue()
        threading.Thread(target=items.get, name="getter").start()

    failure = failure_of(program, schedules=2)
    assert failure.kind == "deadlock"
    assert "getter waits for a SimpleQueue" in failure.message


@pytest.mark.parametrize("kind", [queue.Queue, queue.SimpleQueue])
def test_a_size_that_is_asked_for_meanwhile_is_that_before_or_after(kind: Any) -> None:
    def program() -> tuple[int, ...]:
        items, seen = kind(), []
        items.put(1)
        in_threads(lambda: items.put(2), lambda: seen.append(items.qsize()), items.get)
        return tuple(seen)

    assert outcomes(program, "exhaustive", 5_000) == {(0,), (1,), (2,)}


def test_a_simple_queue_has_a_class_for_each_order_of_its_puts_and_gets() -> None:
    def program() -> tuple[int, ...]:
        items: queue.SimpleQueue[int] = queue.SimpleQueue()
        got: list[int] = []
        in_threads(lambda: items.put(1), lambda: items.put(2), items.get, lambda: got.append(items.get()))
        return tuple(got)

    result = harness.explore(program, strategy="exhaustive")
    # put put get get, and put get put get; each with two orders of the puts and two of the gets
    assert (result.exhausted, result.classes, set(result.outcomes)) == (True, 8, {(1,), (2,)})


def test_what_goes_through_a_simple_queue_is_told_in_the_timeline() -> None:
    def program() -> None:
        items: queue.SimpleQueue[int] = queue.SimpleQueue()
        in_threads(lambda: items.put(1), lambda: items.put(2), lambda: items.get(), lambda: items.put(3))
        assert items.empty()

    text = str(failure_of(program, schedules=2))
    for said in ("items.put(1)", "items.put(2)", "items.put(3)", "items.get()"):
        assert said in text


def test_asking_whether_a_queue_is_empty_says_nothing_about_the_next_get() -> None:
    def program() -> None:
        items: queue.Queue[int] = queue.Queue()
        items.put(1)

        def take() -> None:
            if not items.empty():
                items.get_nowait()

        in_threads(take, take)

    failure = failure_of(program)
    assert (failure.kind, failure.message) == ("exception", "Empty: items.get_nowait()")


@pytest.mark.parametrize("strategy", ["random", "pct", "exhaustive"])
def test_a_producer_and_a_consumer_hand_everything_over(strategy: str) -> None:
    def program() -> tuple[int, ...]:
        items: queue.Queue[int | None] = queue.Queue(maxsize=1)
        got: list[int] = []

        def produce() -> None:
            for item in (1, 2, None):
                items.put(item)

        def consume() -> None:
            while (item := items.get()) is not None:
                got.append(item)

        in_threads(produce, consume)
        return tuple(got)

    assert outcomes(program, strategy) == {(1, 2)}
