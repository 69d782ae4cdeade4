"""One wall-clock limit for everything that an exploration does: executing, shrinking, classifying."""

from __future__ import annotations

import math
from time import monotonic
from typing import Final

__all__ = ["Deadline"]

_SHARE: Final = 0.2
"""Of the limit, beyond it: to make something of a failure that is found when the time is nearly over."""


class Deadline:
    """When to stop.

    Args:
        seconds: From now on; None for never.
    """

    def __init__(self, seconds: float | None = None) -> None:
        self._begun = monotonic()
        self._limit = math.inf if seconds is None else seconds

    @property
    def passed(self) -> bool:
        """There is no time for another execution that looks for failures."""
        return self.seconds >= self._limit

    @property
    def overdue(self) -> bool:
        """There is no time either for work on the failures found."""
        return self.seconds >= self._limit * (1 + _SHARE)

    def share(self, parts: int) -> float | None:
        """Seconds for the next one of so many parts that are left; None if there is no limit."""
        if math.isinf(self._limit):
            return None
        return max(self._limit - self.seconds, 0.0) / parts

    @property
    def seconds(self) -> float:
        """Seconds since the beginning."""
        return monotonic() - self._begun
