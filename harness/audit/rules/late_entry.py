"""Finds late entries: what a thread removes from a container at its end is put there only after its start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.audit.sharing import covering

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.audit.actors import Entry
    from harness.audit.events import Event
    from harness.audit.sharing import Sharing

__all__ = ["find"]


def find(sharing: Sharing) -> Iterator[tuple[Entry, Event, Event, str]]:
    """Yield the entry point, the event that comes too late, the one that may be before it, and what goes wrong."""
    for entry in sharing.entries:
        for start in entry.events:
            if start.kind != "start" or start.started is None:
                continue
            for late in entry.events[_begin(entry, start) :]:
                if late.kind not in ("insert", "write") or late.place is None or not late.place.item:
                    continue
                if late.place.field or late.frames[-1].call != start.frames[-1].call or late.excludes(start):
                    continue
                early = _taken_out(sharing, start, late)
                if early is not None:
                    who, event = early
                    started = f"{who.function.qualname} was started at line {start.line}"
                    over = f"it may be over by then, and has removed it at line {event.line}"
                    yield entry, late, event, f"{late.place} is set here after {started}: {over}"


def _begin(entry: Entry, start: Event) -> int:
    """Return the number of the event after which the function may run; past the last one if it never does."""
    if not start.text:
        return start.index + 1
    begun = (event.index for event in entry.events if event.kind == "begin" and start.index in event.sources)
    return next(begun, len(entry.events)) + 1


def _taken_out(sharing: Sharing, start: Event, late: Event) -> tuple[Entry, Event] | None:
    """Return the removal by what was started; None if a lock keeps it back until the entry is made."""
    assert late.place is not None
    for use in sharing.uses.get(late.place.root, ()):
        if use.entry.function is not start.started or use.entry.context != "thread" or use.event.kind != "delete":
            continue
        if start.index not in late.sources and use.event.text not in ("", "remove", "discard"):
            continue  # it takes out what it finds there, not what was put there for it
        locks = {held.lock for held in covering(start, late, ("thread",))}
        if not locks & {held.lock for held in use.event.held}:
            return use.entry, use.event
    return None
