"""Virtual time.

Time passes in two ways. It *jumps* to a deadline, because no actor can go on or because a schedule decides so; and each
read of the clock is a nanosecond later than the last one, so that two reads never give the same answer, as on a real
machine. A program that does nothing but read it waits for time to pass: for that one it passes faster and faster.

What could make it wrong: a time that runs backwards between threads, or a timer that is due before its deadline. There
is one clock for all, and a deadline is only ever computed from a read of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["EPOCH", "RESOLUTION", "START", "Clock"]

RESOLUTION: Final = 1e-9
EPOCH: Final = 1_767_225_600.0
"""What ``time.time()`` starts at: 2026-01-01 00:00 UTC. Fixed, so that every execution sees the same dates."""
START: Final = 1000.0
"""What ``time.monotonic()`` starts at."""
_IMPATIENCE: Final = 100
"""Reads in a row after which each takes twice as long as the one before."""
_LONGEST: Final = 10_000_000
"""Nanoseconds that one read takes at most: small beside what a program that polls the clock waits for."""


class Clock:
    """Seconds since an arbitrary moment, as ``time.monotonic()`` counts them.

    Args:
        events: Of the execution: reads with no other event between them are "in a row".

    Attributes:
        base: What time has been made to reach; reads have added nanoseconds since.
    """

    __slots__ = ("_events", "_reads", "_seen", "_ticks", "base")

    def __init__(self, events: Sequence[Any]) -> None:
        self._events = events
        self._ticks = 0
        self._reads = 0  # in a row
        self._seen = 0  # number of events at the last read
        self.base = START

    def read(self) -> float:
        """The time, a nanosecond later than the last read."""
        events = len(self._events)
        self._reads = self._reads + 1 if events - self._seen <= 1 else 0
        self._seen = events
        if self._reads < _IMPATIENCE:
            self._ticks += 1
        else:
            self.base += min(1 << (self._reads - _IMPATIENCE), _LONGEST) * RESOLUTION
        return self.base + self._ticks * RESOLUTION

    def peek(self) -> float:
        """The time, without a read that takes a nanosecond."""
        return self.base + self._ticks * RESOLUTION

    def reach(self, deadline: float) -> None:
        """Let time pass up to ``deadline``. It never goes back."""
        if deadline > self.peek():
            self._ticks = 0
        self.base = max(self.base, deadline)
