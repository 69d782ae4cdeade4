"""Who has the GIL: whether CPython could switch threads at a decision, or only a build without the GIL.

The running thread can lose the GIL where it checks the eval breaker, and code that is marked
(:mod:`harness.instrument.switches`) says when it has come by such a check. A decision at which the actor has done an
operation and has come by no check since is one that CPython with the GIL never makes.

Only what the program does itself is known so exactly. Between two operations of the standard library, of an event loop
and of two tasks there are always calls of Python functions, so there the answer is always yes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from harness.engine.source_location import is_called_by_program
from harness.model.kind import ACCESSES, kinds_where
from harness.stdlib.locks import Lock, RLock
from harness.stdlib.simple_queue import SimpleQueue

if TYPE_CHECKING:
    from harness.engine.actor import Actor
    from harness.engine.world import World

__all__ = ["ATOMIC", "GilWatch"]

ATOMIC: Final = (Lock, RLock, SimpleQueue)
"""Twins of types whose methods are C functions, with no check inside."""
_IN_C: Final = kinds_where(lambda row: row.in_c)


class GilWatch:
    """Knows since when the running actor has come by no check.

    Args:
        world: The world it watches.
        forbids: The GIL is kept wherever CPython keeps it; otherwise only the run's record says what needed none.

    Attributes:
        checked_at: Number of events at the time of the last check. Invariant: equal to the number of events now
            exactly if the running actor has come by a check since its last operation.
    """

    def __init__(self, world: World, forbids: bool) -> None:
        self._world = world
        self._forbids = forbids
        self._locks: set[int] = set()  # serials of the locks that are C objects in CPython
        self.checked_at = 0

    def begin(self) -> None:
        """A new execution."""
        self._locks.clear()
        self.checked_at = 0

    def passed(self) -> None:
        """The running actor comes by a check."""
        if self._world.running:
            self.checked_at = len(self._world.events)

    def met(self, obj: object, serial: int) -> None:
        """An object was given its number."""
        if type(obj) in ATOMIC:
            self._locks.add(serial)

    def synchronised(self, kind: int, serial: int) -> None:
        """A synchronising operation was recorded."""
        if not self._is_direct(kind, serial):
            self.passed()

    def is_held_by(self, actor: Actor) -> bool:
        """``actor`` is at a decision, and there was no check since its last operation."""
        events = self._world.events
        if self.checked_at == len(events) or not events or events[-1][0] != actor.lane:
            return False
        kind, serial, _ = actor.pending
        return kind in ACCESSES or self._is_direct(kind, serial)

    def keeps(self, actor: Actor) -> bool:
        """``actor``, who holds the GIL, goes on: it can, and it may not be preempted."""
        return self._forbids and (actor.ready is None or actor.ready())

    def _is_direct(self, kind: int, serial: int) -> bool:
        """An operation on a lock that the program calls itself: C code, with no check before it."""
        return kind in _IN_C and serial in self._locks and is_called_by_program(self._world.files)
