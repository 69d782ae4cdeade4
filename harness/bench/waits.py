"""How long something had to wait: percentiles that were really observed, and none that the samples cannot carry."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Waits", "percentile", "summarize"]


@dataclass(frozen=True, slots=True)
class Waits:
    """A distribution of waits, in seconds.

    Attributes:
        count: How many waits it is made of.
        p50, p99, p999: None where there are too few waits to tell: p99.9 takes 1,000.
        longest: The longest of them; 0 if there was none.
    """

    count: int
    p50: float | None
    p99: float | None
    p999: float | None
    longest: float


def summarize(waits: Iterable[float]) -> Waits:
    """The distribution of these waits.

    >>> summarize([0.001] * 99 + [0.5])
    Waits(count=100, p50=0.001, p99=0.001, p999=None, longest=0.5)
    """
    ordered = sorted(waits)
    longest = ordered[-1] if ordered else 0.0
    return Waits(len(ordered), percentile(ordered, 0.5), percentile(ordered, 0.99), percentile(ordered, 0.999), longest)


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """The smallest sample that at least this share of the samples does not exceed (nearest rank).

    Args:
        ordered: The samples, smallest first.
        share: Between 0 and 1, both excluded.

    Returns:
        One of the samples, or None where so few cannot tell this percentile from the longest of all.

    >>> percentile(range(1, 1001), 0.99)
    990
    >>> percentile(range(1, 11), 0.99)
    """
    rank = math.ceil(share * len(ordered) - 1e-9)  # 0.99 * 100 is a little more than 99 for a computer
    if not ordered or (rank == len(ordered) and share > 0.5):
        return None
    return ordered[rank - 1]
