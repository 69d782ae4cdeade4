"""Virtual time.

Time passes in two ways. It *jumps* to a deadline, because nobody can go on or because a schedule decides so; and every
time somebody looks, it is a nanosecond later, so that two looks never give the same answer, as on a real machine. Who
does nothing but look waits for time to pass: it passes faster and faster.

What could make it wrong: a time that runs backwards between threads, or a timer that is due before its deadline. There
is one clock for all, and a deadline is only ever computed from a look at it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from harness.engine.record import Record

__all__ = ["EPOCH", "RESOLUTION", "Clock"]

RESOLUTION: Final = 1e-9
EPOCH: Final = 1_767_225_600.0
"""What ``time.time()`` starts at: 2026-01-01 00:00 UTC. Fixed, so that every execution sees the same dates."""
_START: Final = 1000.0
_IMPATIENCE: Final = 100
"""Looks in a row from which on each takes twice as long as the one before."""
_LONGEST: Final = 10_000_000
"""Nanoseconds that one look takes at most: small beside what a program that waits by looking waits for."""


class Clock:
    """Seconds since an arbitrary moment, as ``time.monotonic()`` counts them.

    Attributes:
        base: What time has been made to reach; looks have added nanoseconds since.
    """

    __slots__ = ("_looked_at", "_looks", "_ticks", "base")

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.base = _START
        self._ticks = 0
        self._looks = 0  # in a row, with nothing else between
        self._looked_at = 0

    def now(self, world: Record) -> float:
        """The time, a nanosecond later than the last look."""
        events = len(world.events)
        self._looks = self._looks + 1 if events - self._looked_at <= 1 else 0
        self._looked_at = events
        if self._looks < _IMPATIENCE:
            self._ticks += 1
        else:
            self.base += min(1 << (self._looks - _IMPATIENCE), _LONGEST) * RESOLUTION
        return self.base + self._ticks * RESOLUTION

    def peek(self) -> float:
        """The time, without looking."""
        return self.base + self._ticks * RESOLUTION

    def reach(self, deadline: float) -> None:
        """Time passes up to ``deadline``. It never goes back."""
        if deadline > self.peek():
            self._ticks = 0
        self.base = max(self.base, deadline)
