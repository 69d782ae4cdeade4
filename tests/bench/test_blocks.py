"""Timing in turns, with a clock that the test winds."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from harness.bench import blocks
from harness.bench.blocks import Pair, alternate, calibrate
from harness.bench.comparison import Block


class Clock:
    """Time passes only when somebody works; or when somebody else does, which this thread does not notice."""

    def __init__(self) -> None:
        self.wall = self.own = 0.0
        self.order: list[str] = []

    def work(self, name: str, seconds: float, stolen: Callable[[], float] = lambda: 0.0) -> Callable[..., object]:
        async def timed(loops: int) -> float:
            self.order.append(name)
            lost = stolen()
            self.own += seconds * loops
            self.wall += seconds * loops + lost
            return seconds * loops + lost

        return timed


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(blocks, "perf_counter", lambda: made.wall)
    monkeypatch.setattr(blocks, "thread_time", lambda: made.own)

    async def empty(loops: int) -> float:
        made.wall += 0.25 * loops
        made.own += 0.25 * loops
        return 0.25 * loops

    monkeypatch.setattr(blocks, "empty_loop", empty)
    return made


def run(work: Awaitable[object]) -> object:
    async def main() -> object:
        return await work

    return asyncio.run(main())


def test_a_and_b_take_turns_in_going_first_and_lose_the_empty_loop(clock: Clock) -> None:
    pair = Pair("a", "b", clock.work("a", 3.25), clock.work("b", 2.25))
    assert run(alternate(pair, 4, 10)) == [Block(3.0, 2.0, False)] * 4
    assert "".join(clock.order) == "abbaabba"


def test_against_the_empty_loop_b_is_nothing(clock: Clock) -> None:
    assert run(alternate(Pair("a", None, clock.work("a", 3.25), None), 2, 10)) == [Block(3.0, 0.0, False)] * 2
    assert clock.order == ["a", "a"]


def test_an_interrupted_block_is_timed_again(clock: Clock) -> None:
    stolen = iter([0.0, 500.0, 0.0, 0.0])
    pair = Pair("a", "b", clock.work("a", 3.25, lambda: next(stolen)), clock.work("b", 2.25))
    assert run(alternate(pair, 3, 10)) == [Block(3.0, 2.0, False)] * 3
    assert clock.order.count("a") == 4


def test_without_a_quiet_moment_the_interrupted_blocks_are_used_and_say_so(clock: Clock) -> None:
    pair = Pair("a", "b", clock.work("a", 3.25), clock.work("b", 2.25, lambda: 10.0))
    assert run(alternate(pair, 3, 10)) == [Block(3.0, 3.0, True)] * 3
    assert clock.order.count("a") == 9


def test_a_timing_takes_as_long_as_it_is_asked_to(clock: Clock) -> None:
    assert run(calibrate(clock.work("a", 0.001), 1.0)) == 1024  # type: ignore[arg-type]
    assert run(calibrate(clock.work("a", 5.0), 1.0)) == 1  # type: ignore[arg-type]


def test_what_takes_no_time_is_not_repeated_for_ever(clock: Clock) -> None:
    assert run(calibrate(clock.work("a", 0.0), 1.0)) == blocks._MOST_LOOPS  # type: ignore[arg-type]
