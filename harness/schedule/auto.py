"""``auto``: the plain order, a first sample, and then a proof if the space is small; otherwise more samples.

The sample is taken by ``random`` and ``pct`` in turns. If nothing failed in it, ``exhaustive`` gets a limited number of
executions. If it comes to its end, the program is proved; if not, sampling goes on, since a search that is cut short
has seen one corner of the space only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from harness.schedule.exhaustive import ExhaustiveStrategy
from harness.schedule.pct import PctStrategy
from harness.schedule.random import RandomStrategy
from harness.world.plain import plain_choice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.schedule.strategy import Strategy
    from harness.world.actor import Actor
    from harness.world.world import Run, World

__all__ = ["AutoStrategy", "PlainStrategy"]

_SAMPLE: Final = 100
_SEARCH: Final = 2000
"""Executions, those that were abandoned included, that the exhaustive search may take."""


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
        self._pct = PctStrategy(seed)
        self._samplers: tuple[Strategy, ...] = (RandomStrategy(seed), self._pct)
        self._search = ExhaustiveStrategy()
        self._active: Strategy = PlainStrategy()
        self._failed = False
        self._samples = 0
        self._searched = 0

    @property
    def exhausted(self) -> bool:
        """The search came to its end."""
        return self._search.exhausted

    @property
    def classes(self) -> int:
        """Behaviours that the search executed, one execution each."""
        return self._search.classes

    def watch(self, world: World) -> None:
        """The world whose executions this strategy decides; called before the first one."""
        self._search.watch(world)

    def begin(self, number: int) -> bool:
        if number == 0:
            return True
        if self._samples >= _SAMPLE and not self._failed and self._searched < _SEARCH:
            self._active = self._search
            self._searched += 1
            if self._search.begin(self._searched - 1):
                return True
            if self._search.exhausted:
                return False
            self._searched = _SEARCH
        self._active = self._samplers[self._samples % 2]
        self._samples += 1
        return self._active.begin(self._samples)

    def choose(self, current: Actor, enabled: Sequence[Actor]) -> Actor:
        return self._active.choose(current, enabled)

    def pick(self, current: Actor, count: int) -> int:
        return self._active.pick(current, count)

    def end(self, run: Run) -> None:
        self._active.end(run)
        self._failed = self._failed or run.problem is not None
        if not self._samples:
            self._pct.end(run)  # the length of the plain execution is the first estimate
