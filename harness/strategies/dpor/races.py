"""The races of one execution, and who should have gone first in their stead.

The execution is cut into *steps*: what one actor did between two decisions. A step is done or undone as one, so all of
its events have one place in the happens-before order. Two steps of different actors *race* if an event of one depends
on an event of the other and no third step stands between them in that order.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from harness.model.kind import Kind, kinds_where
from harness.strategies.dpor.dependence import Step, conflict, dependent, enables

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from harness.engine.run import Run

__all__ = ["Race", "RaceFinder"]

_TAKES: Final = kinds_where(lambda row: row.takes)
_TIMED: Final = kinds_where(lambda row: row.timed)


class Race(NamedTuple):
    """Two steps whose order some execution should turn round."""

    node: int  # the decision that led to the first step
    way: _Way  # to the second step, without the first and what depends on it


class _Step:
    """What one actor did between two decisions.

    Attributes:
        actor: Who.
        node: The number of the decision that led to it; -1 if there was none, because nobody else could go on.
        events: Indexes of its events, a range.
        clock: Per actor, the last of its steps that happens before this one or is this one; -1: none does.
    """

    __slots__ = ("actor", "clock", "events", "node")

    def __init__(self, actor: int, node: int, start: int, end: int) -> None:
        self.actor = actor
        self.node = node
        self.events = range(start, end)
        self.clock: list[int] = []


class _Way:
    """A sequence of steps, as :class:`harness.strategies.dpor.wakeup_tree.Way` has it."""

    __slots__ = ("_events", "_parts")

    def __init__(self, events: list[tuple[Any, ...]], parts: list[tuple[int, _Step]]) -> None:
        self._events = events
        self._parts = parts  # each with its number in the execution

    def __bool__(self) -> bool:
        return bool(self._parts)

    def after(self, actor: int, step: tuple[Step, ...]) -> _Way | None:
        parts = self._parts
        for index, (_, part) in enumerate(parts):
            if part.actor == actor:
                if any(part.clock[before.actor] >= number for number, before in parts[:index]):
                    return None
                return _Way(self._events, parts[:index] + parts[index + 1 :])
        if any(dependent(step, events) for _, events in self.steps()):
            return None
        return self

    def steps(self) -> list[tuple[int, tuple[Step, ...]]]:
        events = self._events
        return [(part.actor, tuple(events[index][1:4] for index in part.events)) for _, part in self._parts]


class RaceFinder:
    """Finds the races of one execution after the other, and looks only at what is new in each.

    In a depth-first search an execution begins as the one before did; what was found there is not looked for again.
    """

    def __init__(self) -> None:
        self._forget(0)

    def _forget(self, actors: int) -> None:
        self._actors = actors  # clocks have so many places
        self._events: list[tuple[Any, ...]] = []
        self._steps: list[_Step] = []
        self._step_of: list[int] = []  # event -> its step
        self._steps_by: list[list[int]] = [[] for _ in range(actors)]  # actor -> its steps
        self._touching: dict[int, list[int]] = {}  # object -> the events on it
        self._timed: list[int] = []  # events that touch the clock, whatever their object is
        self._holds: dict[int, list[int]] = {}  # lock -> its acquisitions

    def find(
        self,
        run: Run,
        starts: Sequence[int],
        chosen: Sequence[int],
        kept: int,
        waiting: Sequence[tuple[int, Step]] = (),
    ) -> list[Race]:
        """The races of an execution whose later step is new, in the order of the later steps.

        Args:
            run: The execution.
            starts: For each decision, the number of events before it.
            chosen: For each decision, the actor that was chosen.
            kept: So many events, up to a decision, are those of the execution before.
            waiting: Agents that wait for ever, and what for. Each might have had it if it had come earlier, so its
                step races too, though it is not in the execution.
        """
        events = run.history.events
        actor_of = [lane.actor for lane in run.history.lanes]
        actors = max(actor_of, default=0) + 1
        if actors > self._actors:
            self._forget(actors)
            kept = 0
        self._drop(kept)
        self._events = events
        found: list[Race] = []
        for step in _steps(events, actor_of, starts, chosen, kept):
            found += self._racing(step, actor_of)
        end = len(events)
        for lane, wanted in waiting:
            self._events = [*events, (lane, *wanted, None)]
            found += self._racing(_Step(actor_of[lane], -1, end, end + 1), actor_of)
            self._drop(end)
        self._events = events
        return found

    def _racing(self, step: _Step, actor_of: list[int]) -> list[Race]:
        """Enter the next step, and find the races in which it is the later one."""
        steps = self._steps
        # Without a node, nobody else could go on there.
        return [
            Race(steps[first].node, self._way(first, last))
            for first, last in self._enter(step, len(steps), actor_of)
            if steps[first].node >= 0
        ]

    def _way(self, first: int, last: _Step) -> _Way:
        steps = self._steps
        origin, end = steps[first].actor, len(steps) - 1
        rest = [(number, steps[number]) for number in range(first + 1, end) if steps[number].clock[origin] < first]
        return _Way(self._events, [*rest, (end, last)])

    def _drop(self, kept: int) -> None:
        """Forget the events from number ``kept`` on."""
        for _, kind, serial, _, _ in reversed(self._events[kept:]):
            self._touching[serial].pop()
            if kind in _TIMED:
                self._timed.pop()
            if kind in _TAKES:
                self._holds[serial].pop()
        del self._step_of[kept:]
        while self._steps and self._steps[-1].events.start >= kept:
            self._steps_by[self._steps.pop().actor].pop()

    def _enter(self, step: _Step, number: int, actor_of: list[int]) -> list[tuple[int, _Step]]:
        """Give the next step its place in the order; the steps that it races with, and how much of it does.

        Of a step of several events (nobody else could go on, so there was nothing to decide) each has races of its
        own: what was awaited by one of them, or lies between, says nothing of those before it.
        """
        actor, steps, step_of = step.actor, self._steps, self._step_of
        own = self._steps_by[actor]
        clock = steps[own[-1]].clock[:] if own else [-1] * self._actors
        looked = steps[own[-1]].events[-1] if own else -1  # the actor's last event before
        steps.append(step)
        step_of += [number] * len(step.events)
        found: list[tuple[int, _Step]] = []
        for index in step.events:
            held = self._held_before(index, clock, actor)
            racing: list[int] = []
            for earlier in reversed(self._conflicting(index, clock, actor, actor_of)):
                other_step = step_of[earlier]
                if clock[steps[other_step].actor] >= other_step:
                    if not racing or racing[-1] != other_step:
                        continue
                else:
                    clock[:] = map(max, clock, steps[other_step].clock)
                    racing.append(other_step)
                if _was_awaited(self._events, earlier, index, looked):
                    racing.remove(other_step)
            if racing or held:
                part = _Step(actor, step.node, step.events.start, index + 1)
                part.clock = clock  # as it will be after the whole step: in company, it may all be one operation
                found += [(first, part) for first in (*racing, *held)]
            looked = index
        clock[actor] = number
        step.clock = clock
        own.append(number)
        return found

    def _held_before(self, index: int, clock: list[int], actor: int) -> list[int]:
        """The step that had a lock before, if an event takes it: the two could have come the other way round."""
        _, kind, serial, _, _ = self._events[index]
        if kind not in _TAKES:
            return []
        holds = self._holds.setdefault(serial, [])
        holds.append(index)
        if len(holds) == 1:
            return []
        held = self._step_of[holds[-2]]
        other = self._steps[held].actor
        return [held] if other != actor and clock[other] < held else []

    def _conflicting(self, index: int, clock: list[int], actor: int, actor_of: list[int]) -> list[int]:
        """The earlier events that an event depends on, and that its actor did not know of."""
        events, step_of = self._events, self._step_of
        _, kind, serial, key, _ = events[index]
        mine = (kind, serial, key)
        related = self._touching.get(serial)
        if related is None:
            related = self._touching[serial] = []
        found = []
        for earlier in related if kind not in _TIMED else sorted({*related, *self._timed}):
            other_lane, other_kind, other_serial, other_key, _ = events[earlier]
            other = actor_of[other_lane]
            if other == actor or clock[other] >= step_of[earlier]:
                continue
            if conflict(mine, (other_kind, other_serial, other_key)):
                found.append(earlier)
        related.append(index)
        if kind in _TIMED:
            self._timed.append(index)
        return found


def _was_awaited(events: list[tuple[Any, ...]], earlier: int, index: int, looked: int) -> bool:
    """The later event waited for the earlier one, so the two are ordered without being a race.

    Not so with a timeout (its deadline was the actor's last look at the clock): there the other outcome is possible.

    Args:
        events: Of the execution.
        earlier: Index of the one.
        index: Index of the other.
        looked: Index of the event before it of the same actor; -1 if there is none.
    """
    _, kind, serial, _, _ = events[earlier]
    if not enables(kind, events[index][1]):
        return False
    if looked >= 0 and events[looked][1] == Kind.CLOCK:
        return False
    if kind == Kind.NOTIFY:  # of several notifications, the first since the wait began is the one
        return not any(event[1] == kind and event[2] == serial for event in events[looked + 1 : earlier])
    return True


def _steps(
    events: list[tuple[Any, ...]], actor_of: list[int], starts: Sequence[int], chosen: Sequence[int], index: int
) -> Iterator[_Step]:
    """The steps from event number ``index`` on."""
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
        yield _Step(actor, decision if decided else -1, index, end)
        index = end
