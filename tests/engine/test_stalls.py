"""Time may pass while a thread could go on; schedules in which it does not stand still for long come first."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import harness
from tests.programs import Box, failure_of, in_threads


async def waits_for_a_task() -> None:
    event = asyncio.Event()
    waiter = asyncio.create_task(asyncio.wait_for(event.wait(), 60))
    await asyncio.sleep(1)
    event.set()
    await waiter


def waits_for_an_item() -> None:
    answers: queue.Queue[int] = queue.Queue()
    thread = threading.Thread(target=answers.put, args=(1,))
    thread.start()
    assert answers.get(timeout=60) == 1
    thread.join()


def waits_for_a_future() -> None:
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(int, "3").result(timeout=60) == 3


@pytest.mark.parametrize("program", [waits_for_a_task, waits_for_an_item, waits_for_a_future])
def test_a_guard_against_hangs_fires_only_in_a_stall_and_the_failure_says_so(program: Any) -> None:
    failure = failure_of(program)
    assert 59 <= failure.stall <= 61
    assert f"a stall of {failure.stall:.3g} s" in str(failure)


def test_what_needs_no_stall_is_found_first() -> None:
    def program() -> None:
        box = Box()

        def add() -> None:
            box.value += 1

        threads = [threading.Thread(target=add) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
            assert not thread.is_alive(), "it hangs"
        assert box.value == 2, "an update was lost"

    for seed in range(5):
        failure = failure_of(program, seed=seed)
        assert "an update was lost" in failure.message
        assert failure.stall == 0


def test_a_deadline_that_is_near_may_pass_while_a_thread_could_go_on() -> None:
    def program() -> bool:
        done = threading.Event()
        thread = threading.Thread(target=done.set)
        thread.start()
        in_time = done.wait(timeout=1)
        thread.join()
        return in_time

    assert set(harness.explore(program).outcomes) == {True, False}


def test_a_deadline_that_is_far_passes_if_no_thread_can_go_on() -> None:
    def program() -> bool:
        return threading.Event().wait(timeout=10**9)

    result = harness.explore(program)
    assert (result.verdict, set(result.outcomes)) == ("proved", {False})


def test_a_proof_covers_stalls_too() -> None:
    def program() -> bool:
        done = threading.Event()
        thread = threading.Thread(target=done.set)
        thread.start()
        in_time = done.wait(timeout=60)
        thread.join()
        return in_time

    result = harness.explore(program, strategy="exhaustive")
    assert (result.verdict, set(result.outcomes)) == ("proved", {True, False})


def test_a_thread_that_polls_until_it_is_stopped_is_no_livelock() -> None:
    def program() -> None:
        stop, done = threading.Event(), []

        def poll() -> None:
            while not stop.wait(0.05):
                done.append(1)

        thread = threading.Thread(target=poll)
        thread.start()
        time.sleep(0.12)
        stop.set()
        thread.join()

    result = harness.explore(program, schedules=300)
    assert result.failure is None, str(result.failure)


def test_a_token_with_a_stall_is_replayed() -> None:
    failure = failure_of(waits_for_an_item)
    again = harness.replay(waits_for_an_item, failure.token).failure
    assert again is not None
    assert (again.kind, again.place, again.stall) == (failure.kind, failure.place, failure.stall)


def test_threads_that_only_pass_the_turn_are_not_stalled() -> None:
    def program() -> None:
        box = Box()

        def add() -> None:
            time.sleep(0.1)
            box.value += 1

        in_threads(add, add)

    result = harness.explore(program, stop_on_failure=False, schedules=50)
    assert all(failure.stall == 0 for failure in result.distinct_failures)
