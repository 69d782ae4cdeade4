"""Several explorations of one program as one."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from harness.model.result import Exploration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.model.finding import LostUpdate
    from harness.model.result import Failure

__all__ = ["merge"]


def merge(parts: Sequence[Exploration]) -> Exploration:
    """Add up explorations of one program that ran side by side.

    Args:
        parts: In the order of their shares. Of equal failures the one with the lowest schedule number is kept, and of
            equal ones that of the first share.

    Example:
        >>> merge([Exploration(schedules=3), Exploration(schedules=4)]).schedules
        7
    """
    whole = next((part for part in parts if part.exhausted), None)
    if whole is not None:
        return whole  # one share has seen every class: the samples of the others add nothing
    if not parts:
        return Exploration()
    failures: dict[tuple[str, str], Failure] = {}
    for failure in sorted((each for part in parts for each in part.distinct_failures), key=_number_of):
        failures.setdefault((failure.kind, failure.place), failure)
    updates: dict[str, LostUpdate] = {}
    outcomes: Counter[Any] = Counter()
    for part in parts:
        outcomes.update(part.outcomes)
        for update in part.lost_updates:
            updates.setdefault(str(update), update)
    return Exploration(
        options=parts[0].options,
        schedules=sum(part.schedules for part in parts),
        failures=sum(part.failures for part in parts),
        distinct_failures=tuple(failures.values()),
        outcomes=outcomes,
        lost_updates=tuple(updates.values()),
        lost_update_count=sum(part.lost_update_count for part in parts),
        scope=parts[0].scope,
        seconds=max(part.seconds for part in parts),
        withdrawn=next((part.withdrawn for part in parts if part.withdrawn), ""),
        stopped_by=next((part.stopped_by for part in parts if part.stopped_by), ""),
    )


def _number_of(failure: Failure) -> int:
    return failure.schedule_number
