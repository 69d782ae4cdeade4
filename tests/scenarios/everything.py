"""Brute force: every schedule of a small program, for tests that must not rest on a clever search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import harness
from harness.engine.default_order import default_choice

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Everything", "explore_everything"]


class Everything:
    """Every schedule that leaves the default order in at most ``bound`` decisions; depth first, nothing clever."""

    name = "everything"

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._left: list[list[int]] = [[]]  # the decisions that an execution to come begins with
        self._begin: list[int] = []
        self._made: list[int] = []
        self._deviations = 0

    @property
    def exhausted(self) -> bool:
        return not self._left

    def begin(self, number: int) -> bool:
        if not self._left:
            return False
        self._begin, self._made, self._deviations = self._left.pop(), [], 0
        return True

    def choose(self, current: Any, enabled: Sequence[Any]) -> Any:
        plain = default_choice(current, enabled)
        chosen = plain
        if len(self._made) < len(self._begin):
            wanted = self._begin[len(self._made)]
            chosen = next(actor for actor in enabled if actor.id == wanted)
        elif self._deviations < self._bound:
            self._left += [[*self._made, other.id] for other in enabled if other is not plain]
        self._deviations += chosen is not plain
        self._made.append(chosen.id)
        return chosen

    def pick(self, current: Any, count: int) -> int:
        return 0

    def end(self, run: object) -> None:
        pass


def explore_everything(program: Any, bound: int) -> harness.Exploration:
    strategy = Everything(bound)
    found = harness.explore(program, strategy=strategy, schedules=20_000, stop_on_failure=False)
    assert strategy.exhausted
    return found
