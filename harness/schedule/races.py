"""The races of one execution, and who should have gone first in their stead.

The execution is cut into *steps*: what one actor did between two decisions. A step is done or undone as one, so all of
its events have one place in the happens-before order. Two steps of different actors *race* if an event of one depends
on an event of the other and no third step stands between them in that order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from harness.history.events import Kind
from harness.schedule.dependence import conflict, enables

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from harness.world.world import Run

__all__ = ["Race", "find_races"]

_TAKES: Final = (Kind.ACQUIRE, Kind.TAKE)
_TIMED: Final = (Kind.CLOCK, Kind.FIRE)


class Race(NamedTuple):
    """Two steps whose order some execution should turn round."""

    node: int  # the decision that led to the first step
    initials: frozenset[int]  # actors that can go first on a way to the second step that leaves the first one out
    actor: int  # of the second step


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


def find_races(run: Run, starts: Sequence[int], chosen: Sequence[int]) -> Iterator[Race]:
    """The races of an execution, in the order of their second steps.

    Args:
        run: The execution.
        starts: For each decision, the number of events before it.
        chosen: For each decision, the actor that was chosen.
    """
    events = run.history.events
    actor_of = [agent.actor for agent in run.history.agents]
    steps = _steps(events, actor_of, starts, chosen)
    step_of = [number for number, step in enumerate(steps) for _ in step.events]
    count = max(actor_of, default=0) + 1
    now = [[-1] * count for _ in range(count)]  # per actor: the last step of each other that it knows of
    touching: dict[int, list[int]] = {}  # object -> the events on it
    timed: list[int] = []  # events that touch the clock, whatever their object is
    holders: dict[int, int] = {}  # lock -> its last acquisition
    looked: list[int] = [-1] * count  # per actor: its last event
    for number, step in enumerate(steps):
        actor = step.actor
        clock = now[actor]
        before = clock[:]
        pairs: list[tuple[int, int]] = []  # (earlier event, event of this step) that depend on each other
        for index in step.events:
            _, kind, serial, key, _ = events[index]
            related = touching.setdefault(serial, [])
            for earlier in related if kind not in _TIMED else sorted({*related, *timed}):
                other = events[earlier]
                if actor_of[other[0]] != actor and conflict((kind, serial, key), (other[1], other[2], other[3])):
                    pairs.append((earlier, index))
            related.append(index)
            if kind in _TIMED:
                timed.append(index)
        racing: list[int] = []
        for earlier, index in sorted(pairs, reverse=True):
            other_step = step_of[earlier]
            other_actor = steps[other_step].actor
            if clock[other_actor] >= other_step:
                if not racing or racing[-1] != other_step:
                    continue
            else:
                clock[:] = map(max, clock, steps[other_step].clock)
                racing.append(other_step)
            if _was_awaited(events, earlier, index, step, looked[actor]):
                racing.remove(other_step)
        for index in step.events:
            _, kind, serial, _, _ = events[index]
            if kind in _TAKES:
                held = holders.get(serial)
                if held is not None:
                    holder = steps[step_of[held]]
                    if holder.actor != actor and before[holder.actor] < step_of[held]:
                        racing.append(step_of[held])
                holders[serial] = index
        clock[actor] = number
        step.clock = clock[:]
        looked[actor] = step.events[-1]
        for first in racing:
            if steps[first].node >= 0:  # otherwise nobody else could go on there
                yield Race(steps[first].node, _initials(steps, first, number), actor)


def _was_awaited(events: list[tuple[Any, ...]], earlier: int, index: int, step: _Step, looked: int) -> bool:
    """The later event waited for the earlier one, so the two are ordered without being a race.

    Not so with a timeout (its deadline was the actor's last look at the clock): there the other outcome is possible.
    """
    if index != step.events[0] or not enables(events[earlier][1], events[index][1]):
        return False
    return looked < 0 or events[looked][1] != Kind.CLOCK


def _steps(
    events: list[tuple[Any, ...]], actor_of: list[int], starts: Sequence[int], chosen: Sequence[int]
) -> list[_Step]:
    steps: list[_Step] = []
    decision = -1
    bounds = [*starts, len(events)]
    index = 0
    while index < len(events):
        while decision + 1 < len(starts) and starts[decision + 1] <= index:
            decision += 1
        actor = actor_of[events[index][0]]
        if decision >= 0 and index == starts[decision] and actor == chosen[decision]:
            end = index + 1
            while end < bounds[decision + 1] and actor_of[events[end][0]] == actor:
                end += 1
            steps.append(_Step(actor, decision, index, end))
        else:
            end = index + 1
            steps.append(_Step(actor, -1, index, end))
        index = end
    return steps


def _initials(steps: list[_Step], first: int, second: int) -> frozenset[int]:
    """Who can go first in a sequence that has everything after ``first`` not depending on it, and then ``second``."""
    origin = steps[first].actor
    rest = [number for number in range(first + 1, second) if steps[number].clock[origin] < first]
    rest.append(second)
    initials: set[int] = set()
    seen: dict[int, int] = {}  # actor -> its first step in the sequence so far
    for number in rest:
        step = steps[number]
        # Whoever knows of a later step of an actor knows of its first one too.
        if step.actor not in seen and all(step.clock[actor] < its_first for actor, its_first in seen.items()):
            initials.add(step.actor)
        seen.setdefault(step.actor, number)
    return frozenset(initials)
