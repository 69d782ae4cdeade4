"""Whether a program fails at all, for Hypothesis, which asks hundreds of times while it shrinks.

What makes a failure worth reading (its shortest schedule, what it needs) takes longer than to find it, and is made for
the smallest program alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.exploration.deadline import Deadline
from harness.exploration.passes import explore_here
from harness.model.options import Options, names_in
from harness.model.program import label_of
from harness.strategies import make_strategy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from harness.strategies import Strategy

__all__ = ["fails"]


class _Impatient(Deadline):
    """Time for all executions, and none to shrink what fails."""

    @property
    def overdue(self) -> bool:
        return True


def fails(program: Callable[[], Any], schedules: int, options: Mapping[str, Any]) -> bool:
    """Say whether :func:`harness.explore` finds a failure.

    Args:
        program: A callable without arguments.
        schedules, options: As :func:`harness.explore` has them.
    """
    given = dict(options)
    strategy, time_limit = given.pop("strategy", "auto"), given.pop("time_limit", None)
    for name in ("detect", "instrument"):
        given[name] = names_in(**{name: given.get(name, ())})
    made = Options(program=label_of(program), schedules=schedules, time_limit=time_limit, **given)

    def fresh() -> Strategy:
        return make_strategy(strategy, made.seed)

    result, raised = explore_here(program, made, fresh(), _Impatient(time_limit), None, fresh)
    if raised is not None:
        raise raised
    return result.failure is not None
