"""Finds records that are read or written field by field while others do the same: torn updates and torn reads."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING

from harness.audit.rules.gaps import Gap
from harness.audit.sharing import parallel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.audit.actors import Entry
    from harness.audit.events import Event
    from harness.audit.sharing import Sharing

__all__ = ["read_gaps", "update_gaps"]


def update_gaps(sharing: Sharing) -> Iterator[Gap]:
    """Yield the gaps from the first field written to the next one, where another entry point reads both."""
    for entry in sharing.active:
        for events in _by_call(entry, writing=True):
            first, second = _pair(events)
            if first is None or second is None or second.place is None:
                continue
            for other in sharing.users(second.place.root):
                reads = [found for found in _by_call(other, writing=False) if _root(found) == second.place.root]
                if parallel(entry, other) and any(_pair(found)[0] for found in reads):
                    yield Gap("torn-update", entry, first, second, _any_field, readers=True, threads=True)
                    break


def read_gaps(sharing: Sharing) -> Iterator[Gap]:
    """Yield the gaps from the first field read to the next one, where another entry point writes one of them."""
    for entry in sharing.active:
        if entry.context == "main":
            continue  # before the threads begin, or after they have ended
        for events in _by_call(entry, writing=False):
            first, second = _pair(events)
            if first is not None and second is not None:
                fields = {event.place.field for event in events if event.place is not None}
                yield Gap("torn-read", entry, first, second, partial(_one_of, fields), threads=True)


def _by_call(entry: Entry, *, writing: bool) -> list[list[Event]]:
    """Return the accesses to fields of records, grouped by call and container."""
    found: dict[tuple[int, tuple[str, str]], list[Event]] = defaultdict(list)
    for event in entry.events:
        place = event.place
        if place is not None and place.item and place.field and (event.writes if writing else event.kind == "read"):
            found[event.frames[-1].call, place.root].append(event)
    return list(found.values())


def _pair(events: list[Event]) -> tuple[Event | None, Event | None]:
    """Return the first two that concern different fields; one that concerns any field, in a loop, is two."""
    for index, first in enumerate(events):
        if first.place is not None and first.place.field == "*" and first.repeated and first.writes and not first.text:
            return first, first
        for second in events[index + 1 :]:
            if first.place != second.place and not first.excludes(second) and first.held == second.held:
                return first, second
    return None, None


def _root(events: list[Event]) -> tuple[str, str]:
    place = events[0].place
    assert place is not None
    return place.root


def _any_field(event: Event) -> bool:
    return event.place is not None and bool(event.place.field)


def _one_of(fields: set[str], event: Event) -> bool:
    place = event.place
    return place is not None and place.item and (place.field in fields or place.field == "*")
