"""Finds slow work inside a lock. What a lock is for may be slow: those two cases are left alone.

A lock that guards no state of ours guards the slow thing itself, as the one around ``write`` and ``drain`` of a
stream. And a section that checks whether there is a value, gets one and keeps it, makes the others wait on purpose:
they want the value too (*single flight*).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.audit.actors import Entry
    from harness.audit.events import Event, Held
    from harness.audit.sharing import Sharing, Use

__all__ = ["find"]


def find(sharing: Sharing) -> Iterator[tuple[Entry, Event, Held]]:
    """Yield the slow event and the lock that is held meanwhile."""
    for entry in sharing.entries:
        for event in entry.events:
            if event.kind not in ("wait", "block") or not event.held:
                continue
            for held in event.held:
                if _too_slow(sharing, entry, event, held):
                    yield entry, event, held
                    break


def _too_slow(sharing: Sharing, entry: Entry, event: Event, held: Held) -> bool:
    if held.lock.kind == "thread" and event.kind == "wait":
        return True  # a task that wants it stops the loop, and with it the task that would give it back
    if not event.text:
        return False
    section = [each for each in entry.events if held in each.held]
    writes = [each for each in section if each.writes and each.place is not None]
    guarded = [each for each in writes if _used_elsewhere(sharing, held, each)]
    if not guarded:
        return False
    return held.lock.kind == "thread" or not _single_flight(entry, event, section, guarded)


def _used_elsewhere(sharing: Sharing, held: Held, write: Event) -> bool:
    assert write.place is not None

    def elsewhere(use: Use) -> bool:
        return all(each.section != held.section for each in use.event.held) or use.entry.function is not write.function

    return any(elsewhere(use) for use in sharing.uses.get(write.place.root, ()))


def _single_flight(entry: Entry, event: Event, section: list[Event], writes: list[Event]) -> bool:
    checked = {entry.events[index].place for index in event.guards if entry.events[index] in section}
    roots = {place.root for place in checked if place is not None}
    kept = [each for each in writes if event.index in each.sources]
    return bool(kept) and all(each.place is not None and each.place.root in roots for each in kept)
