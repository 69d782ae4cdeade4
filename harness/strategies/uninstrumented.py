"""Runs a strategy that is defined in a module under test, without taking its accesses for the program's."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.engine.actor import Actor
    from harness.engine.engine import Engine
    from harness.engine.run import Run
    from harness.strategies.strategy import Strategy

__all__ = ["UninstrumentedStrategy"]


class UninstrumentedStrategy:
    """Wraps a strategy whose source is rewritten with the program's: nothing is recorded while it decides."""

    def __init__(self, strategy: Strategy, engine: Engine) -> None:
        self._strategy = strategy
        self._engine = engine
        self.name = strategy.name

    def begin(self, number: int) -> bool:
        return self._strategy.begin(number)

    def choose(self, current: Actor, enabled: Sequence[Actor]) -> Actor:
        with self._engine.execution.uninstrumented():
            return self._strategy.choose(current, enabled)

    def pick(self, current: Actor, count: int) -> int:
        with self._engine.execution.uninstrumented():
            return self._strategy.pick(current, count)

    def end(self, run: Run) -> None:
        self._strategy.end(run)
