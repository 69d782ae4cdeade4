"""``auto``: the plain order first, then ``random`` and ``pct`` in turns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.schedule.pct import PctStrategy
from harness.schedule.random import RandomStrategy
from harness.world.plain import plain_choice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.schedule.strategy import Strategy
    from harness.world.actor import Actor
    from harness.world.world import Run

__all__ = ["AutoStrategy", "PlainStrategy"]


class PlainStrategy:
    """The plain order, once: what a quiet machine would do."""

    name = "plain"

    def begin(self, number: int) -> bool:
        return number == 0

    def choose(self, current: Actor, enabled: Sequence[Actor]) -> Actor:
        return plain_choice(current, enabled)

    def pick(self, current: Actor, count: int) -> int:
        return 0

    def end(self, run: Run) -> None: ...


class AutoStrategy:
    """A portfolio: whichever member has the execution makes all its decisions."""

    name = "auto"

    def __init__(self, seed: int) -> None:
        self._plain = PlainStrategy()
        self._pct = PctStrategy(seed)
        self._members: tuple[Strategy, ...] = (RandomStrategy(seed), self._pct)
        self._active: Strategy = self._plain

    def begin(self, number: int) -> bool:
        self._active = self._plain if number == 0 else self._members[number % 2]
        self._active.begin(number // 2)
        return True

    def choose(self, current: Actor, enabled: Sequence[Actor]) -> Actor:
        return self._active.choose(current, enabled)

    def pick(self, current: Actor, count: int) -> int:
        return self._active.pick(current, count)

    def end(self, run: Run) -> None:
        self._active.end(run)
        if self._active is self._plain:
            self._pct.end(run)  # its steps are the first estimate
