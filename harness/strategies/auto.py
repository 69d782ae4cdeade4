"""``auto``: a search for a proof and a sample in turns, until one of them is done.

The search is ``exhaustive``, whose first execution is the default order: what a quiet machine would do. It turns round
one race after the other and so finds what a single race breaks in a handful of executions; and if it comes to its end,
the program is proved. The sample is taken by ``surw``, which finds what needs several things to go wrong, and wherever
the search is in the wrong corner. Two executions in three are samples: a search that does not help may cost half as
much again, not double. The search waits a little longer for its second one: of the orders that were tried, this one
needed the fewest schedules.

After the first hundred samples without a failure the search goes on alone, up to its limit: small programs are to be
proved. If it is cut short, or something has failed, samples are all there is, and are taken by all strategies in turn,
``surw`` every other time: no strategy is the best for all programs, and each is blind for some failures.

Measure: ``results/baseline/strategies.md`` has the schedules to the first failure beside those of each strategy alone.
Its median is at most 1.5 times that of the best one, except where the best one fails in its very first execution,
which here is the default order, and on three rows where it needs 5 schedules for the best one's 2 or 3; the file names
them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from harness.strategies.dpor.search import ExhaustiveStrategy
from harness.strategies.pct import PctStrategy
from harness.strategies.pos import PosStrategy
from harness.strategies.random import RandomStrategy
from harness.strategies.surw import SurwStrategy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.engine.actor import Actor
    from harness.engine.engine import Engine
    from harness.engine.run import Run
    from harness.strategies.strategy import Coverage, ExecutedClass, Strategy

__all__ = ["AutoStrategy"]

_SAMPLE: Final = 100
"""Samples that are taken before the search goes on alone."""
_SEARCH: Final = 2000
"""Executions, those that were abandoned included, that the search may take."""


class AutoStrategy:
    """A portfolio: whichever member has the execution makes all its decisions.

    Args:
        seed: Of the samples.
        searches: Otherwise there are samples only: of several processes that share an exploration, one searches.
    """

    name = "auto"

    def __init__(self, seed: int, searches: bool = True) -> None:
        self._search = ExhaustiveStrategy()
        self._searching = searches  # the search may go on
        self._searched = 0
        surw = SurwStrategy(seed)
        self._samplers: tuple[Strategy, ...] = (
            *(surw, PosStrategy(seed)),
            *(surw, PctStrategy(seed)),
            *(surw, RandomStrategy(seed)),
        )
        self._samples = 0
        self._active: Strategy = self._search

    def watch(self, engine: Engine) -> None:
        """Look at this engine for what an execution is doing."""
        self._search.watch(engine)

    def coverage(self) -> Coverage:
        """Return how much the search, which is one of the members, has executed."""
        return self._search.coverage()

    def executed(self) -> ExecutedClass | None:
        """Return the class that the search executed; None if the execution was a sample."""
        return self._search.executed() if self._active is self._search else None

    def begin(self, number: int) -> bool:
        if self._searching and (self._samples >= _SAMPLE or (number % 3 == 0 and number != 3)):
            self._active = self._search
            self._searched += 1
            if self._search.begin(self._searched - 1):
                self._searching = self._searched < _SEARCH
                return True
            if self._search.exhausted:
                return False
            self._searching = False
        self._active = self._samplers[0 if self._searching else self._samples % len(self._samplers)]
        self._samples += 1
        return self._active.begin(self._samples)

    def choose(self, current: Actor, enabled: Sequence[Actor]) -> Actor:
        return self._active.choose(current, enabled)

    def pick(self, current: Actor, count: int) -> int:
        return self._active.pick(current, count)

    def end(self, run: Run) -> None:
        self._active.end(run)
        if run.problem is not None:
            self._searching = False
        if not self._samples:  # what the default order shows is the first that the samplers know
            for sampler in dict.fromkeys(self._samplers):
                sampler.end(run)
