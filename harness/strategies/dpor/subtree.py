"""A part of the search that can be explored anywhere: in this process, in another one, on another machine.

An execution is made anew from its beginning each time, so a part of the search needs no state of the program. It is a
path of decisions with, for each, what the search knows there: which actors can go on, which sleep, which have gone
first, and what is left.
"""

from __future__ import annotations

import io
import pickle
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from harness.model.event import WHOLE

if TYPE_CHECKING:
    from harness.strategies.dpor.node import Node
    from harness.strategies.dpor.wakeup_sequence import WakeupSequence

__all__ = ["Remainder", "Reversal", "Subtree", "pack", "unpack"]

_T = TypeVar("_T", "Subtree", "Remainder")


class Reversal(NamedTuple):
    """A wake-up sequence to be explored from a node of the path that belongs to another part."""

    depth: int
    sequence: WakeupSequence


@dataclass(frozen=True, slots=True)
class Subtree:
    """What one share of a search explores.

    Attributes:
        path: From the first decision on. No nodes: the whole search, from its first execution.
        floor: Index of the first node that belongs to this part. From those before it, nothing is explored here: what
            the part finds that should be is a :class:`Reversal`.
    """

    path: tuple[Node, ...] = ()
    floor: int = 0


@dataclass(frozen=True, slots=True)
class Remainder:
    """What a share of a search leaves.

    Attributes:
        owned: The nodes of the path that belonged to the part, as they are now.
        stack: The nodes of the current path that are still to be explored, from the floor on; none if the part is
            explored.
        forwarded: For nodes that belong to other parts.
        complete: No execution was cut short by a limit.
        learned: An execution showed that operations are dependent which had been taken for independent, so that the
            whole search begins anew (:mod:`harness.strategies.dpor.learned`).
    """

    owned: tuple[Node, ...]
    stack: tuple[Node, ...]
    forwarded: tuple[Reversal, ...]
    complete: bool = True
    learned: bool = False


class _Pickler(pickle.Pickler):
    """Takes a key that is an object of the user's for "any key": it may not be possible to send it.

    What depends on any key depends on this one, so nothing is left out.
    """

    def reducer_override(self, obj: Any) -> Any:
        if type(obj).__module__.startswith("harness.") or getattr(obj, "__module__", "").startswith("harness."):
            return NotImplemented
        return WHOLE.__reduce__()


def pack(part: Subtree | Remainder) -> bytes:
    """Return a part as bytes, for another process."""
    buffer = io.BytesIO()
    _Pickler(buffer, pickle.HIGHEST_PROTOCOL).dump(part)
    return buffer.getvalue()


def unpack(data: bytes, kind: type[_T]) -> _T:
    """Return the part that :func:`pack` made bytes of."""
    part = pickle.loads(data)
    assert isinstance(part, kind)
    return part
