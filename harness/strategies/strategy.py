"""What a strategy is, and which there are.

A strategy lives for one exploration: ``begin(0)``, decisions, ``end(run)``, ``begin(1)``, ... until ``begin`` says that
it has nothing left or the exploration has enough. A strategy never sees the program, only who can go on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol

from harness.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.engine.actor import Actor
    from harness.engine.run import Run

__all__ = ["STRATEGIES", "Strategy", "make_strategy"]


class Strategy(Protocol):
    """Makes the decisions of an exploration. A user's own class with these members will do.

    Example:
        >>> class LastFirst:
        ...     name = "last-first"
        ...     def begin(self, number): return number < 1
        ...     def choose(self, current, enabled): return enabled[-1]
        ...     def pick(self, current, count): return 0
        ...     def end(self, run): pass
    """

    name: str

    def begin(self, number: int) -> bool:
        """Execution ``number`` (from 0) is about to start. False: there is nothing left to try."""

    def choose(self, current: Actor, enabled: Sequence[Actor]) -> Actor:
        """Who goes on. ``enabled`` is never empty, is ordered by id and must not be kept or changed."""

    def pick(self, current: Actor, count: int) -> int:
        """With ``order="any"``: which of ``count`` ready callbacks is taken; 0 is the oldest."""

    def end(self, run: Run) -> None:
        """The execution is over."""


def _random(seed: int) -> Strategy:
    from harness.strategies.random import RandomStrategy

    return RandomStrategy(seed)


def _pct(seed: int) -> Strategy:
    from harness.strategies.pct import PctStrategy

    return PctStrategy(seed)


def _pos(seed: int) -> Strategy:
    from harness.strategies.pos import PosStrategy

    return PosStrategy(seed)


def _surw(seed: int) -> Strategy:
    from harness.strategies.surw import SurwStrategy

    return SurwStrategy(seed)


def _exhaustive(seed: int) -> Strategy:
    from harness.strategies.dpor.search import ExhaustiveStrategy

    return ExhaustiveStrategy()


def _auto(seed: int) -> Strategy:
    from harness.strategies.auto import AutoStrategy

    return AutoStrategy(seed)


STRATEGIES: Final[dict[str, Callable[[int], Strategy]]] = {
    "auto": _auto,
    "random": _random,
    "pct": _pct,
    "pos": _pos,
    "surw": _surw,
    "exhaustive": _exhaustive,
}
"""The names that ``strategy=`` and ``--strategy`` take, each with a function from a seed to a strategy."""


def make_strategy(strategy: str | Strategy, seed: int) -> Strategy:
    """The strategy of a name, or the given one.

    Raises:
        UsageError: There is no strategy of that name, or the object is none.
    """
    if not isinstance(strategy, str):
        missing = [name for name in ("name", "begin", "choose", "pick", "end") if not hasattr(strategy, name)]
        if missing:
            raise UsageError(f"{strategy!r} is no strategy: it has no {', '.join(missing)} (see harness.Strategy)")
        return strategy
    try:
        return STRATEGIES[strategy](seed)
    except KeyError:
        names = ", ".join(sorted(STRATEGIES))
        raise UsageError(f"there is no strategy {strategy!r}; there are: {names}") from None
