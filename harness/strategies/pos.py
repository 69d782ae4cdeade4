"""``pos``: partial order sampling.

Yuan, Yang, Gu: "Partial Order Aware Concurrency Sampling" (CAV 2018), algorithm POS. Every pending event has a random
priority of its own, and the highest one that can happen does. What sets it apart from a random walk: an event keeps
its priority until it happens, or until an event that races with it happens; then it is drawn anew, so that what was
decided between the two says nothing about what comes after. Events that nobody could tell the order of influence
nothing, and the samples spread over the partial orders instead of over the interleavings.

Guarantee, of the paper: in a program of n threads each partial order of N events is sampled with probability at least
1 / n ** N, a random walk's bound, times a factor that is never below 1 and grows exponentially with the events that
do not race. So a step that must wait for k independent ones of another thread does in 1 of k + 2 executions, where a
random walk needs 2 ** (k + 1).

Where this differs from the paper: the pending event of an actor is the first one of its next step, the rest of which
is not known beforehand; and the passing of a deadline, which the paper has not, is an event too, whose priority is
multiplied by the execution's pace; and so that nobody starves, all priorities are drawn anew from time to time (both
``pace.py``).
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from harness.strategies.dpor.dependence import conflict
from harness.strategies.fairness import FRESH, draw_pace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.engine.actor import Actor
    from harness.engine.run import Run

__all__ = ["PosStrategy"]


class PosStrategy:
    """Random priorities of events."""

    name = "pos"

    def __init__(self, seed: int) -> None:
        self._draw = Random(seed).random
        # Actor -> priority of its pending event. Invariant: an actor is in it only if its pending event was looked at
        # by a decision and has neither happened since nor raced with one that has.
        self._priorities: dict[int, float] = {}
        self._pace = 1.0
        self._fresh = 0  # decisions until all priorities are drawn anew

    def begin(self, number: int) -> bool:
        self._priorities.clear()
        self._pace = draw_pace(self._draw)
        self._fresh = FRESH
        return True

    def choose(self, current: Actor, enabled: Sequence[Actor]) -> Actor:
        priorities = self._priorities
        self._fresh -= 1
        if not self._fresh:
            priorities.clear()
            self._fresh = FRESH
        highest = -1.0
        chosen = current
        for actor in enabled:
            number = actor.id
            if number in priorities:
                priority = priorities[number]
            else:
                priority = priorities[number] = self._draw()
            if actor.timed:
                priority *= self._pace
            if priority > highest:
                highest, chosen = priority, actor
        del priorities[chosen.id]
        event = chosen.pending
        serial = event[1]
        for actor in enabled:
            if actor is not chosen and actor.pending[1] == serial and conflict(event, actor.pending):
                del priorities[actor.id]
        return chosen

    def pick(self, current: Actor, count: int) -> int:
        return int(self._draw() * count)

    def end(self, run: Run) -> None: ...
