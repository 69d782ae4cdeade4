"""A number by which two executions of one happens-before class are known, and two of different classes told apart.

An execution's class is given by which earlier events each event depends on. Of one other actor those are a prefix of
its dependent events, so the last of them says it all: an event is signed by its actor, its place among that actor's
events, its kind, and the last event of each other actor that it depends on. The signature is the sum of those, so an
execution that begins as the one before did is signed from where it differs.

Numbers of actors and objects depend on the order of independent transitions, so neither is part of a signature: an
actor is known by who started it and as which of its children, and a timer by the thread that runs its loop.

What could make it wrong: two classes with one number. With 64 bits that is not to be expected among 10**9, and it would
hide a fault of the search, not make one up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from harness.model.kind import Kind, kinds_where
from harness.strategies.dpor.dependence import Operation, conflict

if TYPE_CHECKING:
    from harness.engine.run import Run

__all__ = ["ClassSignature", "signature_of"]

_TIMED: Final = kinds_where(lambda row: row.timed)
_READ, _START, _BEGIN, _POLL = int(Kind.READ), int(Kind.START), int(Kind.BEGIN), int(Kind.POLL)
_TIMER: Final = -2  # in the place of the number of a child
_MASK: Final = (1 << 64) - 1

_Signed = tuple[int, Operation]
"""An event: how many its actor had made, and what it does."""


class ClassSignature:
    """Signs one execution after the other, and looks only at what is new in each."""

    def __init__(self) -> None:
        self._made: dict[int, int] = {}  # actor -> events so far
        self._names: dict[int, int] = {}  # actor -> what it is known by
        self._on: dict[int, dict[int, list[_Signed]]] = {}  # object -> actor -> its events on it
        self._changing: dict[int, dict[int, list[_Signed]]] = {}  # those of them that are no reads
        self._timed: dict[int, list[_Signed]] = {}  # actor -> its events that look at the clock or move it
        self._children: dict[int, int] = {}  # actor -> threads that it has started
        self._started: dict[int, int] = {}  # object of a thread that was started -> what it will be known by
        self._pollers: dict[int, list[int]] = {}  # loop -> what the thread that runs it is known by, at each POLL
        self._events: list[tuple[int, Operation]] = []  # actor and operation of each
        self._sums: list[int] = [0]  # signature after each event

    def sign(self, run: Run, kept: int = 0) -> int:
        """Return the signature of an execution.

        Args:
            run: The execution.
            kept: Number of events that are those of the execution before, if there was one.
        """
        kept = min(kept, len(self._events))
        self._drop(kept)
        actor_of = [lane.actor for lane in run.history.lanes]
        for lane, kind, serial, key, _ in run.history.events[kept:]:
            self._append(actor_of[lane], (kind, serial, key))
        return self._sums[-1]

    def after(self, count: int) -> int:
        """Return the signature of the first ``count`` events of the execution that was signed last."""
        return self._sums[count]

    def _append(self, actor: int, operation: Operation) -> None:
        kind, serial, _ = operation
        name = self._name_of(actor, kind, serial)
        number = self._made[actor] = self._made.get(actor, 0) + 1
        before = sorted(self._last_before(actor, operation))
        self._sums.append((self._sums[-1] + hash((name, number, kind, *before))) & _MASK)
        signed = (number, operation)
        self._on.setdefault(serial, {}).setdefault(actor, []).append(signed)
        if kind != _READ:
            self._changing.setdefault(serial, {}).setdefault(actor, []).append(signed)
        if kind in _TIMED:
            self._timed.setdefault(actor, []).append(signed)
        self._events.append((actor, operation))

    def _last_before(self, actor: int, operation: Operation) -> list[tuple[int, int]]:
        """Return the last event of each other actor that an operation depends on."""
        kind, serial, _ = operation
        sources = [(self._changing if kind == _READ else self._on).get(serial, {})]
        if kind in _TIMED:
            sources.append(self._timed)
        found: dict[int, int] = {}
        for source in sources:
            for other, events in source.items():
                if other != actor:
                    for number, earlier in reversed(events):
                        if conflict(operation, earlier):
                            found[other] = max(found.get(other, 0), number)
                            break
        return [(self._names[other], number) for other, number in found.items()]

    def _name_of(self, actor: int, kind: int, serial: int) -> int:
        name = self._names.get(actor)
        if name is None:
            if kind == _BEGIN:
                name = self._started.get(serial, 0)
            else:
                pollers = self._pollers.get(serial)
                name = hash((pollers[-1], _TIMER)) if pollers else 1
            self._names[actor] = name
        if kind == _START:
            child = self._children[actor] = self._children.get(actor, 0) + 1
            self._started[serial] = hash((name, child))
        elif kind == _POLL:
            self._pollers.setdefault(serial, []).append(name)
        return name

    def _drop(self, kept: int) -> None:
        """Forget the events from number ``kept`` on."""
        while len(self._events) > kept:
            actor, (kind, serial, _) = self._events.pop()
            self._on[serial][actor].pop()
            if kind != _READ:
                self._changing[serial][actor].pop()
            if kind in _TIMED:
                self._timed[actor].pop()
            if kind == _START:
                self._children[actor] -= 1
                del self._started[serial]
            elif kind == _POLL:
                self._pollers[serial].pop()
            self._made[actor] -= 1
            if not self._made[actor]:
                del self._names[actor]
        del self._sums[kept + 1 :]


def signature_of(run: Run) -> int:
    """Return the signature of a single execution."""
    return ClassSignature().sign(run)
