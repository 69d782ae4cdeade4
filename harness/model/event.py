"""Records what happened in an execution: its events, and the lanes that caused them.

An *actor* (a virtual thread or a timer) is what the schedule chooses; a *lane* is who a reader sees act: the task that
an event loop is running, or else the thread itself. Two tasks of one loop are two lanes of one actor. What each kind of
event means stands in :mod:`harness.model.kind`.

Events are plain tuples, because an execution makes hundreds of them in a tenth of a millisecond; their fields have
the names of :class:`Event`. :class:`Lane` and :class:`History` are made once an execution.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from harness.model.site import Site

__all__ = ["SIZE", "WHOLE", "Event", "History", "Lane", "Replaced", "Replacement"]


class _Marker:
    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name

    def __reduce__(self) -> str:
        return self._name  # there is one of each, in another process too


WHOLE: Final = _Marker("WHOLE")
"""The key of an access to everything in a container: ``list(jobs.values())``, ``jobs.clear()``."""
SIZE: Final = _Marker("SIZE")
"""The key of an access to which elements there are, not to their values: ``len(jobs)``, iteration over keys."""


class Event(NamedTuple):
    """One event. The engine appends bare tuples with these fields, in this order."""

    lane: int  # index into History.lanes
    kind: int  # a harness.model.kind.Kind
    object: int  # serial number of the object in this execution, counted in the order of first access
    key: Any  # attribute name; item key, for containers; WHOLE; SIZE; None for synchronisation
    site: Site | None  # where in the source; None where it was not asked for


class Lane(NamedTuple):
    """One column of a timeline: a task, or a thread outside its tasks."""

    id: int
    actor: int
    name: str  # "main", "heartbeat", "Thread-1 (worker)", "timer": deterministic, made for people
    is_task: bool = False


class Replaced(NamedTuple):
    """A location that is gone with the object that had it, since a write put another object in its place."""

    object: int  # serial number of the object that was replaced, or of one that it holds
    key: Any
    roots: tuple[int, ...]  # serials of what holds the location, from the object that was replaced to ``object``
    value: str | None  # ``repr`` of what the new object has there, if the execution was recorded in detail


class Replacement(NamedTuple):
    """A write that put an object in the place of another one."""

    new: int  # serial number of the object that stands there now; 0 if it has none yet
    parts: tuple[Replaced, ...]  # in which the two differ


@dataclass(slots=True, repr=False)
class History:
    """The events of one execution, in the order in which they happened.

    ``values`` (event index to ``repr`` of the value read or written), ``labels`` (object serial to a short name such
    as ``job``) and the sites of synchronisation events are filled in only when the execution was recorded in
    detail, as replay does. ``waiting`` has the operations that no actor can complete, if the execution ended in a
    deadlock; they look like events, have their sites, and are not among ``events``.
    ``replaced`` (event index to replacement) says what a write of an object did away with.
    """

    events: list[tuple[Any, ...]] = field(default_factory=list)
    lanes: list[Lane] = field(default_factory=list)
    values: dict[int, str] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)
    waiting: list[tuple[Any, ...]] = field(default_factory=list)
    replaced: dict[int, Replacement] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.events)

    def __repr__(self) -> str:
        return f"<History of {len(self.events)} events by {', '.join(lane.name for lane in self.lanes)}>"

    def event(self, index: int) -> Event:
        """The event at ``index``, with named fields."""
        return Event._make(self.events[index])

    def actor_of(self, index: int) -> int:
        """The actor that caused the event at ``index``."""
        return self.lanes[self.event(index).lane].actor
