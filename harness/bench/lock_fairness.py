"""Jain's fairness index: how evenly those who wanted a lock got it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["jain_index"]


def jain_index(shares: Sequence[float]) -> float:
    """Return 1 if all got the same, 1/n if one of n got everything (Jain, Chiu and Hawe, DEC-TR-301, 1984).

    Where none got anything, all got the same.

    >>> jain_index([7, 7, 7, 7])
    1.0
    >>> jain_index([28, 0, 0, 0])
    0.25

    Raises:
        ValueError: There is no share, or a negative one.
    """
    if not shares or min(shares) < 0:
        raise ValueError(f"fairness is among some who each got something or nothing, not {list(shares)}")
    largest = max(shares)
    if not largest:
        return 1.0
    parts = [share / largest for share in shares]  # so that no square is too large or too small for a float
    return float(sum(parts) ** 2 / (len(parts) * sum(part * part for part in parts)))
