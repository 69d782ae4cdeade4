"""The interval of a median covers the true one about as often as it says, and never depends on chance."""

from __future__ import annotations

import math
import random
import statistics
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.bench.bootstrap import FEWEST, Interval, _rank, median_interval

finite = st.floats(-1e9, 1e9)
samples = st.lists(finite, min_size=FEWEST, max_size=60)

DISTRIBUTIONS: dict[str, tuple[Callable[[random.Random], float], float]] = {
    "normal": (lambda source: source.gauss(5, 2), 5),
    "exponential": (lambda source: source.expovariate(1), math.log(2)),
    "with outliers": (lambda source: source.gauss(1, 0.1) * (50 if source.random() < 0.02 else 1), 1.0026),
}


@pytest.mark.parametrize("name", DISTRIBUTIONS)
@pytest.mark.parametrize("count", [FEWEST, 7, 21, 31, 101])
def test_it_covers_the_true_median_at_least_as_often_as_it_says(name: str, count: int) -> None:
    draw, median = DISTRIBUTIONS[name]
    source = random.Random(f"{name} {count}")
    trials = 2000
    covered = sum(median_interval([draw(source) for _ in range(count)]).includes(median) for _ in range(trials))
    # Three standard deviations of the estimate below 95 %; not much above it either, or it would say nothing.
    assert 0.95 - 3 * math.sqrt(0.95 * 0.05 / trials) <= covered / trials <= 0.995


@pytest.mark.parametrize("count", [41, 101])
def test_it_is_what_very_many_resamples_come_to(count: int) -> None:
    source = random.Random(count)
    values = [source.expovariate(1) for _ in range(count)]
    medians = [statistics.median(source.choices(values, k=count)) for _ in range(5000)]
    exact, ordered = median_interval(values), sorted(values)
    inner = Interval(
        exact.value, ordered[ordered.index(exact.low) + 1], ordered[ordered.index(exact.high) - 1]
    )  # one sample less at each end
    chance = 3 * math.sqrt(0.95 * 0.05 / len(medians))
    assert sum(map(exact.includes, medians)) / len(medians) >= 0.95 - chance
    assert sum(inner.low < median < inner.high for median in medians) / len(medians) <= 0.95 + chance


@given(samples)
def test_the_median_lies_within_its_interval_and_the_ends_are_samples(values: list[float]) -> None:
    interval = median_interval(values)
    assert min(values) <= interval.low <= interval.value <= interval.high <= max(values)
    assert {interval.low, interval.high} <= set(values)


@given(samples, st.randoms())
def test_the_order_of_the_samples_does_not_matter(values: list[float], source: random.Random) -> None:
    shuffled = values.copy()
    source.shuffle(shuffled)
    assert median_interval(shuffled) == median_interval(values)


@given(samples)
def test_more_confidence_never_makes_it_narrower(values: list[float]) -> None:
    assert median_interval(values, 0.5).width <= median_interval(values, 0.95).width


@given(samples)
def test_the_other_sign_gives_the_mirror_image(values: list[float]) -> None:
    there, back = median_interval(values), median_interval([-value for value in values])
    assert (there.low, there.high) == (-back.high, -back.low)


def test_more_samples_make_it_narrower() -> None:
    shares = [1 - 2 * (_rank(count, 0.95) - 1) / count for count in (7, 21, 101, 401)]
    assert shares == sorted(shares, reverse=True)


def test_too_few_samples_give_none() -> None:
    with pytest.raises(ValueError, match="5 samples give no interval"):
        median_interval([1, 2, 3, 4, 5])


def test_an_interval_includes_its_ends() -> None:
    interval = Interval(2, 1, 3)
    assert interval.includes(1)
    assert interval.includes(3)
    assert not interval.includes(3.1)
    assert interval.width == 2
