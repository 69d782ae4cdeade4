"""``random``: at each decision, everybody who can go on has the same chance.

No guarantee; cheap, without parameters, and good at bugs that need many switches in no particular place. Letting time
pass is one of the choices, with an eighth of the weight of a thread: deadlines are long against steps.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.engine.actor import Actor
    from harness.engine.run import Run

__all__ = ["RandomStrategy"]


class RandomStrategy:
    """A seeded random walk. Equal seeds make equal schedules."""

    name = "random"

    def __init__(self, seed: int) -> None:
        self._draw = Random(seed).random

    def begin(self, number: int) -> bool:
        return True

    def choose(self, current: Actor, enabled: Sequence[Actor]) -> Actor:
        draw = self._draw
        chosen = enabled[int(draw() * len(enabled))]
        if chosen.timed and draw() > 0.125:
            awake = [actor for actor in enabled if not actor.timed]
            if awake:
                return awake[int(draw() * len(awake))]
        return chosen

    def pick(self, current: Actor, count: int) -> int:
        return int(self._draw() * count)

    def end(self, run: Run) -> None: ...
