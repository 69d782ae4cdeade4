"""What is wrong with one execution: the kinds of failure, and the finding that the engine or an oracle makes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from harness.model.site import Site

__all__ = ["ASSERTION", "DEADLOCK", "EXCEPTION", "LIVELOCK", "FailureKind", "Finding", "Focus", "LostUpdate"]


class FailureKind(str):
    """The name of a kind of failure, with the words that its report opens with.

    It is a string, so ``failure.kind == "deadlock"`` holds and JSON has it as one. It is no enumeration, because each
    oracle brings the kind that it finds in its own file. A kind that is read from a file of results, where only its
    name stands, has a heading made from that.

    Args:
        name: As ``detect=`` and ``failure.kind`` have it: ``"lost-update"``.
        heading: ``"LOST UPDATE"``; by default made from the name.

    Example:
        >>> FailureKind("assertion", "ASSERTION FAILED").heading
        'ASSERTION FAILED'
        >>> FailureKind("data-race").heading, FailureKind("data-race") == "data-race"
        ('DATA RACE', True)
    """

    __slots__ = ("heading",)
    heading: str

    def __new__(cls, name: str, heading: str = "") -> FailureKind:
        kind = super().__new__(cls, name)
        kind.heading = heading or name.upper().replace("-", " ")
        return kind

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]  # that of str has one
        return str(self), self.heading


ASSERTION: Final = FailureKind("assertion", "ASSERTION FAILED")
EXCEPTION: Final = FailureKind("exception")
DEADLOCK: Final = FailureKind("deadlock")
LIVELOCK: Final = FailureKind("livelock")


@dataclass(frozen=True, slots=True)
class Focus:
    """The part of a history on which a failure turns; its timeline is drawn around it.

    Attributes:
        events: Indexes of the decisive events, in order. They are always shown.
        lost, stale: The write among them that is lost, and the one that made it so; None if no update was lost.
        note: What a timeline says beside the other decisive events.
        place: ``file:line`` where the program raised an exception, or ``""``.
        raises: The exception: ``"KeyError: 'j'"``.
    """

    events: tuple[int, ...] = ()
    lost: int | None = None
    stale: int | None = None
    note: str = ""
    place: str = ""
    raises: str = ""


@dataclass(frozen=True, slots=True)
class LostUpdate:
    """Lane A read a location, B wrote it, A wrote it from the stale read: B's update is gone.

    If the stale write comes first, A put a copy in the place of the object that B got hold of before, and B's write
    went into the object that was replaced.

    ``read_event``, ``lost_event`` and ``stale_event`` are indexes of events in the history of the execution it was seen
    in; the names and sites beside them stand on their own.
    """

    location: str  # "job.progress", "jobs['a']"
    reader: str  # name of lane A
    writer: str  # name of lane B, whose update is gone
    read_site: Site | None = field(repr=False)
    lost_site: Site | None  # where B wrote
    stale_site: Site | None = field(repr=False)  # where A wrote over it
    read_event: int = field(repr=False)
    lost_event: int = field(repr=False)
    stale_event: int = field(repr=False)

    def __str__(self) -> str:
        if self.came_too_late:
            return f"{self.location}: {self.writer}'s update went to what {self.reader} had replaced by a copy"
        return f"{self.location}: {self.writer}'s update was overwritten by {self.reader} from a stale read"

    @property
    def came_too_late(self) -> bool:
        """The update went to an object that had been replaced."""
        return self.stale_event < self.lost_event

    @property
    def focus(self) -> Focus:
        """Its three events."""
        return Focus(
            tuple(sorted((self.read_event, self.lost_event, self.stale_event))),
            lost=self.lost_event,
            stale=self.stale_event,
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with one execution, by the engine's own word or an oracle's.

    Attributes:
        kind: Of failure.
        message: One line, or one line per actor for a deadlock.
        place: Where it went wrong, as ``file:line``; several of them are separated by a space.
        traceback: The program's own traceback, or ``""``.
        focus: The events on which it turns.
        lost_update: The update that was lost, where that is what was found.
    """

    kind: FailureKind
    message: str
    place: str
    traceback: str = ""
    focus: Focus = Focus()
    lost_update: LostUpdate | None = None

    @property
    def identity(self) -> tuple[str, str]:
        """Two findings with one identity are the same failure."""
        return self.kind, self.place
