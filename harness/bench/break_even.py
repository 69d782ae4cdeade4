"""From which amount of work on a lock's cost no longer matters.

A cost of half a microsecond is most of a bare assignment and nothing beside a request to a database. So no single
percentage is "the overhead": it is a curve over the work that goes with an update. The curve is calculated from the
measured cost of the lock, not measured again: no clock would find a microsecond in ten seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from harness.bench.bootstrap import Interval

__all__ = ["SHARE", "WORKS", "Curve", "break_even", "curve_of", "overhead"]

SHARE: Final = 0.01
WORKS: Final = tuple(10.0**exponent for exponent in range(-6, 2))
"""Seconds of work around an update: 1 µs to 10 s."""


@dataclass(frozen=True, slots=True)
class Curve:
    """What one lock adds to the time of a service, by the work around an update.

    Attributes:
        name: What was measured.
        cost: Of the lock in an update, in seconds.
        bare: An update without the lock, in seconds.
        size: Seconds of work from which on the lock adds less than ``SHARE``.
        conclusive: Whether the machine was quiet enough to tell the cost.
    """

    name: str
    cost: Interval
    bare: float
    size: Interval
    conclusive: bool

    def at(self, work: float) -> Interval:
        """The relative overhead with so many seconds of work around an update; 0.01 is one per cent."""
        return Interval(
            overhead(self.cost.value, self.bare, work),
            overhead(self.cost.low, self.bare, work),
            overhead(self.cost.high, self.bare, work),
        )


def overhead(cost: float, bare: float, work: float) -> float:
    """How much longer work and update take with a lock that costs this; all in seconds.

    Half a microsecond on an update of one microsecond is half of it. With 100 µs of work it is half a per cent:

    >>> overhead(0.5e-6, 1e-6, work=0)
    0.5
    >>> round(overhead(0.5e-6, 1e-6, work=99e-6), 6)
    0.005
    """
    return cost / (bare + work)


def break_even(cost: float, bare: float, share: float = SHARE) -> float:
    """The seconds of work from which on the overhead is below ``share``; 0 if it always is.

    >>> round(break_even(0.5e-6, 1e-6) * 1e6, 3)
    49.0
    """
    return max(0.0, cost / share - bare)


def curve_of(name: str, cost: Interval, bare: float, conclusive: bool) -> Curve:
    """The curve of one measured cost; the interval of the size follows from that of the cost."""
    size = Interval(break_even(cost.value, bare), break_even(cost.low, bare), break_even(cost.high, bare))
    return Curve(name, cost, bare, size, conclusive)
