"""Virtual time: it jumps, it never goes back, and the timers of one loop fire in the order of their deadlines."""

from __future__ import annotations

import asyncio
import datetime
import itertools
import threading
import time
from datetime import date
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import harness
from harness.exploration.session import Session
from harness.strategies.pct import PctStrategy
from harness.strategies.random import RandomStrategy
from tests.programs import Box, in_threads, outcomes


@pytest.mark.parametrize("clock", [time.monotonic, time.time, time.perf_counter, perf_counter])
def test_every_clock_shows_the_time_that_was_slept(clock: Any) -> None:
    def program() -> int:
        before = clock()
        time.sleep(3600)
        return round(clock() - before)

    result = harness.explore(program, schedules=3)
    assert set(result.outcomes) == {3600}
    assert result.seconds < 60


@pytest.mark.parametrize("clock", [time.monotonic_ns, time.time_ns, time.perf_counter_ns])
def test_clocks_in_nanoseconds_count_nanoseconds(clock: Any) -> None:
    def program() -> int:
        before = clock()
        time.sleep(2)
        difference = clock() - before
        assert isinstance(difference, int)
        return round(difference / 1e9)

    assert outcomes(program, schedules=3) == {2}


def test_two_looks_at_a_clock_never_give_the_same_time() -> None:
    def program() -> None:
        looks = [time.monotonic() for _ in range(50)]
        assert all(earlier < later for earlier, later in itertools.pairwise(looks))
        assert time.perf_counter() < time.perf_counter()
        assert time.monotonic_ns() < time.monotonic_ns()
        assert time.time_ns() < time.time_ns()

    assert outcomes(program, schedules=2) == {None}


def test_every_execution_sees_the_same_date() -> None:
    def program() -> tuple[str, ...]:
        now = datetime.datetime.now(datetime.UTC)
        assert abs(now.timestamp() - time.time()) < 1
        assert (date.today() - datetime.datetime.now().date()).days == 0
        return now.date().isoformat(), time.strftime("%Y-%m-%d", time.gmtime(time.time()))

    assert outcomes(program, schedules=5) == {("2026-01-01", "2026-01-01")}


def test_time_does_not_run_backwards_between_threads() -> None:
    def program() -> None:
        last = Box(0.0)

        def look() -> None:
            for _ in range(3):
                now = time.monotonic()
                assert now > last.value
                last.value = now
                time.sleep(0.5)

        lock = threading.Lock()

        def guarded() -> None:
            with lock:
                look()

        in_threads(guarded, guarded)

    assert outcomes(program) == {None}


def test_a_wait_with_a_timeout_may_end_late_and_never_early() -> None:
    def program() -> None:
        began = time.monotonic()
        in_threads(lambda: time.sleep(100), lambda: threading.Event().wait(1))
        assert time.monotonic() - began >= 100

    assert outcomes(program) == {None}


def test_sleeping_a_negative_time_is_an_error() -> None:
    def program() -> None:
        with pytest.raises(ValueError, match="sleep length must be non-negative"):
            time.sleep(-1)

    assert outcomes(program, schedules=1) == {None}


def test_sleeping_no_time_gives_the_others_their_turn() -> None:
    def program() -> int:
        box = Box()
        thread = threading.Thread(target=lambda: setattr(box, "value", 1))
        thread.start()
        time.sleep(0)
        seen: int = box.value
        thread.join()
        return seen

    assert outcomes(program) == {0, 1}


seconds: list[int] = []


async def timers() -> tuple[int, ...]:
    """Timers with the delays that stand in ``seconds``: the order in which they fire."""
    loop, fired = asyncio.get_running_loop(), []
    now, done = loop.time(), asyncio.Event()

    def fire(number: int) -> None:
        fired.append(number)
        if len(fired) == len(seconds):
            done.set()

    for number, each in enumerate(seconds):
        loop.call_at(now + each + number * 1e-6, fire, number)
    await done.wait()
    return tuple(fired)


def test_timers_of_one_loop_fire_in_the_order_of_their_deadlines() -> None:
    with Session(timers) as session:

        @given(st.lists(st.integers(0, 5), min_size=2, max_size=6))
        def holds(delays: list[int]) -> None:
            seconds[:] = delays
            order = tuple(sorted(range(len(seconds)), key=lambda number: (seconds[number], number)))
            for strategy in (RandomStrategy(0), PctStrategy(0)):
                for number in range(3):
                    strategy.begin(number)
                    assert session.run(strategy).outcome == order

        holds()


def test_timers_of_two_loops_may_fire_in_any_order() -> None:
    def program() -> str:
        order = Box("")

        def sleeper(name: str, seconds: float) -> Any:
            async def main() -> None:
                await asyncio.sleep(seconds)
                order.value += name

            return lambda: asyncio.run(main())

        lock = threading.Lock()

        def guarded(name: str, seconds: float) -> Any:
            async def main() -> None:
                await asyncio.sleep(seconds)
                with lock:
                    order.value += name

            return lambda: asyncio.run(main())

        in_threads(guarded("a", 0.001), guarded("b", 0.002))
        return order.value

    assert outcomes(program, schedules=300) == {"ab", "ba"}


def test_a_cancelled_timer_does_not_fire() -> None:
    async def program() -> list[int]:
        fired: list[int] = []
        loop = asyncio.get_running_loop()
        handle = loop.call_later(1, fired.append, 1)
        handle.cancel()
        await asyncio.sleep(5)
        return fired

    assert outcomes(program) == {"[]"}


def test_a_loop_that_is_busy_sees_its_timers_late() -> None:
    async def program() -> int:
        loop = asyncio.get_running_loop()
        began, when = loop.time(), Box()
        loop.call_later(1, lambda: setattr(when, "value", loop.time()))
        time.sleep(60)  # noqa: ASYNC251  the mistake under test
        await asyncio.sleep(0.1)
        return round(when.value - began)

    assert outcomes(program, schedules=10) == {60}
