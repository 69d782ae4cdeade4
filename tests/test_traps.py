"""Mistakes that tools of this kind make. Each is a program that such a tool judges wrongly."""

from __future__ import annotations

import asyncio
import threading
import time
from threading import Event, Lock, Thread
from time import monotonic, sleep
from typing import Any

import pytest

import harness

LOCK_FROM_BEFORE = threading.Lock()
RLOCK_FROM_BEFORE = threading.RLock()


class Counter:
    def __init__(self) -> None:
        self.value = 0

    def add(self) -> None:
        self.value += 1


def run_threads(*functions: Any) -> None:
    threads = [Thread(target=function) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_thread_started_inside_a_loop_is_controlled() -> None:
    async def program() -> None:
        counter = Counter()
        thread = Thread(target=counter.add)
        thread.start()
        counter.add()
        await asyncio.to_thread(thread.join)
        assert counter.value == 2

    assert harness.explore(program).verdict == "failed"


def test_a_line_is_not_atomic_and_a_threads_job_is_not_one_step() -> None:
    def program() -> int:
        counter = Counter()
        run_threads(counter.add, counter.add)
        return counter.value

    assert set(harness.explore(program, strategy="exhaustive").outcomes) == {1, 2}


def test_asyncio_run_inside_the_program_works() -> None:
    def program() -> str:
        async def main() -> str:
            await asyncio.sleep(10)
            return "done"

        return asyncio.run(main())

    assert set(harness.explore(program, schedules=20).outcomes) == {"done"}


def test_names_bound_before_are_controlled() -> None:
    def program() -> float:
        lock, event = Lock(), Event()
        began = monotonic()

        def work() -> None:
            with lock:
                sleep(3600)
                event.set()

        thread = Thread(target=work)
        thread.start()
        event.wait()
        thread.join()
        return round(monotonic() - began)

    result = harness.explore(program, schedules=50)
    assert set(result.outcomes) == {3600}
    assert result.seconds < 60


@pytest.mark.parametrize("lock", [LOCK_FROM_BEFORE, RLOCK_FROM_BEFORE])
def test_locks_made_before_the_run_exclude(lock: Any) -> None:
    def program() -> None:
        counter = Counter()

        def work() -> None:
            with lock:
                counter.add()

        run_threads(work, work)
        assert counter.value == 2

    assert harness.explore(program).verdict == "proved"


def order_of_callbacks() -> None:
    async def main() -> list[int]:
        order: list[int] = []
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        for number in range(3):
            loop.call_soon(order.append, number)
            future.add_done_callback(lambda _, number=number: order.append(10 + number))
        future.set_result(None)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return order

    assert asyncio.run(main()) == [0, 1, 2, 10, 11, 12]


def test_ready_callbacks_and_done_callbacks_keep_their_order() -> None:
    assert harness.explore(order_of_callbacks, schedules=200).ok


def test_another_order_of_ready_callbacks_is_tried_only_on_demand() -> None:
    assert harness.explore(order_of_callbacks, schedules=200, order="any").verdict == "failed"


def test_starting_and_joining_a_thread_orders_accesses() -> None:
    def program() -> int:
        counter = Counter()
        counter.add()
        run_threads(counter.add)
        counter.add()
        return counter.value

    assert harness.explore(program, strategy="exhaustive", detect=("data-race", "lost-update")).verdict == "proved"


def test_an_unordered_access_is_a_data_race() -> None:
    def program() -> None:
        counter = Counter()
        run_threads(counter.add, counter.add)

    assert harness.explore(program, detect=("data-race",)).failure.kind == "data-race"


def test_a_spin_wait_that_somebody_ends_is_no_failure() -> None:
    def program() -> None:
        counter = Counter()

        def wait() -> None:
            while counter.value == 0:
                pass

        run_threads(wait, counter.add)

    for strategy in ("random", "pct"):
        assert harness.explore(program, strategy=strategy, schedules=50).ok


def test_a_spin_wait_that_nobody_ends_is_a_livelock() -> None:
    def program() -> None:
        counter = Counter()
        while counter.value == 0:
            pass

    assert harness.explore(program, max_steps=2000).failure.kind == "livelock"


def test_a_loop_without_any_access_is_a_livelock_too() -> None:
    def program() -> None:
        while True:
            pass

    assert harness.explore(program, max_steps=2000).failure.kind == "livelock"


@pytest.mark.parametrize("seed", range(5))
def test_pct_places_its_change_points_in_short_programs(seed: int) -> None:
    def program() -> None:
        counter = Counter()
        run_threads(counter.add, counter.add)
        assert counter.value == 2

    result = harness.explore(program, strategy="pct", seed=seed, schedules=200)
    assert result.verdict == "failed"


def test_a_timeout_is_no_deadlock() -> None:
    async def program() -> str:
        event = asyncio.Event()
        try:
            await asyncio.wait_for(event.wait(), timeout=5)
        except TimeoutError:
            return "timed out"
        return "set"

    assert set(harness.explore(program).outcomes) == {"timed out"}


def test_time_is_virtual() -> None:
    def program() -> None:
        before = time.time()
        time.sleep(86400)
        assert time.time() - before >= 86400

    assert harness.explore(program, schedules=10).ok


OWN = threading.local()


def test_what_is_local_to_a_thread_is_nobody_elses() -> None:
    def program() -> None:
        own = threading.local()

        def work() -> None:
            for each in (own, OWN):
                each.value = 1
                each.value += 1
                assert each.value == 2

        run_threads(work, work)

    found = harness.explore(program, strategy="exhaustive", detect=("lost-update", "data-race"))
    assert found.verdict == "proved"
    assert found.lost_update_count == 0
    assert found.schedules == 1, "there is nothing whose order matters"
