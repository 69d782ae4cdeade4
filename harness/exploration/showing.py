"""What a page shows beyond what was found: the schedule of a failure against another store, and the game."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from harness.exploration.comparing import follow_order
from harness.exploration.playing import make_game
from harness.model.errors import HarnessError
from harness.model.finding import Focus
from harness.model.record import Beside
from harness.timeline.records import record_exploration
from harness.timeline.walkthrough import make_walkthrough

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.model.record import ExplorationRecord
    from harness.model.result import Exploration, Failure

__all__ = ["Other", "record_for_page", "set_beside"]


@dataclass(frozen=True, slots=True)
class Other:
    """A store that the same scenario is to be safe with.

    Attributes:
        store: Its name.
        program: The scenario with it.
    """

    store: str
    program: Callable[[], Any]


def record_for_page(
    program: Callable[[], Any], result: Exploration, other: Other | None = None, with_game: bool = True
) -> ExplorationRecord:
    """Make the record of an exploration with all that a page can show of it.

    What cannot be shown of it (a program that is too large, or depends on something outside) is left out.

    Args:
        program: That was explored.
        result: What was found.
        other: Is followed through the schedule of the first failure.
        with_game: Every way that it can go is explored, if those are few.
    """
    record = record_exploration(result)
    if other is not None and result.failure is not None:
        beside = set_beside(result.failure, other)
        first, *others = record.distinct_failures
        record = replace(record, distinct_failures=(replace(first, beside=beside), *others))
    if with_game and not result.stopped_by:
        try:
            record = replace(record, game=make_game(program, result.options))
        except HarnessError:
            return record
    return record


def set_beside(failure: Failure, other: Other) -> Beside | None:
    """Follow the schedule of a failure with another store; None if that one cannot be followed."""
    try:
        execution = follow_order(other.program, failure)
    except HarnessError:
        return None
    if execution is None:
        return None
    wrong = execution.failure
    ending = wrong.message.partition("\n")[0] if wrong is not None else ""
    focus = wrong.focus if wrong is not None else Focus()
    return Beside(other.store, make_walkthrough(execution.history, focus, ending))
