"""``pct``: probabilistic concurrency testing.

Burckhardt, Kothari, Musuvathi, Nagarakatte: "A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs"
(ASPLOS 2010). Threads have random priorities and the highest one that can go on does; at d - 1 random steps the running
thread drops below all others. A bug of depth d in a program of n threads and k steps is found in one execution with
probability at least 1 / (n * k ** (d - 1)).

Where this differs from the paper: k is not given but taken from the longest execution so far, starting with the first
(so on a short program the change points fall inside it); the depth goes round 2, 3, 1 unless it is given; and the
guarantee is stated for threads, while here timers take part as actors of their own. Whoever's deadline has passed, a
timer's or a waiting thread's, falls to somewhere among the change points, and each time deeper.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.engine.actor import Actor
    from harness.engine.run import Run

__all__ = ["PctStrategy"]

_DEPTHS: Final = (2, 3, 1)


class PctStrategy:
    """Random priorities with ``depth - 1`` change points.

    Args:
        seed: Equal seeds make equal schedules.
        depth: Of the bugs that are looked for, at least 1: d of the paper. None: 2, 3 and 1 in turns.
    """

    name = "pct"

    def __init__(self, seed: int, depth: int | None = None) -> None:
        self._depths = _DEPTHS if depth is None else (depth,)
        self._random = Random(seed)
        self._steps = 0  # decisions in the longest execution so far: k of the paper

    def begin(self, number: int) -> bool:
        depth = self._depths[number % len(self._depths)]
        draw = self._random.random
        # Priorities of actors, drawn from [0, 1) when they are first seen.
        self._priorities: dict[int, float] = {}
        # (step, priority), the next one last. The priorities are below all drawn ones; which of two change points
        # comes first has nothing to do with which of their priorities is the lower.
        self._changes = sorted(
            ((int(draw() * self._steps) + 1, -float(each)) for each in range(1, depth)), reverse=True
        )
        self._depth = depth
        self._count = 0
        return True

    def choose(self, current: Actor, enabled: Sequence[Actor]) -> Actor:
        self._count += 1
        chosen = self._highest(enabled)
        while self._changes and self._count >= self._changes[-1][0]:
            self._priorities[chosen.id] = self._changes.pop()[1]
            chosen = self._highest(enabled)
        if chosen.timed:  # time passes once, then the others have their turn again
            priorities = self._priorities
            room = self._depth + min(priorities[chosen.id], 0.0)
            priorities[chosen.id] = self._random.random() * room - self._depth
        return chosen

    def _highest(self, enabled: Sequence[Actor]) -> Actor:
        priorities = self._priorities
        highest = float("-inf")
        chosen = enabled[0]
        for actor in enabled:
            number = actor.id
            if number not in priorities:
                priorities[number] = self._random.random()
            if priorities[number] > highest:
                highest, chosen = priorities[number], actor
        return chosen

    def pick(self, current: Actor, count: int) -> int:
        return int(self._random.random() * count)

    def end(self, run: Run) -> None:
        self._steps = max(self._steps, run.decisions)
