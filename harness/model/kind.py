"""What an operation means: every kind of it, and one row of semantics each.

The table is the only place that knows. Happens-before, the dependence and the races of the search, the rule of the GIL,
the event profile, the comparison of two executions and the words of a timeline each take from it, when they are
imported, the set of kinds that they ask for in their inner loops: ``kinds_where(lambda row: row.tells)``.

A new kind is a member of :class:`Kind` and its row.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["ACCESSES", "SEMANTICS", "WRITES", "Kind", "Semantics", "kinds_where"]


class Kind(IntEnum):
    """What an event does. The accesses come first; all others synchronise."""

    READ = 0
    WRITE = 1
    RESIZE = 2  # a write that also changes how many elements its container has
    ACQUIRE = 3
    TAKE = 4  # takes a lock that it would not have waited for
    RELEASE = 5
    TRY = 6  # a failed, timed-out or merely asking look at a lock: locked(), acquire(blocking=False)
    WAIT = 7  # begins to wait on a condition, an event, a barrier
    WAKE = 8  # has waited and been notified
    NOTIFY = 9  # notify, notify_all, Event.set
    CLEAR = 10
    SEEN = 11  # finds a flag set, or a thread ended, without waiting for it
    PUT = 12
    ADD = 13  # adds to what was already available, so it enables no waiter
    GET = 14
    START = 15
    BEGIN = 16
    EXIT = 17
    JOIN = 18
    SEND = 19  # hands a callback to an event loop: call_soon_threadsafe, or call_soon from a foreign thread
    POLL = 20  # a loop collects what was handed to it and the timers that are due
    FIRE = 21  # time passes: a deadline is reached
    CLOCK = 22  # the clock is read
    SLEEP = 23
    QUERY = 24  # a statement that reads a database
    CHANGE = 25  # one that may change it, or ends a transaction
    USE = 26  # code that is not known may do anything to the object
    STAMP = 27  # the program asks what time it is, and is told a nanosecond more than whoever asked before
    BLOCK = 28  # finds a lock taken, and gives up the GIL until it has it; recorded where the GIL is kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Semantics:
    """What a kind of operation means, to each part that asks.

    Attributes:
        is_access: Touches a location of the program's memory. Any other operation synchronises.
        writes: Changes the location.
        learns: Happens after all that was told on the same object before.
        tells: Happens before all that learns from the same object later.
        looks: Changes nothing that another look could see, so two looks are independent.
        takes: Gets what only one actor can have. It disables the others that wait for that, and races with the one
            that had it before.
        enables: The kind of operation that may have waited for this one. Such a pair is ordered, but is no race.
        awaits_future: Waits for what is still to happen; nothing done earlier makes it impossible.
        foreseen: Is exactly known before it is done, object and all.
        timed: Depends on what time it is, or decides it.
        in_c: A method of a lock or a ``SimpleQueue``, which are written in C: CPython checks for a switch of threads
            neither in it nor before it.
        said: How a timeline says it; ``""`` for a step that a timeline does not show.
    """

    is_access: bool = False
    writes: bool = False
    learns: bool = False
    tells: bool = False
    looks: bool = False
    takes: bool = False
    enables: Kind | None = None
    awaits_future: bool = False
    foreseen: bool = False
    timed: bool = False
    in_c: bool = False
    said: str = ""


SEMANTICS: Final[Mapping[Kind, Semantics]] = {
    Kind.READ: Semantics(is_access=True, said="read"),
    Kind.WRITE: Semantics(is_access=True, writes=True, said="write"),
    Kind.RESIZE: Semantics(is_access=True, writes=True, said="write"),
    Kind.ACQUIRE: Semantics(learns=True, takes=True, foreseen=True, in_c=True, said="takes"),
    Kind.TAKE: Semantics(learns=True, takes=True, in_c=True, said="takes"),
    Kind.RELEASE: Semantics(tells=True, enables=Kind.ACQUIRE, in_c=True, said="releases"),
    Kind.TRY: Semantics(looks=True, in_c=True, said="asks"),
    Kind.WAIT: Semantics(looks=True, said="waits for"),
    Kind.WAKE: Semantics(learns=True, looks=True, awaits_future=True, said="is woken by"),
    Kind.NOTIFY: Semantics(tells=True, enables=Kind.WAKE, said="notifies"),
    Kind.CLEAR: Semantics(said="clears"),
    Kind.SEEN: Semantics(learns=True, looks=True, said="finds"),
    Kind.PUT: Semantics(tells=True, enables=Kind.GET, in_c=True, said="puts into"),
    Kind.ADD: Semantics(tells=True, said="adds to"),
    Kind.GET: Semantics(learns=True, takes=True, foreseen=True, in_c=True, said="takes from"),
    Kind.START: Semantics(tells=True, enables=Kind.BEGIN),
    Kind.BEGIN: Semantics(learns=True, foreseen=True),
    Kind.EXIT: Semantics(tells=True, enables=Kind.JOIN, foreseen=True),
    Kind.JOIN: Semantics(learns=True, looks=True, awaits_future=True),
    Kind.SEND: Semantics(tells=True, said="hands over to"),
    Kind.POLL: Semantics(learns=True, awaits_future=True),
    Kind.FIRE: Semantics(timed=True, awaits_future=True, foreseen=True),
    Kind.CLOCK: Semantics(timed=True, looks=True),
    Kind.SLEEP: Semantics(looks=True),
    Kind.QUERY: Semantics(learns=True, looks=True, said="asks"),
    Kind.CHANGE: Semantics(tells=True, said="does"),
    Kind.USE: Semantics(),
    Kind.STAMP: Semantics(timed=True),
    Kind.BLOCK: Semantics(looks=True),
}


def kinds_where(holds: Callable[[Semantics], object]) -> frozenset[int]:
    """The kinds whose row of :data:`SEMANTICS` has a property.

    They are plain numbers, as events have them, so that asking whether an event's kind is among them costs 20 ns.

    >>> sorted(map(Kind, kinds_where(lambda row: row.timed)))
    [<Kind.FIRE: 21>, <Kind.CLOCK: 22>, <Kind.STAMP: 27>]
    """
    return frozenset(int(kind) for kind, row in SEMANTICS.items() if holds(row))


ACCESSES: Final = kinds_where(lambda row: row.is_access)
WRITES: Final = kinds_where(lambda row: row.writes)
