"""How sure a share is."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.stress.frequency import Frequency, wilson, word_for


@settings(derandomize=True)
@given(st.integers(1, 10_000), st.data())
def test_the_interval_holds_the_share_and_lies_between_0_and_1(trials: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, trials))
    low, high = wilson(hits, trials)
    assert 0 <= low <= hits / trials <= high <= 1
    assert low < high


@settings(derandomize=True)
@given(st.integers(1, 5_000), st.data())
def test_what_did_not_happen_mirrors_what_did(trials: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, trials))
    low, high = wilson(hits, trials)
    other_low, other_high = wilson(trials - hits, trials)
    assert (1 - other_high, 1 - other_low) == (pytest.approx(low), pytest.approx(high))


def test_the_interval_is_that_of_the_textbooks() -> None:
    """Brown, Cai and DasGupta's own example: 0 and 10 of 20."""
    assert wilson(0, 20) == (0.0, pytest.approx(0.1611, abs=1e-4))
    assert wilson(10, 20) == (pytest.approx(0.2993, abs=1e-4), pytest.approx(0.7007, abs=1e-4))


def test_more_trials_make_it_narrower() -> None:
    widths = [high - low for low, high in (wilson(trials // 4, trials) for trials in (20, 200, 2000))]
    assert widths == sorted(widths, reverse=True)


def test_without_trials_nothing_is_known() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert Frequency.of("program", 0, 0, False, Counter()).share is None


@pytest.mark.parametrize(
    ("share", "word"),
    [
        (None, "not run"),
        (0.0, "never seen"),
        (0.0001, "rare"),
        (0.01, "occasional"),
        (0.0999, "occasional"),
        (0.1, "common"),
        (1.0, "common"),
    ],
)
def test_a_share_has_a_word(share: float | None, word: str) -> None:
    assert word_for(share) == word
