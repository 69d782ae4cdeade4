"""Medians with confidence intervals, by the bootstrap, and without a random number.

For the median the bootstrap needs no resampling. The median of a resample is one of the samples, and the chance that it
is the k-th smallest of them or a smaller one is a binomial tail (Efron, Annals of Statistics 7, 1979; Maritz and
Jarrett, JASA 73, 1978). So the distribution that thousands of resamples would approach is there at once, equal on every
run. ``scipy.stats.bootstrap`` would draw it instead, and cost every user a download and half a second of import.

One deviation, on the careful side: where a quantile falls between two samples, an interval's end is the outer one.
"""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["CONFIDENCE", "FEWEST", "Interval", "median_interval"]

CONFIDENCE: Final = 0.95
FEWEST: Final = 6
"""From so many samples on, all of them together cover the median with 95 %: 1 - 2 * 0.5 ** 6 is 97 %."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and where it may lie; all three in the same unit.

    >>> print(Interval(3.0, 2.5, 4.0))
    3 [2.5, 4]
    """

    value: float
    low: float
    high: float

    @property
    def width(self) -> float:
        return self.high - self.low

    def includes(self, value: float) -> bool:
        """Whether the figure could as well be this one.

        >>> Interval(1.1, 0.9, 1.4).includes(1)
        True
        """
        return self.low <= value <= self.high

    def __str__(self) -> str:
        return f"{self.value:.3g} [{self.low:.3g}, {self.high:.3g}]"


def median_interval(samples: Sequence[float], confidence: float = CONFIDENCE) -> Interval:
    """The median of the samples, and the interval that holds the true one with this confidence.

    Args:
        samples: Independent of each other, in any order and unit; at least ``FEWEST``.
        confidence: Between 0 and 1.

    >>> print(median_interval([4, 1, 3, 2, 7, 6, 5]))
    4 [1, 7]

    Raises:
        ValueError: There are too few samples to say anything.
    """
    if len(samples) < FEWEST:
        raise ValueError(f"{len(samples)} samples give no interval for a median: it takes at least {FEWEST}")
    ordered = sorted(samples)
    low = _rank(len(ordered), confidence)
    return Interval(statistics.median(ordered), ordered[low - 1], ordered[len(ordered) - low])


@lru_cache
def _rank(count: int, confidence: float) -> int:
    """The rank, from 1, of the sample that is the lower end; by symmetry the upper end is as far from the other side.

    The last one that the median of a resample does not exceed with more than half of what the confidence leaves over.
    """
    needed = (count + 1) // 2  # so many draws among the k smallest put the (lower) median there
    rank = 1
    while rank < needed and _tail(count, needed, (rank + 1) / count) <= (1 - confidence) / 2:
        rank += 1
    return rank


def _tail(count: int, needed: int, chance: float) -> float:
    """The probability of at least ``needed`` successes in ``count`` draws."""
    return math.fsum(
        math.comb(count, hits) * chance**hits * (1 - chance) ** (count - hits) for hits in range(needed, count + 1)
    )
