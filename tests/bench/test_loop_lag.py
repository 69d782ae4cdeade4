"""The lag of a loop, from ticks made by hand, and real rounds for what must hold on any machine."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.bench.loop_lag import LagRound, lags_of, measure_lag, sum_up_lag


def test_a_blocked_loop_is_late_for_every_tick_that_it_misses() -> None:
    assert lags_of([0, 1, 2, 6, 7], period=1) == [0, 0, 0, 3, 2, 1, 0, 0]


def test_a_loop_that_ticks_more_often_than_it_must_is_not_early() -> None:
    assert lags_of([0, 0.25, 0.5, 0.75, 1, 1.25], period=1) == [0, 0]


@given(st.lists(st.floats(0, 50), min_size=1, max_size=30).map(sorted))
def test_every_due_tick_counts_once_and_none_is_negative(ticks: list[float]) -> None:
    lags = lags_of(ticks, period=1)
    assert len(lags) == int(ticks[-1] - ticks[0]) + 1 or len(lags) == int(ticks[-1] - ticks[0])  # a rounding error
    assert all(lag >= 0 for lag in lags)


def test_no_ticks_have_no_lag() -> None:
    assert lags_of([]) == []


def test_what_the_lock_adds_is_seen_in_the_ninetieth_percentile() -> None:
    locked = [LagRound((0.0,) * 8 + (1.0, 9.0), (0.5,)) for _ in range(7)]
    free = [LagRound((0.0,) * 8 + (0.25, 20.0), (0.5,)) for _ in range(7)]
    found = sum_up_lag("lock", 0.1, locked, free)
    assert (found.added.low, found.added.value, found.added.high) == (0.75, 0.75, 0.75)
    assert found.conclusive
    assert (found.hold, found.held) == (0.1, 0.5)
    assert not sum_up_lag("lock", 0.1, free, free).conclusive


@pytest.mark.parametrize(
    ("make", "by_thread"),
    [
        (asyncio.Lock, False),
        (threading.Lock, True),
        (threading.RLock, True),
        (lambda: None, True),
        (lambda: None, False),
    ],
)
@pytest.mark.parametrize("hold", [0.0, 1e-4])
def test_the_holder_holds_and_the_loop_ticks(make: Any, by_thread: bool, hold: float) -> None:
    async def main() -> LagRound:
        return await measure_lag(make(), hold, 0.003, by_thread=by_thread)

    found = asyncio.run(main())
    assert found.lags
    assert all(held >= hold for held in found.held)
