"""Lost updates: lane A reads a location, B writes it, A writes it from the stale read without reading again.

B's update is gone, whatever the values were. A write by A uses its read up: a second write without another read is no
stale write of that read. Two tasks of one loop are two lanes; a location is an attribute, an item, a global.

What this cannot know: whether A's write *depends* on its read. A lane that happened to read a location long before it
overwrites it blindly is reported too; so lost updates are recorded, and fail an execution only when asked to. A write
that only adds to a container (its key is SIZE or WHOLE) overwrites nothing that anybody wrote.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from harness.model.event import SIZE, WHOLE
from harness.model.finding import FailureKind, Finding, LostUpdate
from harness.model.kind import WRITES, Kind
from harness.oracles.oracle import place_of_event
from harness.timeline.naming import location_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.model.event import History

__all__ = [
    "LostUpdateEvents",
    "LostUpdateOracle",
    "describe_lost_update",
    "explaining_lost_update",
    "find_lost_updates",
]

_READ: Final = int(Kind.READ)


class LostUpdateOracle:
    """Finds the lost updates of an execution."""

    kind: Final = FailureKind("lost-update")
    explains: Final = None
    unconfirmable: Final = ""

    def find(self, history: History) -> Iterator[Finding]:
        """All lost updates, in the order of their stale writes."""
        for events in find_lost_updates(history):
            update = describe_lost_update(history, events)
            place = place_of_event(history, events.stale)
            yield Finding(self.kind, str(update), place, focus=update.focus, lost_update=update)


class LostUpdateEvents(NamedTuple):
    """Indexes of the three events."""

    read: int
    lost: int
    stale: int


def find_lost_updates(history: History) -> list[LostUpdateEvents]:
    """All lost updates of an execution, in the order of their stale writes.

    One pass over the events; per location it keeps the last write, per lane and location the last read. Costs about
    0.1 µs an event, as it is done after every execution.
    """
    found: list[LostUpdateEvents] = []
    written: dict[tuple[int, Any], tuple[int, int]] = {}  # location -> (lane, index) of its last write
    unread: dict[tuple[int, int, Any], int] = {}  # (lane, location) -> index of a read that no write has used up
    for index, (lane, kind, serial, key, _) in enumerate(history.events):
        if kind == _READ:
            unread[lane, serial, key] = index
            continue
        if kind not in WRITES:
            continue
        location = (serial, key)
        last = written.get(location)
        if last is not None and last[0] != lane:
            read = unread.get((lane, serial, key), -1)
            if -1 < read < last[1]:
                found.append(LostUpdateEvents(read, last[1], index))
        unread.pop((lane, serial, key), None)
        if key is not WHOLE and key is not SIZE:
            written[location] = (lane, index)
    return found


def describe_lost_update(history: History, events: LostUpdateEvents) -> LostUpdate:
    """Names and places for a lost update."""
    read, lost, stale = (history.event(index) for index in events)
    return LostUpdate(
        location=location_name(lost.site, lost.object, lost.key, history.labels),
        reader=history.lanes[stale.lane].name,
        writer=history.lanes[lost.lane].name,
        read_site=read.site,
        lost_site=lost.site,
        stale_site=stale.site,
        read_event=events.read,
        lost_event=events.lost,
        stale_event=events.stale,
    )


def explaining_lost_update(history: History) -> LostUpdate | None:
    """The lost update that explains a failed assertion best: of what the assertion read last, or else the last one.

    One that put another value in the place of the lost one explains more than one that put the same there.

    Args:
        history: Of the execution, recorded in detail.
    """
    values = history.values
    lost = sorted(find_lost_updates(history), key=lambda each: values.get(each.lost) != values.get(each.stale))
    if not lost:
        return None
    by_location = {history.events[each.stale][2:4]: each for each in lost}
    lane = history.events[-1][0]
    for event in reversed(history.events):
        if event[0] != lane:
            break
        if event[2:4] in by_location:
            return describe_lost_update(history, by_location[event[2:4]])
    return describe_lost_update(history, lost[-1])
