"""What the walk through a program leaves: places, locks, and the events in which they are used.

A :class:`Place` names state the way the source does, by class and attribute, not by object: two objects of one class
are one place. That errs on the side of a finding, as does taking all keys of a dict for one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from harness.audit.symbols import Function

__all__ = ["Event", "EventKind", "Frame", "Held", "Lock", "Place"]

EventKind = Literal["read", "write", "insert", "delete", "iterate", "wait", "block", "acquire", "use", "start", "begin"]


@dataclass(frozen=True, slots=True)
class Place:
    """A piece of state.

    Attributes:
        owner: The class, module or function that it belongs to.
        name: The attribute or variable.
        item: Whether it is one of the things in it rather than itself: ``jobs[...]``.
        field: A field of that: ``jobs[...].progress``; ``*`` for one that only the run knows.
    """

    owner: str
    name: str
    item: bool = False
    field: str = ""

    @property
    def root(self) -> tuple[str, str]:
        return self.owner, self.name

    def __str__(self) -> str:
        """As people write it.

        >>> str(Place("Store", "jobs", True, "progress"))
        'jobs[...].progress'
        """
        return f"{self.name}{'[...]' if self.item else ''}{'.' + self.field if self.field else ''}"


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock, or with ``keyed`` a family of them, one for each key.

    Attributes:
        kind: ``thread``, ``asyncio``, or ``none`` for what looks like a lock and keeps nobody out.
    """

    owner: str
    name: str
    kind: Literal["thread", "asyncio", "none"]
    keyed: bool = False
    reentrant: bool = False
    path: str = ""
    line: int = 0

    def __str__(self) -> str:
        return f"{self.name}[...]" if self.keyed else self.name


@dataclass(frozen=True, slots=True)
class Held:
    """A lock that is held, since one ``acquire`` event, whose number is ``section``."""

    lock: Lock
    section: int
    sorted: bool = False  # its key comes from sorted(...): a family taken in one order


@dataclass(frozen=True, slots=True)
class Frame:
    """Where in one call the walk is. Equal ``call`` means the same call of the same function."""

    call: int
    function: Function
    line: int


@dataclass(slots=True, eq=False)
class Event:
    """One step of an entry point.

    Attributes:
        sources: Earlier events that the written value was made from.
        guards: Earlier reads that decided whether this event happens.
        branch: Which way each ``if`` around it went; two events that disagree never happen in one run.
        repeated: It stands in a loop of its function.
        fresh: What is stored was made just now, so nobody else has it.
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
