"""The races of one execution, and who should have gone first in their stead.

The execution is cut into *steps*: what one actor did between two decisions. A step is done or undone as one, so all of
its events have one place in the happens-before order. Two steps of different actors *race* if an event of one depends
on an event of the other and no third step stands between them in that order.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from harness.history.events import Kind
from harness.schedule.dependence import Step, conflict, dependent, enables

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from harness.world.run import Run

__all__ = ["Race", "RaceFinder"]

_TAKES: Final = (Kind.ACQUIRE, Kind.TAKE, Kind.GET)
_TIMED: Final = (Kind.CLOCK, Kind.FIRE)


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
    """A sequence of steps, as :class:`harness.schedule.wakeup.Way` has it."""

    __slots__ = ("_events", "_numbers", "_steps")

    def __init__(self, events: list[tuple[Any, ...]], steps: list[_Step], numbers: list[int]) -> None:
        self._events = events
        self._steps = steps
        self._numbers = numbers

    def __bool__(self) -> bool:
        return bool(self._numbers)

    def after(self, actor: int, step: tuple[Step, ...]) -> _Way | None:
        steps, numbers = self._steps, self._numbers
        for index, number in enumerate(numbers):
            if steps[number].actor == actor:
                clock = steps[number].clock
                if any(clock[steps[before].actor] >= before for before in numbers[:index]):
                    return None
                return _Way(self._events, steps, numbers[:index] + numbers[index + 1 :])
        if any(dependent(step, events) for _, events in self.steps()):
            return None
        return self

    def steps(self) -> list[tuple[int, tuple[Step, ...]]]:
        steps, events = self._steps, self._events
        return [
            (steps[number].actor, tuple(events[index][1:4] for index in steps[number].events))
            for number in self._numbers
        ]


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
        actor_of = [agent.actor for agent in run.history.agents]
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
        for agent, wanted in waiting:
            self._events, steps = [*events, (agent, *wanted, None)], self._steps
            found += self._racing(_Step(actor_of[agent], -1, end, end + 1), actor_of)
            self._steps = steps[:]  # the ways go on to need those that they have
            self._drop(end)
        self._events = events
        return found

    def _racing(self, step: _Step, actor_of: list[int]) -> list[Race]:
        """Enter the next step, and find the races in which it is the later one."""
        number, steps = len(self._steps), self._steps
        racing = self._enter(step, number, actor_of)
        # Without a node, nobody else could go on there.
        return [Race(steps[first].node, self._way(first, number)) for first in racing if steps[first].node >= 0]

    def _way(self, first: int, second: int) -> _Way:
        steps = self._steps
        origin = steps[first].actor
        rest = [number for number in range(first + 1, second) if steps[number].clock[origin] < first]
        return _Way(self._events, steps, [*rest, second])

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

    def _enter(self, step: _Step, number: int, actor_of: list[int]) -> list[int]:
        """Give the next step its place in the order; the steps that it races with."""
        actor, steps, step_of = step.actor, self._steps, self._step_of
        own = self._steps_by[actor]
        before = steps[own[-1]].clock if own else [-1] * self._actors
        clock = before[:]
        looked = steps[own[-1]].events[-1] if own else -1  # the actor's last event before
        steps.append(step)
        step_of += [number] * len(step.events)
        racing: list[int] = []
        for earlier, index in sorted(self._pairs(step, before, actor_of), reverse=True):
            other_step = step_of[earlier]
            if clock[steps[other_step].actor] >= other_step:
                if not racing or racing[-1] != other_step:
                    continue
            else:
                clock[:] = map(max, clock, steps[other_step].clock)
                racing.append(other_step)
            if _was_awaited(self._events, earlier, index, step, looked):
                racing.remove(other_step)
        for index in step.events:
            _, kind, serial, _, _ = self._events[index]
            if kind in _TAKES:
                holds = self._holds.setdefault(serial, [])
                if holds:
                    held = step_of[holds[-1]]
                    if steps[held].actor != actor and before[steps[held].actor] < held:
                        racing.append(held)
                holds.append(index)
        clock[actor] = number
        step.clock = clock
        own.append(number)
        return racing

    def _pairs(self, step: _Step, before: list[int], actor_of: list[int]) -> list[tuple[int, int]]:
        """``(earlier event, event of this step)`` that depend on each other, and no earlier step of the actor knew."""
        events, step_of = self._events, self._step_of
        pairs = []
        for index in step.events:
            agent, kind, serial, key, _ = events[index]
            actor, mine = actor_of[agent], (kind, serial, key)
            related = self._touching.get(serial)
            if related is None:
                related = self._touching[serial] = []
            for earlier in related if kind not in _TIMED else sorted({*related, *self._timed}):
                other_agent, other_kind, other_serial, other_key, _ = events[earlier]
                other = actor_of[other_agent]
                if other == actor or before[other] >= step_of[earlier]:
                    continue
                if conflict(mine, (other_kind, other_serial, other_key)):
                    pairs.append((earlier, index))
            related.append(index)
            if kind in _TIMED:
                self._timed.append(index)
        return pairs


def _was_awaited(events: list[tuple[Any, ...]], earlier: int, index: int, step: _Step, looked: int) -> bool:
    """The later event waited for the earlier one, so the two are ordered without being a race.

    Not so with a timeout (its deadline was the actor's last look at the clock): there the other outcome is possible.
    """
    _, kind, serial, _, _ = events[earlier]
    if not enables(kind, events[index][1]):
        return False
    if index != step.events[0]:
        looked = index - 1
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
        if decision >= 0 and index == starts[decision] and actor == chosen[decision]:
            end = index + 1
            while end < bounds[decision + 1] and actor_of[events[end][0]] == actor:
                end += 1
            yield _Step(actor, decision, index, end)
        else:
            end = index + 1
            yield _Step(actor, -1, index, end)
        index = end
