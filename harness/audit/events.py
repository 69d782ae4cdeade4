"""Defines the events that a walk through a program leaves, with the locks that are held and the calls around them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from harness.audit.places import Lock, Place
    from harness.audit.symbols import Function

__all__ = ["Event", "EventKind", "Frame", "Held"]

EventKind = Literal["read", "write", "insert", "delete", "iterate", "wait", "block", "acquire", "use", "start", "begin"]


@dataclass(frozen=True, slots=True)
class Held:
    """Records a lock that is held, since one ``acquire`` event, whose number is ``section``."""

    lock: Lock
    section: int
    sorted: bool = False  # its key comes from sorted(...): a family taken in one order


@dataclass(frozen=True, slots=True)
class Frame:
    """Says where in one call the walk is. Equal ``call`` means the same call of the same function."""

    call: int
    function: Function
    line: int


@dataclass(slots=True, eq=False)
class Event:
    """Records one step of an entry point.

    Attributes:
        sources: Earlier events that the written value was made from.
        guards: Earlier reads that decided whether this event happens.
        branch: Which way each ``if`` around it went; two events that disagree never happen in one run.
        repeated: It stands in a loop of its function.
        fresh: What is stored was made just now, so no other thread or task has it.
        final: The final status that a write sets, if it sets one: ``completed``.
        started: For ``start``, the function that another thread or task runs from then on.
        end: For ``iterate``, the number of the last event in the loop.
    """

    index: int
    kind: EventKind
    place: Place | None
    frames: tuple[Frame, ...]
    held: tuple[Held, ...]
    branch: tuple[tuple[int, int], ...]
    sources: frozenset[int] = frozenset()
    guards: frozenset[int] = frozenset()
    text: str = ""
    repeated: bool = False
    fresh: bool = False
    lock: Lock | None = None
    started: Function | None = None
    final: str = ""
    end: int = field(default=-1)

    @property
    def line(self) -> int:
        return self.frames[-1].line

    @property
    def function(self) -> Function:
        return self.frames[-1].function

    @property
    def writes(self) -> bool:
        return self.kind in ("write", "insert", "delete")

    def excludes(self, other: Event) -> bool:
        """Whether the two stand on different ways of one ``if``."""
        mine = dict(self.branch)
        return any(mine.get(fork, way) != way for fork, way in other.branch)
