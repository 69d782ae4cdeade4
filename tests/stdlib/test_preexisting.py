"""Locks and their kin that exist before the run count too, and are afterwards what they were before."""

from __future__ import annotations

import queue
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import harness
from tests.programs import Box, failure_of, in_threads, outcomes

LOCK, RLOCK = threading.Lock(), threading.RLock()
CONDITION, CONDITION_ON_LOCK = threading.Condition(), threading.Condition(LOCK)
SEMAPHORE, BOUNDED = threading.Semaphore(1), threading.BoundedSemaphore(1)
EVENT = threading.Event()
BARRIER = threading.Barrier(2)
QUEUE: queue.Queue[int] = queue.Queue()
SIMPLE: queue.SimpleQueue[int] = queue.SimpleQueue()
LOCAL = threading.local()
LOCAL.value = "main"


class Service:
    lock = threading.RLock()

    def __init__(self) -> None:
        self.own = threading.Lock()
        self.guarded = threading.Condition(self.own)


SERVICE = Service()

EXCLUDING = {
    "a lock": LOCK,
    "an rlock": RLOCK,
    "a condition": CONDITION,
    "a condition on a lock": CONDITION_ON_LOCK,
    "a semaphore": SEMAPHORE,
    "a bounded semaphore": BOUNDED,
    "a lock of a class": Service.lock,
    "a lock of an object": SERVICE.own,
}


def adds(guard: Any) -> Any:
    def program() -> int:
        box = Box()

        def add() -> None:
            with guard:
                box.value += 1

        in_threads(add, add)
        return box.value

    return program


@pytest.mark.parametrize("kind", EXCLUDING)
def test_excludes_as_one_made_in_the_run_does(kind: str) -> None:
    assert harness.explore(adds(EXCLUDING[kind]), strategy="exhaustive").verdict == "proved"
    assert outcomes(adds(EXCLUDING[kind]), "exhaustive") == {2}


@pytest.mark.parametrize("kind", EXCLUDING)
def test_an_execution_that_is_cut_off_while_somebody_has_it_leaves_it_free_for_the_next(kind: str) -> None:
    guard = EXCLUDING[kind]

    def program() -> None:
        acquired = guard.acquire()
        assert acquired
        box = Box()
        in_threads(lambda: setattr(box, "value", box.value + 1), lambda: setattr(box, "value", box.value + 1))
        assert box.value == 2
        guard.release()

    result = harness.explore(program, strategy="random", schedules=100, stop_on_failure=False)
    assert {failure.kind for failure in result.distinct_failures} == {"assertion"}
    assert 0 < result.failures < 100
    assert guard.acquire(blocking=False)
    guard.release()


def test_names_bound_to_methods_before_are_controlled_too() -> None:
    def program() -> int:
        box = Box()

        def add() -> None:
            ACQUIRE()
            box.value += 1
            LOCK.release()

        in_threads(add, add)
        return box.value

    assert outcomes(program) == {2}


ACQUIRE = LOCK.acquire


def test_a_lock_that_is_taken_before_the_run_is_taken_in_it() -> None:
    with LOCK:
        failure = failure_of(adds(LOCK), schedules=2)
    assert failure.kind == "deadlock"
    with RLOCK:
        assert failure_of(adds(RLOCK), schedules=2).kind == "deadlock"

    def main_thread_has_it() -> bool:
        return RLOCK.acquire(blocking=False)

    with RLOCK:
        assert outcomes(main_thread_has_it, schedules=2) == {True}


def test_an_event_begins_each_execution_as_it_was() -> None:
    def program() -> bool:
        before = EVENT.is_set()
        EVENT.set()
        return before

    assert outcomes(program, schedules=5) == {False}
    assert not EVENT.is_set()


def test_a_semaphore_begins_each_execution_as_it_was() -> None:
    def program() -> bool:
        return SEMAPHORE.acquire(blocking=False)

    assert outcomes(program, schedules=5) == {True}
    assert SEMAPHORE.acquire(blocking=False)
    SEMAPHORE.release()


def test_a_barrier_gathers_and_is_afterwards_empty() -> None:
    def program() -> tuple[int, ...]:
        numbers: list[int] = []
        in_threads(lambda: numbers.append(BARRIER.wait()), lambda: numbers.append(BARRIER.wait()))
        return tuple(sorted(numbers))

    assert outcomes(program, schedules=30) == {(0, 1)}
    assert BARRIER.n_waiting == 0


@pytest.mark.parametrize("items", [QUEUE, SIMPLE])
def test_a_queue_hands_over_and_is_afterwards_as_empty_as_before(items: Any) -> None:
    def program() -> int:
        got: list[int] = []
        in_threads(lambda: got.append(items.get()), lambda: items.put(1))
        items.put(2)
        return got[0]

    assert outcomes(program, schedules=30) == {1}
    assert items.empty()


def test_a_condition_wakes_who_waits() -> None:
    def program() -> bool:
        box = Box()

        def set_it() -> None:
            with CONDITION:
                box.value = 1
                CONDITION.notify()

        thread = threading.Thread(target=set_it)
        thread.start()
        with CONDITION:
            seen = CONDITION.wait_for(lambda: box.value == 1)
        thread.join()
        return seen

    assert outcomes(program, schedules=30) == {True}


def test_a_local_keeps_its_value_for_the_main_thread_alone() -> None:
    def program() -> tuple[Any, ...]:
        seen = [LOCAL.value]
        in_threads(lambda: seen.append(getattr(LOCAL, "value", None)))
        LOCAL.value = "changed"
        return tuple(seen)

    assert outcomes(program, schedules=5) == {("main", None)}
    assert LOCAL.value == "main"


def test_a_pool_from_before_runs_under_control() -> None:
    pool = ThreadPoolExecutor(2)
    cell: list[ThreadPoolExecutor] = [pool]

    def program() -> int:
        box = Box()

        def add() -> None:
            box.value += 1

        futures = [cell[0].submit(add) for _ in range(2)]
        for future in futures:
            future.result()
        return box.value

    assert outcomes(program, schedules=2000) == {1, 2}
    assert pool.submit(pow, 2, 3).result() == 8
    pool.shutdown()


def test_two_locks_from_before_can_deadlock() -> None:
    other = SERVICE.own

    def program() -> None:
        def forwards() -> None:
            with LOCK, other:
                pass

        def backwards() -> None:
            with other, LOCK:
                pass

        in_threads(forwards, backwards)

    failure = failure_of(program)
    assert failure.kind == "deadlock"
    assert "backwards holds it" in failure.message
