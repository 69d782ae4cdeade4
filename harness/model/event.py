"""What happened in an execution: events, the lanes that caused them, and the record of it all.

An *actor* (a virtual thread or a timer) is what the schedule chooses; an *lane* is who a reader sees acting: the
task that an event loop is running, or else the thread itself. Two tasks of one loop are two lanes of one actor.

Events are plain tuples, because an execution makes hundreds of them in a tenth of a millisecond; their fields have
the names of :class:`Event`. :class:`Lane` and :class:`History` are made once an execution.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from harness.model.site import Site

__all__ = ["SIZE", "WHOLE", "Event", "History", "Kind", "Lane"]


class Kind(IntEnum):
    """What an event does. ``READ``, ``WRITE`` and ``RESIZE`` are accesses, all others synchronise."""

    READ = 0
    WRITE = 1
    RESIZE = 2  # a write that also changes how many elements its container has
    ACQUIRE = 3
    RELEASE = 4
    TRY = 5  # a failed, timed-out or merely asking look at a lock: locked(), acquire(blocking=False)
    WAIT = 6  # begins to wait on a condition, an event, a barrier
    WAKE = 7  # has waited and been notified
    NOTIFY = 8  # notify, notify_all, Event.set
    CLEAR = 9
    PUT = 10
    GET = 11
    START = 12
    BEGIN = 13
    EXIT = 14
    JOIN = 15
    SEND = 16  # hands a callback to an event loop: call_soon_threadsafe, or call_soon from a foreign thread
    POLL = 17  # a loop collects what was handed to it and the timers that are due
    FIRE = 18  # time passes: a deadline is reached
    CLOCK = 19  # the clock is read
    SLEEP = 20
    TAKE = 22  # took a lock that it would not have waited for
    SEEN = 21  # found a flag set, or a thread ended, without waiting for it
    QUERY = 23  # a statement that reads a database
    CHANGE = 24  # one that may change it, or ends a transaction
    ADD = 25  # gave or put one more to those that were there to be had already


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
    kind: int  # a Kind
    object: int  # serial number of the object in this execution, counted in the order of first access
    key: Any  # attribute name; item key, for containers; WHOLE; SIZE; None for synchronisation
    site: Site | None  # where in the source; None where it was not asked for


class Lane(NamedTuple):
    """Somebody who acts: a task, or a thread outside its tasks."""

    id: int
    actor: int
    name: str  # "main", "heartbeat", "Thread-1 (worker)", "timer": deterministic, made for people
    is_task: bool = False


@dataclass(slots=True, repr=False)
class History:
    """The events of one execution, in the order in which they happened.

    ``values`` (event index to ``repr`` of the value read or written), ``labels`` (object serial to a short name such
    as ``job``) and the sites of synchronisation events are filled in only when the execution was recorded in
    detail, as replay does.
    """

    events: list[tuple[Any, ...]] = field(default_factory=list)
    lanes: list[Lane] = field(default_factory=list)
    values: dict[int, str] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.events)

    def __repr__(self) -> str:
        return f"<History of {len(self.events)} events by {', '.join(lane.name for lane in self.lanes)}>"

    def event(self, index: int) -> Event:
        """The event at ``index``, with named fields."""
        return Event._make(self.events[index])
