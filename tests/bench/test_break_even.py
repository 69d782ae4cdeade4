"""The curve of the overhead, and the work from which on it is below one per cent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.bench.bootstrap import Interval
from harness.bench.break_even import SHARE, WORKS, break_even, curve_of, overhead

seconds = st.floats(1e-9, 1e-2)


def test_half_a_microsecond_on_one_is_a_half_and_not_a_twentieth_of_a_per_cent() -> None:
    assert overhead(0.5e-6, 1e-6, work=0) == 0.5
    assert overhead(0.5e-6, 1e-6, work=1e-3) == pytest.approx(0.0005, rel=0.01)


@given(seconds, seconds)
def test_at_the_break_even_size_the_overhead_is_the_share(cost: float, bare: float) -> None:
    work = break_even(cost, bare)
    if work:
        assert overhead(cost, bare, work) == pytest.approx(SHARE)
    assert overhead(cost, bare, work + 1e-9) <= SHARE


@given(seconds, seconds)
def test_a_lock_that_costs_more_needs_more_work_to_vanish_in(cost: float, bare: float) -> None:
    assert break_even(cost * 2, bare) >= break_even(cost, bare)


@given(seconds, seconds, st.floats(0, 10))
def test_more_work_makes_the_overhead_smaller(cost: float, bare: float, work: float) -> None:
    assert overhead(cost, bare, work * 2 + 1e-6) < overhead(cost, bare, work)


@pytest.mark.parametrize("cost", [0.0, -1e-6])
def test_what_costs_nothing_is_below_from_the_start(cost: float) -> None:
    assert break_even(cost, 1e-6) == 0


def test_a_curve_keeps_the_interval_of_the_cost() -> None:
    curve = curve_of("lock", Interval(0.5e-6, 0.4e-6, 0.7e-6), 1e-6, conclusive=True)
    assert curve.size == Interval(pytest.approx(49e-6), pytest.approx(39e-6), pytest.approx(69e-6))
    at = curve.at(99e-6)
    assert (at.low, at.value, at.high) == pytest.approx((0.004, 0.005, 0.007))


def test_the_curve_goes_from_a_microsecond_to_ten_seconds() -> None:
    assert (WORKS[0], WORKS[-1]) == pytest.approx((1e-6, 10))
