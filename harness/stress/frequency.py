"""How often something happens, and how sure that is."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Final

__all__ = ["Frequency", "wilson", "word_for"]

_RARE: Final = 0.01
_OCCASIONAL: Final = 0.1


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often a program failed when nobody controlled it.

    Attributes:
        label: ``scenario@store``, or ``module:name``.
        runs: How often it ran, the run that hung included.
        failures: How many runs failed.
        hung: The last run did not end and was killed.
        share: ``failures / runs``; None if nothing ran.
        low, high: 95 % confidence interval of the share (Wilson's).
        word: See :func:`word_for`.
        messages: First lines of what went wrong, counted.
    """

    label: str
    runs: int
    failures: int
    hung: bool
    share: float | None
    low: float
    high: float
    word: str
    messages: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, label: str, runs: int, failures: int, hung: bool, messages: Counter[str]) -> Frequency:
        """The frequency for what was counted."""
        low, high = wilson(failures, runs)
        share = failures / runs if runs else None
        return cls(label, runs, failures, hung, share, low, high, word_for(share), messages)


def wilson(hits: int, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """The score interval of a share: right for few hits and for none, where the usual one has no width.

    Wilson: "Probable Inference, the Law of Succession, and Statistical Inference" (JASA 1927); recommended by Brown,
    Cai, DasGupta: "Interval Estimation for a Binomial Proportion" (Statistical Science 2001).

    Example:
        >>> low, high = wilson(0, 100)
        >>> (round(low, 4), round(high, 4))
        (0.0, 0.037)
    """
    if not trials:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, square = hits / trials, z * z / trials
    middle = (share + square / 2) / (1 + square)
    half = z * math.sqrt((share * (1 - share) + square / 4) / trials) / (1 + square)
    return (max(0.0, middle - half) if hits else 0.0), (min(1.0, middle + half) if hits < trials else 1.0)


def word_for(share: float | None) -> str:
    """The word that people use for a share of runs.

    ``never seen`` for none, ``rare`` below 1 %, ``occasional`` below 10 %, ``common`` from there on.

    >>> [word_for(share) for share in (None, 0.0, 0.002, 0.05, 0.8)]
    ['not run', 'never seen', 'rare', 'occasional', 'common']
    """
    if share is None:
        return "not run"
    if share == 0:
        return "never seen"
    if share < _RARE:
        return "rare"
    return "occasional" if share < _OCCASIONAL else "common"
