"""Lost updates: lane A reads a location, B writes it, A writes it from the stale read without reading again.

B's update is gone, whatever the values were. A write by A uses its read up: a second write without another read is no
stale write of that read. Two tasks of one loop are two lanes; a location is an attribute, an item, a global.

A write that puts an object in the place of another one writes all the parts in which the two differ. So A, who copies
a job, changes one field and puts the copy back, loses what B has written to another field of the job in between; and so
does B, who got hold of the job before and writes to it after it was replaced.

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
    from collections.abc import Iterator, Mapping

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
    """Indexes of the three events.

    The lost write comes before the stale one, except where it went into an object that the stale one had replaced.
    """

    read: int
    lost: int
    stale: int


def find_lost_updates(history: History) -> list[LostUpdateEvents]:
    """All lost updates of an execution, in the order of the events at which they are gone.

    One pass over the events; per location it keeps the last write, per lane and location the last read. Costs about
    0.1 µs an event, as it is done after every execution.
    """
    found: list[LostUpdateEvents] = []
    written: dict[tuple[int, Any], tuple[int, int]] = {}  # location -> (lane, index) of its last write
    unread: dict[tuple[int, int, Any], int] = {}  # (lane, location) -> index of a read that no write has used up
    replaced = _Replaced(history) if history.replaced else None
    for index, (lane, kind, serial, key, _) in enumerate(history.events):
        if replaced is not None:
            replaced.see(index, lane, serial, key, unread, written, found)
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
    if replaced is not None and replaced.orphaned:
        found = sorted((*found, *replaced.orphaned.values()), key=max)
    return found


class _Replaced:
    """Follows objects that take the place of others: ``jobs["j"] = job`` is a write of each field in which they differ.

    What a lane has read of a field counts as read if it has read the field or all of the object, as a copy does. A lane
    that read the field again after another one wrote it, or whose new object has what stands there now, loses nothing.

    Attributes:
        orphaned: Writes into an object whose place a copy of it has taken, by the lane that got hold of it before.
            Invariant: none of these objects has been put back since.
    """

    def __init__(self, history: History) -> None:
        self._history = history
        self._wholes: dict[tuple[int, int], int] = {}  # (lane, object) -> index at which the lane read all of it
        self._grown: dict[int, tuple[int, int]] = {}  # object -> (lane, index) of the last write to no key alone
        self._gone: dict[int, int] = {}  # object -> index of the write that put a copy in its place
        self.orphaned: dict[tuple[int, Any], LostUpdateEvents] = {}

    def see(
        self,
        index: int,
        lane: int,
        serial: int,
        key: Any,
        unread: Mapping[tuple[int, int, Any], int],
        written: Mapping[tuple[int, Any], tuple[int, int]],
        found: list[LostUpdateEvents],
    ) -> None:
        """The event at ``index`` happens; ``unread`` and ``written`` are as they were before it."""
        is_write = self._history.events[index][1] in WRITES
        if key is WHOLE:
            self._wholes[lane, serial] = index
        if is_write and (key is WHOLE or key is SIZE):
            self._grown[serial] = lane, index
        if is_write and serial in self._gone:
            self._write_orphan(index, lane, serial, key, unread)
        replacement = self._history.replaced.get(index)
        if replacement is None:
            return
        self._put_back(replacement.new)
        lost: dict[int, LostUpdateEvents] = {}
        for part in replacement.parts:
            read = max(unread.get((lane, part.object, part.key), -1), self._read_all(lane, part.roots))
            for last in (written.get((part.object, part.key)), self._grown.get(part.object)):
                if last is not None and last[0] != lane and -1 < read < last[1]:
                    lost.setdefault(last[1], LostUpdateEvents(read, last[1], index))
            if self._read_all(lane, part.roots[:1]) > -1:
                self._gone[part.roots[0]] = index
        found += lost.values()

    def _read_all(self, lane: int, objects: tuple[int, ...]) -> int:
        return max(self._wholes.get((lane, each), -1) for each in objects)

    def _put_back(self, serial: int) -> None:
        self._gone.pop(serial, None)
        for location in [each for each in self.orphaned if each[0] == serial]:
            del self.orphaned[location]

    def _write_orphan(
        self, index: int, lane: int, serial: int, key: Any, unread: Mapping[tuple[int, int, Any], int]
    ) -> None:
        stale = self._gone[serial]
        other, _, holder, place, _ = self._history.events[stale]
        read = max(unread.get((lane, holder, place), -1), self._wholes.get((lane, holder), -1))
        if other != lane and -1 < read < stale:
            self.orphaned[serial, key] = LostUpdateEvents(read, index, stale)


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
