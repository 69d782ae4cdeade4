"""Which events depend on each other: those whose order somebody could tell.

Two events of different actors are *independent* if doing them in either order leads to the same state and neither keeps
the other from being possible. Everything the exhaustive search leaves out rests on this relation, so it errs on the
side of dependence.
"""

from __future__ import annotations

from typing import Any, Final

from harness.model.event import SIZE, WHOLE
from harness.model.kind import ACCESSES, SEMANTICS, Kind, kinds_where

__all__ = ["UNKNOWN", "Step", "conflict", "dependent", "enables"]

Step = tuple[int, int, Any]
"""``(kind, object serial, key)`` of an event."""
UNKNOWN: Final[Step] = (-1, -1, None)
"""An event on an object whose number is not known here: it depends on everything."""

_READ, _RESIZE = int(Kind.READ), int(Kind.RESIZE)
_CLOCK, _FIRE, _SEND = int(Kind.CLOCK), int(Kind.FIRE), int(Kind.SEND)
_LOOKS: Final = kinds_where(lambda row: row.looks)
"""Operations that change nothing that another one of these could see."""


def conflict(one: Step, other: Step) -> bool:
    """Whether two events of different actors depend on each other."""
    kind, serial, key = one
    other_kind, other_serial, other_key = other
    if serial != other_serial:
        if serial < 0 or other_serial < 0:
            return True
        # Time: who looks at the clock can tell which deadlines have been reached, whoever's they are.
        return (kind == _FIRE and other_kind == _CLOCK) or (kind == _CLOCK and other_kind == _FIRE)
    if kind in ACCESSES and other_kind in ACCESSES:
        if kind == _READ and other_kind == _READ:
            return False
        if key == other_key:
            return True
        if key is WHOLE or other_key is WHOLE:
            return True
        return (key is SIZE and other_kind == _RESIZE) or (other_key is SIZE and kind == _RESIZE)
    if kind in _LOOKS and other_kind in _LOOKS:
        return False
    if kind == _FIRE:
        return other_kind != _SEND and other_kind != _FIRE
    return other_kind != _FIRE or kind != _SEND


_ENABLES: Final = frozenset((int(kind), int(row.enables)) for kind, row in SEMANTICS.items() if row.enables is not None)


def enables(first: int, second: int) -> bool:
    """Whether an event of one kind is what another one waited for: such a pair is ordered, but no race."""
    return (first, second) in _ENABLES


def dependent(one: tuple[Step, ...], other: tuple[Step, ...]) -> bool:
    """Whether any event of one step depends on any of another's."""
    for first in one:
        for second in other:
            if conflict(first, second):
                return True
    return False
