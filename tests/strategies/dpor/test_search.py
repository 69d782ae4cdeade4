"""The exhaustive search: how many classes it executes, and that it misses no behaviour."""

from __future__ import annotations

import asyncio
import queue
import threading
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import harness
from harness.strategies.dpor.search import ExhaustiveStrategy
from harness.strategies.pct import PctStrategy
from harness.strategies.random import RandomStrategy


class Shared:
    pass


def in_parallel(*functions: Any) -> None:
    threads = [threading.Thread(target=function) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def readers(count: int) -> Any:
    def program() -> None:
        shared = Shared()
        shared.x = 0

        def write() -> None:
            shared.x = 1

        in_parallel(write, *[lambda: shared.x] * count)

    return program


def writers(count: int) -> Any:
    def program() -> int:
        shared = Shared()
        shared.x = 0

        def writer(value: int) -> Any:
            def write() -> None:
                shared.x = value

            return write

        in_parallel(*[writer(number) for number in range(count)])
        return shared.x

    return program


def disjoint(count: int) -> Any:
    def program() -> None:
        def worker(mine: Any) -> Any:
            def work() -> None:
                mine.x = 1
                mine.x += 1

            return work

        in_parallel(*[worker(Shared()) for _ in range(count)])

    return program


def increments(threads: int, times: int, locked: bool = False) -> Any:
    def program() -> int:
        shared = Shared()
        shared.x = 0
        lock = threading.Lock()

        def work() -> None:
            for _ in range(times):
                if locked:
                    with lock:
                        shared.x += 1
                else:
                    shared.x += 1

        in_parallel(*[work] * threads)
        return shared.x

    return program


@pytest.mark.parametrize(
    ("program", "classes"),
    [
        (readers(1), 2),
        (readers(3), 8),
        (readers(5), 32),
        (writers(2), 2),
        (writers(3), 6),
        (writers(4), 24),
        (disjoint(3), 1),
        (increments(2, 1), 4),
        (increments(2, 2), 34),
        (increments(3, 1), 36),
        (increments(2, 1, locked=True), 2),
        (increments(3, 1, locked=True), 6),
        (increments(4, 1, locked=True), 24),
    ],
)
def test_executes_each_class_exactly_once(program: Any, classes: int) -> None:
    result = harness.explore(program, strategy="exhaustive", schedules=1000)
    assert result.exhausted
    assert result.verdict == "proved"
    assert result.schedules == result.classes == classes


def test_lists_every_outcome_of_unlocked_increments() -> None:
    result = harness.explore(increments(3, 1), strategy="exhaustive", schedules=1000)
    assert set(result.outcomes) == {1, 2, 3}


def test_a_search_cut_short_is_no_proof() -> None:
    result = harness.explore(increments(3, 1), strategy="exhaustive", schedules=10)
    assert result.verdict == "not found"
    assert not result.exhausted


def test_a_spin_wait_ends_and_is_no_proof() -> None:
    def program() -> None:
        shared = Shared()
        shared.ready = False

        def wait() -> None:
            while not shared.ready:
                pass

        def announce() -> None:
            shared.ready = True

        in_parallel(wait, announce)

    result = harness.explore(program, strategy="exhaustive", schedules=200)
    assert result.ok
    assert result.verdict == "not found"


@pytest.mark.parametrize("kind", [threading.Lock, threading.RLock, threading.Semaphore, threading.Condition])
def test_explores_the_order_in_which_a_lock_is_taken(kind: Any) -> None:
    def program() -> None:
        lock = kind()
        shared = Shared()
        shared.item = None
        seen = []

        def publish() -> None:
            with lock:
                shared.item = 1

        def consume() -> None:
            with lock:
                seen.append(shared.item)

        in_parallel(publish, consume)
        assert seen == [1]

    assert harness.explore(program, strategy="exhaustive").verdict == "failed"


def test_finds_the_deadlock_of_two_locks_taken_in_two_orders() -> None:
    def program() -> None:
        one, other = threading.Lock(), threading.Lock()

        def forwards() -> None:
            with one, other:
                pass

        def backwards() -> None:
            with other, one:
                pass

        in_parallel(forwards, backwards)

    result = harness.explore(program, strategy="exhaustive", stop_on_failure=False)
    assert result.exhausted
    assert [failure.kind for failure in result.distinct_failures] == ["deadlock"]


def test_a_cancelled_timer_could_have_fired() -> None:
    async def program() -> str:
        try:
            async with asyncio.timeout(0.002):
                await asyncio.sleep(0.001)
        except TimeoutError:
            return "late"
        return "in time"

    result = harness.explore(program, strategy="exhaustive")
    assert set(result.outcomes) == {"late", "in time"}


def test_auto_proves_a_small_program() -> None:
    result = harness.explore(increments(2, 1, locked=True))
    assert result.verdict == "proved"
    assert result.classes == 2


THREAD_STEPS = ["read", "write", "add", "locked add", "try", "set", "is set", "timed wait", "clear", "put", "get"]


def run_step(step: str, log: list[Any], shared: Any) -> None:
    if step == "read":
        log.append(shared.x)
    elif step == "write":
        shared.x = 7
    elif step == "add":
        shared.x += 1
    elif step == "locked add":
        with shared.lock:
            shared.x += 1
    elif step == "try":
        taken = shared.lock.acquire(blocking=False)
        log.append(taken)
        if taken:
            shared.lock.release()
    elif step == "set":
        shared.event.set()
    elif step == "is set":
        log.append(shared.event.is_set())
    elif step == "timed wait":
        log.append(shared.event.wait(0.1))
    elif step == "clear":
        shared.event.clear()
    elif step == "put":
        shared.queue.put(1)
    elif step == "get":
        try:
            log.append(shared.queue.get_nowait())
        except queue.Empty:
            log.append("empty")


async def run_task_step(step: str, log: list[Any], shared: Any) -> None:
    if step == "read":
        log.append(shared.x)
    elif step == "write":
        shared.x = 5
    elif step == "stale add":
        seen = shared.x
        await asyncio.sleep(0.001)
        shared.x = seen + 1
    elif step == "locked stale add":
        async with shared.task_lock:
            seen = shared.x
            await asyncio.sleep(0)
            shared.x = seen + 1
    elif step == "sleep":
        await asyncio.sleep(0.002)
    elif step == "timeout":
        try:
            async with asyncio.timeout(0.0015):
                await asyncio.sleep(0.001)
            log.append("in time")
        except TimeoutError:
            log.append("late")


def threads_program(steps: list[list[str]]) -> Any:
    def program() -> Any:
        shared = SimpleNamespace(x=0, lock=threading.Lock(), event=threading.Event(), queue=queue.Queue())
        logs: list[list[Any]] = [[] for _ in steps]

        def worker(mine: list[str], log: list[Any]) -> Any:
            def work() -> None:
                for step in mine:
                    run_step(step, log, shared)

            return work

        in_parallel(*[worker(mine, log) for mine, log in zip(steps, logs, strict=True)])
        return shared.x, tuple(map(tuple, logs))

    return program


def tasks_program(steps: list[list[str]], thread: list[str]) -> Any:
    def program() -> Any:
        shared = SimpleNamespace(x=0, lock=threading.Lock())
        logs: list[list[Any]] = [[] for _ in range(len(steps) + 1)]

        async def task(mine: list[str], log: list[Any]) -> None:
            for step in mine:
                await run_task_step(step, log, shared)

        async def main() -> None:
            shared.task_lock = asyncio.Lock()
            await asyncio.gather(*[task(mine, log) for mine, log in zip(steps, logs, strict=False)])

        def work() -> None:
            for step in thread:
                run_step(step, logs[-1], shared)

        worker = threading.Thread(target=work)
        worker.start()
        asyncio.run(main())
        worker.join()
        return shared.x, tuple(map(tuple, logs))

    return program


def assert_nothing_sampled_is_missing(program: Any) -> None:
    """What random sampling shows is among what the search lists, if it came to its end."""
    search = ExhaustiveStrategy()
    listed = harness.explore(program, strategy=search, schedules=1500)
    for sampler in (RandomStrategy(1), PctStrategy(1)):
        sampled = harness.explore(program, strategy=sampler, schedules=60)
        if listed.exhausted:
            assert set(sampled.outcomes) <= set(listed.outcomes)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.lists(st.lists(st.sampled_from(THREAD_STEPS), min_size=1, max_size=3), min_size=2, max_size=3))
def test_misses_no_behaviour_of_threads(steps: list[list[str]]) -> None:
    assert_nothing_sampled_is_missing(threads_program(steps))


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    st.lists(
        st.lists(
            st.sampled_from(["read", "write", "stale add", "locked stale add", "sleep", "timeout"]),
            min_size=1,
            max_size=2,
        ),
        min_size=1,
        max_size=2,
    ),
    st.lists(st.sampled_from(["read", "add", "locked add"]), max_size=2),
)
def test_misses_no_behaviour_of_tasks_beside_a_thread(steps: list[list[str]], thread: list[str]) -> None:
    assert_nothing_sampled_is_missing(tasks_program(steps, thread))
