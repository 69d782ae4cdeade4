"""Jain's index has the properties that its authors promise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.bench.lock_fairness import jain_index

counts = st.lists(st.integers(0, 10**9), min_size=1, max_size=20)


@given(counts)
def test_it_lies_between_one_nth_and_one(shares: list[int]) -> None:
    assert 1 / len(shares) - 1e-9 <= jain_index(shares) <= 1 + 1e-9


@given(st.integers(1, 10**9), st.integers(1, 20))
def test_equal_shares_are_wholly_fair(share: int, count: int) -> None:
    assert jain_index([share] * count) == pytest.approx(1)


@given(st.integers(1, 10**9), st.integers(1, 20), st.integers(0, 19))
def test_if_k_of_n_share_everything_it_is_k_nths(share: int, sharing: int, others: int) -> None:
    assert jain_index([share] * sharing + [0] * others) == pytest.approx(sharing / (sharing + others))


@given(counts, st.floats(1e-6, 1e6))
def test_the_unit_does_not_matter(shares: list[int], factor: float) -> None:
    assert jain_index([share * factor for share in shares]) == pytest.approx(jain_index(shares))


@given(counts, st.randoms())
def test_who_is_who_does_not_matter(shares: list[int], source: object) -> None:
    shuffled = shares.copy()
    source.shuffle(shuffled)  # type: ignore[attr-defined]
    assert jain_index(shuffled) == pytest.approx(jain_index(shares))


@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=10))
def test_to_give_from_the_richest_to_the_poorest_makes_it_fairer(shares: list[int]) -> None:
    ordered = sorted(shares)
    half = (ordered[-1] - ordered[0]) / 2
    evened = [ordered[0] + half, *ordered[1:-1], ordered[-1] - half]
    assert jain_index(evened) >= jain_index(shares) - 1e-9


def test_nothing_for_everybody_is_fair() -> None:
    assert jain_index([0, 0, 0]) == 1


@pytest.mark.parametrize("shares", [[], [1, -1]])
def test_nobody_and_less_than_nothing_are_refused(shares: list[int]) -> None:
    with pytest.raises(ValueError, match="fairness is among some"):
        jain_index(shares)
