"""Finds final statuses that may be overwritten: two entry points end a record, and do not look whether it has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.audit.shared_state import STATUSES
from harness.audit.sharing import parallel, taking_turns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.audit.actors import Entry
    from harness.audit.events import Event
    from harness.audit.sharing import Sharing, Use

__all__ = ["find"]


def find(sharing: Sharing) -> Iterator[tuple[Entry, Event, Use, str]]:
    """Yield each write of a final status that was not checked, with another one that it may overwrite."""
    for uses in sharing.uses.values():
        endings = [use for use in uses if use.event.writes and use.event.final]
        for use in endings:
            if _checked(use):
                continue
            for other in endings:
                if other.event.final == use.event.final:
                    continue
                if parallel(use.entry, other.entry) or taking_turns(use.entry, other.entry):
                    sets = f"{use.entry} sets {use.event.place} to {use.event.final} without a look at what it is"
                    yield use.entry, use.event, other, f"{sets}; {other.entry} may have set it to {other.event.final}"
                    break


def _checked(use: Use) -> bool:
    """Whether the status was read, and decided about the write."""
    guards = (use.entry.events[index].place for index in use.event.guards)
    return any(place is not None and (place.field or place.name) in STATUSES for place in guards)
