"""``pos``: partial order sampling.

Yuan, Yang, Gu: "Partial Order Aware Concurrency Sampling" (CAV 2018). Every pending event has a random priority of its
own, and the highest one that can happen does. What sets it apart from a random walk: an event keeps its priority until
it happens, or until an event that races with it happens; then it is drawn anew, so that what was decided between the
two says nothing about what comes after. Events that nobody could tell the order of influence nothing, and the samples
spread over the partial orders instead of over the interleavings.

Guarantee, of the paper: every partial order has a chance, and it is never less than a random walk's, exponentially
greater where races are few among many events. Measure: ``results/strategies.md``.

Where this differs from the paper: the pending event of an actor is the first one of its next step, the rest of which
is not known beforehand; events that blocked actors wait for are not drawn anew, since nobody else can have taken what
they wait for without having raced with them when they could go on; and letting time pass has an eighth of the weight
of a thread, as in ``random``.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Final

from harness.schedule.dependence import conflict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.world.actor import Actor
    from harness.world.world import Run

__all__ = ["PosStrategy"]

_TIME: Final = 0.125


class PosStrategy:
    """Random priorities of events."""

    name = "pos"

    def __init__(self, seed: int) -> None:
        self._draw = Random(seed).random
        # Actor -> priority of its pending event. Invariant: an actor is in it only if its pending event was looked at
        # by a decision and has neither happened since nor raced with one that has.
        self._priorities: dict[int, float] = {}

    def begin(self, number: int) -> bool:
        self._priorities.clear()
        return True

    def choose(self, current: Actor, enabled: Sequence[Actor]) -> Actor:
        priorities = self._priorities
        highest = -1.0
        chosen = current
        for actor in enabled:
            priority = priorities.get(actor.id)
            if priority is None:
                priority = self._draw() * _TIME if actor.timed else self._draw()
                priorities[actor.id] = priority
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
