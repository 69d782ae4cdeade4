"""Which operations depend on each other: those whose order some actor could tell.

Two operations of different actors are *independent* if doing them in either order leads to the same state and neither
disables the other. Everything that the exhaustive search leaves out rests on this relation, so where it is not sure it
says "dependent": that costs executions, while a missing dependence is a false proof.
"""

from __future__ import annotations

from typing import Any, Final

from harness.model.event import SIZE, WHOLE
from harness.model.kind import ACCESSES, SEMANTICS, Kind, kinds_where

__all__ = ["UNKNOWN", "Operation", "conflict", "dependent", "enables"]

Operation = tuple[int, int, Any]
"""``(kind, object serial, key)``: what an event does, without its actor and its place."""
UNKNOWN: Final[Operation] = (-1, -1, None)
"""An operation on an object whose number is not known here: it depends on everything."""

_READ, _RESIZE = int(Kind.READ), int(Kind.RESIZE)
_CLOCK, _FIRE, _SEND, _STAMP = int(Kind.CLOCK), int(Kind.FIRE), int(Kind.SEND), int(Kind.STAMP)
_TIMED: Final = kinds_where(lambda row: row.timed)
_LOOKS: Final = kinds_where(lambda row: row.looks)
"""Operations that change nothing that another one of these could see."""


def conflict(one: Operation, other: Operation) -> bool:
    """Whether two operations of different actors depend on each other."""
    kind, serial, key = one
    other_kind, other_serial, other_key = other
    if serial != other_serial:
        if serial < 0 or other_serial < 0:
            return True
        # A look at the clock can tell which deadlines have been reached, no matter whose they are.
        return (kind == _FIRE) != (other_kind == _FIRE) and kind in _TIMED and other_kind in _TIMED
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
    if kind in _TIMED and other_kind in _TIMED and _FIRE not in (kind, other_kind):
        return kind == other_kind == _STAMP  # a deadline that is computed shows no one which of two looks came first
    if kind == _FIRE:
        return other_kind != _SEND and other_kind != _FIRE
    return other_kind != _FIRE or kind != _SEND


_ENABLES: Final = frozenset((int(kind), int(row.enables)) for kind, row in SEMANTICS.items() if row.enables is not None)


def enables(first: int, second: int) -> bool:
    """Whether an operation of one kind is what another one waited for: such a pair is ordered, and no race."""
    return (first, second) in _ENABLES


def dependent(one: tuple[Operation, ...], other: tuple[Operation, ...]) -> bool:
    """Whether any operation of one transition depends on any of another's."""
    for first in one:
        for second in other:
            if conflict(first, second):
                return True
    return False
