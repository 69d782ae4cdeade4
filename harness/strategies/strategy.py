"""What a strategy is, which there are, and how one is made from its name.

A strategy makes the decisions of one exploration: ``begin(0)``, decisions, ``end(run)``, ``begin(1)``, ... until
``begin`` answers that nothing is left, or the exploration has enough. It never sees the program, only which actors can
go on. For a single execution the engine asks for less: a :class:`~harness.engine.run.Decider`, which is the half of a
strategy that chooses.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, runtime_checkable

from harness.engine.run import Decider
from harness.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.engine.actor import Actor
    from harness.engine.engine import Engine
    from harness.engine.run import Run

__all__ = ["STRATEGIES", "Coverage", "ExecutedClass", "Search", "Strategy", "make_strategy"]


class Strategy(Decider, Protocol):
    """Makes the decisions of an exploration. An object of any class with these members will do.

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
        """Prepare for execution ``number``, counted from 0. False: there is nothing left to try."""

    def choose(self, current: Actor, enabled: Sequence[Actor]) -> Actor:
        """Return the actor that goes on: one of ``enabled``, which is ordered by id and never empty.

        ``current`` is the actor that has the turn. The sequence must not be kept or changed.
        """

    def pick(self, current: Actor, count: int) -> int:
        """Return which of ``count`` ready callbacks is taken, with ``order="any"``; 0 is the oldest."""

    def end(self, run: Run) -> None:
        """Learn from the execution, which is over."""


class Coverage(NamedTuple):
    """How much of a program a search has executed.

    Attributes:
        exhausted: Every happens-before class was executed.
        classes: Classes that were executed, one execution each; 0 if they were not told apart.
        preemptions: Every schedule with at most that many preemptions was executed; None if that cannot be said.
    """

    exhausted: bool
    classes: int = 0
    preemptions: int | None = None


class ExecutedClass(NamedTuple):
    """What a search knows of the happens-before class that it executed.

    Attributes:
        signature: Two executions of one class have the same one; None if the search does not tell classes apart.
        starts: For each decision of the execution, the number of events before it.
    """

    signature: int | None
    starts: tuple[int, ...] = ()


@runtime_checkable
class Search(Strategy, Protocol):
    """A strategy that can come to an end, and then has covered the program."""

    def watch(self, engine: Engine) -> None:
        """Look at this engine for what an execution is doing; called before the first one."""

    def coverage(self) -> Coverage:
        """Return how much of the program has been executed so far."""

    def executed(self) -> ExecutedClass | None:
        """Return the class that the execution which has just ended stands for; None if it does not count as covered."""


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
    """Return the strategy of a name, or the given one.

    Args:
        strategy: One of :data:`STRATEGIES`, or an object with the members of :class:`Strategy`.
        seed: For a strategy that samples.

    Raises:
        UsageError: There is no strategy of that name, or the object is no strategy.
    """
    if isinstance(strategy, str):
        make = STRATEGIES.get(strategy)
        if make is None:
            names = ", ".join(sorted(STRATEGIES))
            raise UsageError(f"there is no strategy {strategy!r}; there are: {names}")
        return make(seed)
    if isinstance(strategy, type):
        name = strategy.__name__
        raise UsageError(f"strategy={name} is a class, and an object of it is needed: strategy={name}(...)")
    missing = [name for name in ("name", "begin", "choose", "pick", "end") if not hasattr(strategy, name)]
    if missing:
        raise UsageError(f"{strategy!r} is no strategy: it has no {', '.join(missing)} (see harness.Strategy)")
    return strategy
