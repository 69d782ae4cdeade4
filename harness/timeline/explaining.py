"""One sentence that says what a failure came to, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.timeline.locks import LockWatch
from harness.timeline.naming import lane_title

if TYPE_CHECKING:
    from harness.model.event import History
    from harness.model.finding import LostUpdate
    from harness.model.result import Failure

__all__ = ["explain", "overwritten_with"]


def explain(failure: Failure) -> str:
    """Return the sentence."""
    history, update = failure.history, failure.lost_update
    if history is not None and update is not None:
        return _explain_lost_update(history, update)
    if history is not None and history.waiting:
        circle = _explain_waiting(history)
        if circle:
            return circle
    return failure.message.partition("\n")[0]


def _explain_lost_update(history: History, update: LostUpdate) -> str:
    name, reader, writer = update.location, lane_title(update.reader), update.writer
    read, lost = history.values.get(update.read_event), history.values.get(update.lost_event)
    if update.came_too_late:
        return (
            f"{writer[:1].upper()}{writer[1:]} got hold of {name}; then {update.reader} put a copy in its place, so "
            f"the {lost or 'value'} that {writer} wrote went to an object that nobody looks at any more."
        )
    stale = overwritten_with(history, update)
    return (
        f"{reader} read {name}{f' = {read}' if read else ''}, {writer} wrote {lost or 'a new value'}, and then "
        f"{update.reader} wrote {stale or 'its own'} without reading again: what {writer} had written is lost."
    )


def _explain_waiting(history: History) -> str:
    watch = LockWatch(history)
    for index in range(len(history)):
        watch.pass_event(index)
    waits = watch.waits()
    if not waits:
        return ""
    names = [lane.name for lane in history.lanes]
    told = "; ".join(f"{names[wait.lane]} waits for {wait.what}, which {names[wait.holder]} holds" for wait in waits)
    return f"{told[:1].upper()}{told[1:]}: nobody can go on."


def overwritten_with(history: History, update: LostUpdate) -> str | None:
    """Return what stands in the place of a lost update: the value written there, or its part in the object written."""
    _, _, serial, key, _ = history.events[update.lost_event]
    replacement = history.replaced.get(update.stale_event)
    for part in replacement.parts if replacement is not None else ():
        if (part.object, part.key) == (serial, key):
            return part.value
    return history.values.get(update.stale_event)
