"""Finds values that were checked before an await and are used after it: another task may have removed them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.audit.sharing import covering, taking_turns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.audit.actors import Entry
    from harness.audit.events import Event
    from harness.audit.sharing import Sharing, Use

__all__ = ["find"]


def find(sharing: Sharing) -> Iterator[tuple[Entry, Event, Event, Use]]:
    """Yield the entry point, the check, the use after the await, and what may have come between."""
    for entry in sharing.active:
        if entry.context != "loop":
            continue
        for event in entry.events:
            if event.kind != "read" or event.place is None or event.place.field:
                continue
            checks = [entry.events[index] for index in sorted(event.guards)]
            checks = [each for each in checks if each.place is not None and each.place.root == event.place.root]
            if not checks or not _waits(entry, checks[-1], event) or covering(checks[-1], event, ("asyncio", "thread")):
                continue
            stranger = _stranger(sharing, entry, event)
            if stranger is not None:
                yield entry, checks[-1], event, stranger


def _waits(entry: Entry, check: Event, use: Event) -> bool:
    between = entry.events[check.index + 1 : use.index]
    return any(event.kind == "wait" and not event.excludes(use) for event in between)


def _stranger(sharing: Sharing, entry: Entry, event: Event) -> Use | None:
    """Return the use by another task that sets the variable to None, or deletes from the container."""
    assert event.place is not None
    for use in sharing.uses[event.place.root]:
        gone = use.event.kind == "delete" if event.place.item else use.event.text == "None" and use.event.writes
        if gone and use.event.place is not None and not use.event.place.field and taking_turns(entry, use.entry):
            return use
    return None
