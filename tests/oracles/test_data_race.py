"""A data race: two accesses, one of them a write, that nothing orders. What orders them is no race."""

from __future__ import annotations

import asyncio
import queue
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, settings

import harness
from harness.model.event import SIZE, WHOLE, History
from harness.model.kind import Kind
from harness.oracles import find_data_race
from tests.programs import Box, in_threads
from tests.timeline.made import events, happens_before, history, made


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("0 writes x, 1 writes x", (0, 1)),
        ("0 reads x, 1 writes x", (0, 1)),
        ("0 writes x, 1 reads x", (0, 1)),
        ("0 reads x, 1 reads x", None),
        ("0 writes x, 1 writes y", None),
        ("0 writes x, 0 reads x", None),
        ("0 writes x, 0 releases l, 1 acquires l, 1 writes x", None),
        ("0 releases l, 0 writes x, 1 acquires l, 1 writes x", (1, 3)),
        ("0 reads x, 1 reads x, 0 releases l, 1 acquires l, 2 writes x", (0, 4)),
        ("0 writes x, 0 releases l, 1 acquires l, 1 releases l, 2 acquires l, 2 reads x", None),
    ],
)
def test_is_found_where_it_is(text: str, found: tuple[int, int] | None) -> None:
    assert find_data_race(made(text)) == found


def conflict(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """As ``instrument/containers.py`` puts it: the same key, or WHOLE, or SIZE against RESIZE."""
    if one[0] == other[0] or one[1] > 2 or other[1] > 2 or one[2] != other[2]:
        return False
    if one[1] == other[1] == Kind.READ:
        return False
    if one[3] == other[3] or WHOLE in (one[3], other[3]):
        return True
    return (one[3] is SIZE and other[1] == Kind.RESIZE) or (other[3] is SIZE and one[1] == Kind.RESIZE)


def races(past: History) -> set[tuple[int, int]]:
    before = happens_before(past)
    return {
        (earlier, later)
        for later in range(len(past))
        for earlier in range(later)
        if conflict(past.events[earlier], past.events[later]) and earlier not in before[later]
    }


@settings(max_examples=500, deadline=None)
@given(events)
def test_one_is_found_exactly_if_there_is_one(found: list[Any]) -> None:
    past = history(found)
    race = find_data_race(past)
    assert (race is not None) == bool(races(past))
    assert race is None or race in races(past)


def started_and_joined(box: Box) -> None:
    box.value += 1
    in_threads(lambda: setattr(box, "value", 2))
    box.value += 1


def under_a_lock(box: Box) -> None:
    lock = threading.Lock()

    def add() -> None:
        with lock:
            box.value += 1

    in_threads(add, add)


def under_an_rlock(box: Box) -> None:
    lock = threading.RLock()

    def add() -> None:
        with lock, lock:
            box.value += 1

    in_threads(add, add)


def under_a_semaphore(box: Box) -> None:
    semaphore = threading.Semaphore(1)

    def add() -> None:
        with semaphore:
            box.value += 1

    in_threads(add, add)


def with_a_lock_that_was_only_tried(box: Box) -> None:
    lock = threading.Lock()

    def add() -> None:
        if lock.acquire(blocking=False):
            box.value += 1
            lock.release()

    in_threads(add, add)


def through_a_queue(box: Box) -> None:
    boxes: queue.Queue[Box] = queue.Queue()

    def make() -> None:
        box.value = 1
        boxes.put(box)

    def use() -> None:
        boxes.get().value += 1

    in_threads(make, use)


def through_a_simple_queue(box: Box) -> None:
    boxes: queue.SimpleQueue[Box] = queue.SimpleQueue()

    def make() -> None:
        box.value = 1
        boxes.put(box)

    def use() -> None:
        boxes.get().value += 1

    in_threads(make, use)


def after_an_event(box: Box) -> None:
    event = threading.Event()

    def make() -> None:
        box.value = 1
        event.set()

    def use() -> None:
        event.wait()
        box.value += 1

    def look() -> None:
        if event.is_set():
            assert box.value

    in_threads(make, use)
    in_threads(look)


def on_a_condition(box: Box) -> None:
    condition = threading.Condition()

    def make() -> None:
        with condition:
            box.value = 1
            condition.notify()

    def use() -> None:
        with condition:
            condition.wait_for(lambda: box.value)
        box.other = box.value

    in_threads(make, use)


def at_a_barrier(box: Box) -> None:
    barrier = threading.Barrier(2)

    def first() -> None:
        box.value = 1
        barrier.wait()

    def second() -> None:
        barrier.wait()
        box.value = 2

    in_threads(first, second)


def in_a_pool(box: Box) -> None:
    def add() -> int:
        box.value += 1
        return 1

    with ThreadPoolExecutor(2) as pool:
        box.value += 1
        box.value += pool.submit(add).result()


def called_in_the_loop(box: Box) -> None:
    async def main() -> None:
        loop, done = asyncio.get_running_loop(), asyncio.Event()

        def use() -> None:
            box.value += 1
            done.set()

        def work() -> None:
            box.value += 1
            loop.call_soon_threadsafe(use)

        threading.Thread(target=work).start()
        await done.wait()
        await asyncio.to_thread(lambda: setattr(box, "value", 3))
        box.value += 1

    asyncio.run(main())


def seen_to_be_over(box: Box) -> None:
    thread = threading.Thread(target=lambda: setattr(box, "value", 1))
    thread.start()
    if not thread.is_alive():
        box.value += 1
    thread.join(timeout=1)
    if not thread.is_alive():
        box.value += 1


ORDERED = [
    started_and_joined, under_a_lock, under_an_rlock, under_a_semaphore, with_a_lock_that_was_only_tried,
    through_a_queue, through_a_simple_queue, after_an_event, on_a_condition, at_a_barrier, in_a_pool,
    called_in_the_loop, seen_to_be_over,
]  # fmt: skip


@pytest.mark.parametrize("use", ORDERED, ids=lambda use: use.__name__)
def test_is_none_where_accesses_are_ordered(use: Any) -> None:
    for strategy in ("random", "pct"):
        result = harness.explore(lambda: use(Box()), strategy=strategy, schedules=60, detect=("data-race",))
        assert result.ok, str(result.failure)


def test_is_found_in_an_execution_in_which_it_did_no_harm() -> None:
    def program() -> None:
        box = Box()
        in_threads(lambda: setattr(box, "value", 1), lambda: setattr(box, "value", 1))

    failure = harness.explore(program, strategy="random", schedules=1, detect=("data-race",)).failure
    assert failure is not None
    assert failure.kind == "data-race"


def test_tasks_of_one_loop_do_not_race() -> None:
    async def program() -> None:
        box = Box()

        async def add() -> None:
            seen = box.value
            await asyncio.sleep(0)
            box.value = seen + 1

        await asyncio.gather(add(), add())

    assert harness.explore(program, detect=("data-race",)).ok


def test_walking_over_a_dictionary_races_with_a_new_item_in_it() -> None:
    def program() -> None:
        jobs: dict[str, int] = {}
        in_threads(lambda: jobs.update(a=1), lambda: list(jobs.values()))

    def by_key() -> None:
        jobs: dict[str, int] = {}

        def add() -> None:
            jobs["a"] = 1

        in_threads(add, lambda: [key for key in jobs])  # noqa: C416

    for each in (program, by_key):
        failure = harness.explore(each, detect=("data-race",)).failure
        assert failure is not None
        assert failure.kind == "data-race"
