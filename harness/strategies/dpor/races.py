"""Finds the races of an execution, and for each the wake-up sequence that turns it round.

An execution is cut into *transitions*: what one actor did between two decisions. A transition is done or undone as a
whole, so all of its events have one place in the happens-before order. Two transitions of different actors *race* if
an event of one depends on an event of the other and no third transition stands between them in that order.

What could make it wrong: a pair that is not looked at. An event is compared with the earlier events on its object that
are *concurrent* with it, which are the last ones of each actor: what its clock covers is ordered already. Reads are
kept apart from the rest, since two of them never race, and a program may make thousands.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from harness.model.kind import Kind, kinds_where
from harness.strategies.dpor.dependence import Operation, conflict, enables
from harness.strategies.dpor.wakeup_sequence import PendingOperation, Transition, WakeupSequence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from harness.engine.run import Run

__all__ = ["Race", "RaceFinder", "transitions_of"]

_READ: Final = int(Kind.READ)
_TAKES: Final = kinds_where(lambda row: row.takes)
_TIMED: Final = kinds_where(lambda row: row.timed)

_EventsByActor = dict[int, list[int]]
"""Actor -> indexes of its events, in order."""


class Race(NamedTuple):
    """Two transitions whose order some execution should turn round."""

    node: int  # the decision that led to the first one
    reversal: WakeupSequence  # to the second one, without the first and what depends on it


class RaceFinder:
    """Finds the races of one execution after the other, and looks only at what is new in each.

    In a depth-first search an execution begins as the one before did; what was found there is not looked for again.

    Args:
        tells_waiting: Who waits for a lock is an event (``BLOCK``), so whether one waits is a matter of order.
    """

    def __init__(self, tells_waiting: bool = False) -> None:
        self._tells_waiting = tells_waiting
        self._forget(0)

    def _forget(self, actors: int) -> None:
        self._actors = actors  # length of each clock
        self._operations: list[Operation] = []  # of each event
        self._actor_of: list[int] = []  # of each event
        self._transition_of: list[int] = []  # of each event
        self._transitions: list[Transition] = []
        self._transitions_by: list[list[int]] = [[] for _ in range(actors)]  # actor -> numbers of its transitions
        self._reads: dict[int, _EventsByActor] = {}  # object -> the reads of it
        self._others: dict[int, _EventsByActor] = {}  # object -> all other events on it
        self._timed: _EventsByActor = {}  # events that look at the clock or move it, no matter on which object
        self._holds: dict[int, list[int]] = {}  # lock -> its acquisitions

    def find(
        self,
        run: Run,
        starts: Sequence[int],
        chosen: Sequence[int],
        kept: int,
        waiting: Sequence[PendingOperation] = (),
    ) -> list[Race]:
        """Return the races whose later transition is new, in the order of the later transitions.

        Args:
            run: The execution.
            starts: For each decision, the number of events before it.
            chosen: For each decision, the actor that was chosen.
            kept: Number of events, up to a decision, that are those of the execution before.
            waiting: What actors wait for that wait for ever. Each might have had it if it had come earlier, so its
                operation races too, though it is not in the execution.
        """
        events = run.history.events
        actor_of = [lane.actor for lane in run.history.lanes]
        actors = max(actor_of, default=0) + 1
        if actors > self._actors:
            self._forget(actors)
            kept = 0
        self._drop(kept)
        found: list[Race] = []
        for actor, node, start, end in _cut(events, actor_of, starts, chosen, kept):
            operations = tuple(event[1:4] for event in events[start:end])
            found += self._races_of(Transition(actor, len(self._transitions), node, start, operations))
        end = len(events)
        for actor, operation in waiting:
            found += self._races_of(Transition(actor, len(self._transitions), -1, end, (operation,)))
            self._drop(end)
        return found

    def _races_of(self, transition: Transition) -> list[Race]:
        """Enter the next transition, and return the races in which it is the later one."""
        transitions = self._transitions
        # Without a node, no other actor could go on there.
        return [
            Race(transitions[first].node, self._reversal(first, last))
            for first, last in self._enter(transition)
            if transitions[first].node >= 0
        ]

    def _reversal(self, first: int, last: Transition) -> WakeupSequence:
        transitions = self._transitions
        origin = transitions[first].actor
        independent = [each for each in transitions[first + 1 : -1] if each.clock[origin] < first]
        return WakeupSequence([*independent, last])

    def _drop(self, kept: int) -> None:
        """Forget the events from number ``kept`` on."""
        for index in range(len(self._operations) - 1, kept - 1, -1):
            kind, serial, _ = self._operations[index]
            (self._reads if kind == _READ else self._others)[serial][self._actor_of[index]].pop()
            if kind in _TIMED:
                self._timed[self._actor_of[index]].pop()
            if kind in _TAKES:
                self._holds[serial].pop()
        del self._operations[kept:]
        del self._actor_of[kept:]
        del self._transition_of[kept:]
        while self._transitions and self._transitions[-1].start >= kept:
            self._transitions_by[self._transitions.pop().actor].pop()

    def _enter(self, transition: Transition) -> list[tuple[int, Transition]]:
        """Give the next transition its place in the order; return what it races with, and which part of it does.

        Of a transition of several events (no other actor could go on, so there was nothing to decide) each event has
        races of its own: what was awaited by one, or lies between, says nothing of those before it.
        """
        actor, number, transitions, transition_of = (
            transition.actor,
            transition.number,
            self._transitions,
            self._transition_of,
        )
        own = self._transitions_by[actor]
        last = transitions[own[-1]] if own else None
        clock = last.clock[:] if last is not None else [-1] * self._actors
        looked = last.start + len(last.operations) - 1 if last is not None else -1  # the actor's last event before
        transitions.append(transition)
        found: list[tuple[int, Transition]] = []
        for index, operation in enumerate(transition.operations, transition.start):
            held = self._held_before(index, operation, clock, actor)
            racing: list[int] = []
            for earlier in self._conflicting(operation, clock, actor):
                other = transition_of[earlier]
                if clock[transitions[other].actor] >= other:
                    if not racing or racing[-1] != other:
                        continue
                else:
                    clock[:] = map(max, clock, transitions[other].clock)
                    racing.append(other)
                if self._was_awaited(earlier, operation[0], looked):
                    racing.remove(other)
            self._append(index, operation, actor, number)
            if racing or held:
                part = Transition(
                    actor,
                    number,
                    transition.node,
                    transition.start,
                    transition.operations[: index + 1 - transition.start],
                )
                part.clock = clock  # as it will be after the whole transition, which may be cut elsewhere next time
                found += [(first, part) for first in (*racing, *held)]
            looked = index
        clock[actor] = number
        transition.clock = clock
        own.append(number)
        return found

    def _append(self, index: int, operation: Operation, actor: int, number: int) -> None:
        kind, serial, _ = operation
        self._operations.append(operation)
        self._actor_of.append(actor)
        self._transition_of.append(number)
        on = self._reads if kind == _READ else self._others
        on.setdefault(serial, {}).setdefault(actor, []).append(index)
        if kind in _TIMED:
            self._timed.setdefault(actor, []).append(index)
        if kind in _TAKES:
            self._holds.setdefault(serial, []).append(index)

    def _held_before(self, index: int, operation: Operation, clock: list[int], actor: int) -> list[int]:
        """Return the transition that took a lock before, if this event takes it: either could have come first."""
        kind, serial, _ = operation
        if kind not in _TAKES:
            return []
        holds = self._holds.get(serial)
        if not holds:
            return []
        held = self._transition_of[holds[-1]]
        other = self._transitions[held].actor
        return [held] if other != actor and clock[other] < held else []

    def _conflicting(self, operation: Operation, clock: list[int], actor: int) -> list[int]:
        """Return the concurrent earlier events that an operation depends on, the last one first."""
        kind, serial, _ = operation
        sources = [self._others.get(serial, {})]
        if kind != _READ:
            sources.append(self._reads.get(serial, {}))
        if kind in _TIMED:
            sources.append(self._timed)
        operations, transition_of = self._operations, self._transition_of
        found = set()
        for source in sources:
            for other, indexes in source.items():
                if other == actor:
                    continue
                ordered = clock[other]
                for earlier in reversed(indexes):
                    if transition_of[earlier] <= ordered:
                        break
                    if conflict(operation, operations[earlier]):
                        found.add(earlier)
        return sorted(found, reverse=True)

    def _was_awaited(self, earlier: int, kind: int, looked: int) -> bool:
        """Whether an operation waited for an earlier event: then the two are ordered, and no race.

        Not so with a timeout (its deadline was the actor's last look at the clock): there the other outcome is
        possible.

        Args:
            earlier: Index of the earlier event.
            kind: Of the later operation.
            looked: Index of its actor's event before it; -1 if there is none.
        """
        operations = self._operations
        first, serial, _ = operations[earlier]
        if not enables(first, kind):
            return False
        if looked >= 0 and operations[looked][0] == Kind.CLOCK:
            return False
        if kind == Kind.ACQUIRE and self._tells_waiting and (looked < 0 or operations[looked][0] != Kind.BLOCK):
            return False  # it did not wait, and could have come while the lock was held
        if first == Kind.NOTIFY:  # of several notifications, the first since the wait began is the one
            return not any(each[0] == first and each[1] == serial for each in operations[looked + 1 : earlier])
        return True


def transitions_of(run: Run, starts: Sequence[int]) -> list[Transition]:
    """Return the transitions of an execution, each with its clock.

    Args:
        run: The execution.
        starts: For each decision, the number of events before it.
    """
    finder = RaceFinder()
    finder.find(run, starts, [-1] * len(starts), 0)
    return finder._transitions


def _cut(
    events: list[tuple[Any, ...]], actor_of: list[int], starts: Sequence[int], chosen: Sequence[int], index: int
) -> Iterator[tuple[int, int, int, int]]:
    """Cut an execution into transitions, from event ``index`` on: actor, node, first event, event after the last."""
    decision = bisect_left(starts, index) - 1
    bounds = [*starts, len(events)]
    while index < len(events):
        while decision + 1 < len(starts) and starts[decision + 1] <= index:
            decision += 1
        actor = actor_of[events[index][0]]
        decided = decision >= 0 and index == starts[decision] and actor == chosen[decision]
        end = index + 1
        while end < bounds[decision + 1] and actor_of[events[end][0]] == actor:
            end += 1
        yield actor, decision if decided else -1, index, end
        index = end
