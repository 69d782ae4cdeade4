"""Who has the GIL: whether CPython could switch threads at a decision, or only a build without the GIL.

The running thread can lose the GIL where it checks the eval breaker, and code that is marked
(:mod:`harness.instrument.switches`) says when it has come by such a check. A decision at which the actor has done an
operation and has come by no check since is one that CPython with the GIL never makes.

A thread that waits for a lock has given up the GIL. From the moment of the release the lock is its own, while the
releaser goes on with the GIL: so after an acquisition that had to wait there was a check, too. Measured with a switch
interval of 1 µs: two threads that take ``a, b`` and ``b, a`` once never deadlock (60,000 rounds), twice over they do.

Only what the program does itself is known so exactly. Between two operations of the standard library, of an event loop
and of two tasks there are always calls of Python functions, so there the answer is always yes.

What could make it wrong: *a search that takes two executions for one that differ in who waited.* So where the GIL is
kept, that a thread finds a lock taken is an event (``BLOCK``), on which the release of the lock depends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from harness.engine.source_location import is_called_by_program
from harness.model.kind import ACCESSES, Kind, kinds_where

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.engine.actor import Actor

__all__ = ["GilWatch"]

_IN_C: Final = kinds_where(lambda row: row.in_c)
_TAKES: Final = kinds_where(lambda row: row.takes)
_ACQUIRE, _RELEASE = int(Kind.ACQUIRE), int(Kind.RELEASE)


class GilWatch:
    """Tracks whether the running thread has passed an eval-breaker check since its last operation.

    A type of ``stdlib/`` whose methods are C functions in CPython, with no check inside, says so with a class attribute
    ``race_in_c``.

    Args:
        files: Sources of the program.
        forbids: The GIL is kept wherever CPython keeps it; otherwise only the run's record says what needed none.

    Attributes:
        checked_at: Number of events at the time of the last check. Invariant: equal to the number of events now
            exactly if the running actor has passed a check since its last operation.
    """

    __slots__ = ("_events", "_files", "_forbids", "_numbers", "_taken_at", "_waiters", "checked_at")

    def __init__(self, files: frozenset[str], forbids: bool) -> None:
        self._files = files
        self._forbids = forbids
        self._events: Sequence[Any] = ()
        self._numbers: set[int] = set()  # of objects that are C objects in CPython
        self._taken_at: dict[int, int] = {}  # lock -> number of events when it was taken last
        self._waiters: dict[int, tuple[int, bool]] = {}  # lane -> lock that it stands before; it waits inside of it
        self.checked_at = 0

    def watch(self, events: Sequence[Any]) -> None:
        """Watch the execution whose events these are."""
        self._events = events

    def passed(self) -> None:
        """The running actor passes a check."""
        self.checked_at = len(self._events)

    def met(self, obj: object, number: int) -> None:
        """An object was given its number."""
        if getattr(type(obj), "race_in_c", False):
            self._numbers.add(number)

    def synchronised(self, lane: int, kind: int, number: int) -> None:
        """A synchronising operation was recorded."""
        if not self._is_direct(kind, number):
            self.passed()
        elif kind in _TAKES:
            self._taken_at[number] = len(self._events)
            if self._waiters.pop(lane, None) == (number, True):
                self.passed()
        elif kind == _RELEASE and self.checked_at >= self._taken_at.get(number, 0):
            # While it was held, other threads could run up to where they wait for it.
            for each, (lock, _) in self._waiters.items():
                if lock == number:
                    self._waiters[each] = number, True

    def comes_to(self, actor: Actor) -> bool:
        """``actor`` is about to take a lock; returns whether it gives up the GIL to wait for it, as an event."""
        kind, number, _ = actor.pending
        if kind != _ACQUIRE or actor.deadline is not None or not self._is_direct(kind, number):
            return False
        assert actor.ready is not None
        waits = not actor.ready()
        self._waiters[actor.lane] = number, waits
        return waits

    @property
    def records_waiting(self) -> bool:
        """That a thread waits for a lock is an event."""
        return self._forbids

    def is_held_by(self, actor: Actor) -> bool:
        """``actor`` is at a decision, and there was no check since its last operation."""
        events = self._events
        if self.checked_at == len(events) or not events or events[-1][0] != actor.lane:
            return False
        kind, number, _ = actor.pending
        return kind in ACCESSES or self._is_direct(kind, number)

    def keeps(self, actor: Actor) -> bool:
        """``actor``, which holds the GIL, goes on: it can, and it may not be preempted."""
        return self._forbids and (actor.ready is None or actor.ready())

    def _is_direct(self, kind: int, number: int) -> bool:
        """An operation on a lock that the program calls itself: C code, with no check before it."""
        return kind in _IN_C and number in self._numbers and is_called_by_program(self._files)
