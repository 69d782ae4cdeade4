"""``pct``: probabilistic concurrency testing.

Burckhardt, Kothari, Musuvathi, Nagarakatte: "A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs"
(ASPLOS 2010). Threads have random priorities and the highest one that can go on does; at d - 1 random steps the running
thread drops below all others. A bug of depth d in a program of n threads and k steps is found in one execution with
probability at least 1 / (n * k ** (d - 1)).

Where this differs from the paper: k is not given but taken from the longest execution so far, starting with the first
(so on a short program the change points fall inside it); the depth goes round 1, 2, 3; and the guarantee is stated for
threads, while here timers take part as actors of their own.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.world.actor import Actor
    from harness.world.world import Run

__all__ = ["PctStrategy"]

_DEPTHS: Final = (2, 3, 1)


class PctStrategy:
    """Random priorities with ``depth - 1`` change points."""

    name = "pct"

    def __init__(self, seed: int, depth: int | None = None) -> None:
        self._depths = _DEPTHS if depth is None else (depth,)
        self._random = Random(seed)
        self._steps = 0  # decisions in the longest execution so far: k of the paper
        self._number = 0

    def begin(self, number: int) -> bool:
        self._number = number
        depth = self._depths[number % len(self._depths)]
        draw = self._random.random
        # Priorities of actors, drawn when they are first seen. Change point i gives priority -i: below all drawn ones.
        self._priorities: dict[int, float] = {}
        self._changes = sorted((int(draw() * self._steps) + 1 for _ in range(depth - 1)), reverse=True)
        self._low = 0.0
        self._count = 0
        return True

    def choose(self, current: Actor, enabled: Sequence[Actor]) -> Actor:
        self._count += 1
        priorities = self._priorities
        for actor in enabled:
            if actor.id not in priorities:
                priorities[actor.id] = self._random.random()
        chosen = max(enabled, key=lambda actor: (not actor.timed or actor.is_timer, priorities[actor.id]))
        if self._changes and self._count >= self._changes[-1]:
            self._changes.pop()
            self._low -= 1.0
            priorities[chosen.id] = self._low
            chosen = max(enabled, key=lambda actor: priorities[actor.id])
        if chosen.is_timer:  # time passes once, then the threads have their turn again
            self._low -= 1.0
            priorities[chosen.id] = self._low
        return chosen

    def pick(self, current: Actor, count: int) -> int:
        return int(self._random.random() * count)

    def end(self, run: Run) -> None:
        self._steps = max(self._steps, run.decisions)
