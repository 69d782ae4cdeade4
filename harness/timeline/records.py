"""From results to their records: the timeline of a failure is made here, from its history, once for all formats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.model.record import ExplorationRecord, FailureRecord
from harness.timeline.explaining import explain, overwritten_with
from harness.timeline.timeline import make_timeline
from harness.timeline.walkthrough import make_walkthrough

if TYPE_CHECKING:
    from harness.model.result import Exploration, Failure

__all__ = ["record_exploration", "record_failure"]


def record_exploration(result: Exploration) -> ExplorationRecord:
    """Make the record of an exploration."""
    return ExplorationRecord(
        verdict=result.verdict,
        options=result.options,
        schedules=result.schedules,
        failures=result.failures,
        exhausted=result.exhausted,
        classes=result.classes,
        preemptions=result.preemptions,
        lost_update_count=result.lost_update_count,
        lost_updates=tuple(map(str, result.lost_updates)),
        seconds=result.seconds,
        stopped_by=result.stopped_by,
        more=result.more,
        withdrawn=result.withdrawn,
        scope=result.scope,
        distinct_failures=tuple(map(record_failure, result.distinct_failures)),
    )


def record_failure(failure: Failure) -> FailureRecord:
    """Make the record of a failure whose history was recorded in detail."""
    heading, what = _heading(failure)
    return FailureRecord(
        kind=failure.kind,
        message=failure.message,
        place=failure.place,
        token=failure.token,
        schedule_number=failure.schedule_number,
        preemptions=failure.preemptions,
        needs=failure.needs,
        stall=failure.stall,
        confirmed=failure.confirmed,
        heading=heading,
        what=what,
        traceback=failure.traceback,
        why=explain(failure),
        timeline=make_timeline(failure.history, failure.focus),
        walk=make_walkthrough(failure.history, failure.focus, failure.message.partition("\n")[0]),
    )


def _heading(failure: Failure) -> tuple[str, str]:
    """``("LOST UPDATE", "job.progress: main task's 20 was overwritten with 10")``."""
    update, history = failure.lost_update, failure.history
    if update is not None and history is not None:
        lost, stale = history.values.get(update.lost_event), overwritten_with(history, update)
        if lost is not None and update.came_too_late:
            what = f"{update.writer}'s {lost} went to what {update.reader} had replaced by a copy"
            return "LOST UPDATE", f"{update.location}: {what}"
        if lost is not None and stale is not None:
            return "LOST UPDATE", f"{update.location}: {update.writer}'s {lost} was overwritten with {stale}"
        return "LOST UPDATE", str(update)
    return failure.kind.heading, failure.message.partition("\n")[0]
