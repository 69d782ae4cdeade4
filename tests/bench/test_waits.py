"""Percentiles are waits that happened, and None where too few happened to tell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.bench.waits import Waits, percentile, summarize

waits = st.lists(st.floats(0, 1e3), max_size=300)


@given(waits, st.sampled_from([0.5, 0.9, 0.99, 0.999]))
def test_a_percentile_is_a_sample_that_its_share_does_not_exceed(values: list[float], share: float) -> None:
    ordered = sorted(values)
    found = percentile(ordered, share)
    if found is not None:
        assert found in ordered
        assert sum(value <= found for value in ordered) >= share * len(ordered) - 1e-6
        assert sum(value < found for value in ordered) < share * len(ordered)


@pytest.mark.parametrize(("share", "enough"), [(0.99, 100), (0.999, 1000)])
def test_so_many_waits_it_takes_to_tell_a_percentile_from_the_longest(share: float, enough: int) -> None:
    assert percentile(range(enough - 1), share) is None
    assert percentile(range(enough), share) == enough - 2


@given(waits)
def test_the_percentiles_ascend_up_to_the_longest(values: list[float]) -> None:
    found = summarize(values)
    known = [each for each in (found.p50, found.p99, found.p999, found.longest) if each is not None]
    assert known == sorted(known)
    assert found.count == len(values)
    assert found.longest == max(values, default=0)


def test_no_waits_have_no_percentiles() -> None:
    assert summarize([]) == Waits(0, None, None, None, 0.0)


def test_the_median_of_two_is_the_smaller() -> None:
    assert percentile([1, 2], 0.5) == 1
