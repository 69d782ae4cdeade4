"""The model of a timeline: who did what, when, and what the shared state was after each step.

Made from a history that was recorded in detail, never by hand; the terminal, Markdown and every other format draw this
one model. A history has every step of everybody; a person needs the few on which it turned. Shown are the accesses of
locations that several lanes touch and one writes, and the operations on locks that several lanes use. Left out, and
counted, are set-up before anybody else runs and the reading that is done after everybody else has ended.

What could make it wrong: to leave out a decisive step. The three events of a lost update are always kept, and so is the
access at which an exception came up.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from harness.model.event import SIZE, WHOLE, Event, History
from harness.model.finding import Focus
from harness.model.kind import ACCESSES, WRITES, Kind, kinds_where
from harness.model.timeline import Row, Timeline
from harness.timeline.naming import location_name
from harness.timeline.wording import Wording, cut

if TYPE_CHECKING:
    from collections.abc import Iterable


__all__ = ["make_timeline"]

_MOST_ROWS: Final = 40
_NO_FOCUS: Final = Focus()
_SHOWN: Final = kinds_where(lambda row: row.said and not row.is_access)
_Location = tuple[int, Any]


def make_timeline(history: History | None, focus: Focus = _NO_FOCUS) -> Timeline:
    """The timeline of an execution.

    Args:
        history: Recorded in detail; without one, the timeline is empty.
        focus: The events on which its failure turns.
    """
    if history is None:
        return Timeline((), "", (), 0)
    shown = _select(history, focus.events)
    if focus.place and shown:
        shown = sorted({*shown, *_raising(history, focus.place)})
    state = _state_locations(history, shown, focus)
    return _Drawing(history, shown, state, focus).timeline()


def _select(history: History, decisive: tuple[int, ...]) -> list[int]:
    """Indexes of the events to be shown."""
    first, last = _middle(history)
    by_location: dict[_Location, list[int]] = {}
    by_lock: dict[int, list[int]] = {}
    for index, (_, kind, serial, key, site) in enumerate(history.events):
        if kind in ACCESSES:
            by_location.setdefault((serial, key), []).append(index)
        elif _is_own_lock((0, kind, serial, key, site)):
            by_lock.setdefault(serial, []).append(index)
    shown = set(decisive)
    for (serial, key), own in by_location.items():
        indexes = sorted({*own, *_changes(history, serial)}) if key is WHOLE or key is SIZE else own
        inside = [index for index in indexes if first <= index <= last or _writes(history, index)]
        inside = [index for index in inside if index >= first]
        if _several_lanes(history, indexes) and any(_writes(history, index) for index in inside):
            shown.update(inside)
    locks = [index for indexes in by_lock.values() if _several_lanes(history, indexes) for index in indexes]
    shown.update(index for index in locks if first <= index <= last)
    if len(shown) > _MOST_ROWS and decisive:
        places = {history.events[index][2] for index in decisive}
        shown = {index for index in shown if history.events[index][2] in places} | set(decisive)
    result = sorted(shown)
    if len(result) <= _MOST_ROWS or not decisive:
        return result[-_MOST_ROWS:]
    return sorted(sorted(result, key=lambda index: min(abs(index - each) for each in decisive))[:_MOST_ROWS])


def _changes(history: History, serial: int) -> list[int]:
    """What changes which elements a container has: all of it matters to who goes through it or counts it."""
    return [index for index, event in enumerate(history.events) if event[1] == Kind.RESIZE and event[2] == serial]


def _raising(history: History, place: str) -> list[int]:
    """The last access at the line where an exception came up: it has no value, since it gave none."""
    for index in reversed(range(len(history))):
        _, kind, _, _, site = history.events[index]
        if kind in ACCESSES and index not in history.values and site and f"{site.file}:{site.line}" == place:
            return [index]
    return []


def _middle(history: History) -> tuple[int, int]:
    """First and last event between which more than one lane is at work."""
    busy = [index for index, event in enumerate(history.events) if event[1] in ACCESSES or _is_own_lock(event)]
    if not busy:
        return 0, len(history)
    lanes = [history.events[index][0] for index in busy]
    first = next((index for index, lane in zip(busy, lanes, strict=True) if lane != lanes[0]), busy[0])
    start = next((index for index, event in enumerate(history.events) if event[1] == Kind.START), first)
    first = min(first, start)
    backwards = list(zip(reversed(busy), reversed(lanes), strict=True))
    last = next((index for index, lane in backwards if lane != lanes[-1]), busy[-1])
    return first, last


def _is_own_lock(event: tuple[Any, ...]) -> bool:
    """An operation on a lock that stands in the program itself, not in the library it calls."""
    return event[1] in _SHOWN and event[4] is not None and event[4].op == "sync"


def _writes(history: History, index: int) -> bool:
    return history.events[index][1] in WRITES


def _several_lanes(history: History, indexes: Iterable[int]) -> bool:
    return len({history.events[index][0] for index in indexes}) > 1


def _state_locations(history: History, shown: list[int], focus: Focus) -> list[_Location]:
    """The locations that the state column shows: the one that lost an update, or two of the object written last."""
    accesses = [index for index in shown if history.events[index][1] in ACCESSES]
    if not accesses:
        return []
    named = [
        index for index in accesses if history.events[index][3] is not WHOLE and history.events[index][3] is not SIZE
    ]
    written = [index for index in named if _writes(history, index)]
    serial = history.events[focus.lost if focus.lost is not None else (written or named or accesses)[-1]][2]
    found: dict[_Location, None] = {}
    for index in focus.events if focus.lost is not None else accesses:
        _, _, number, key, _ = history.events[index]
        if number == serial and key is not WHOLE and key is not SIZE:
            found[number, key] = None
    return list(found)[:2]


class _Drawing:
    def __init__(self, history: History, shown: list[int], state: list[_Location], focus: Focus) -> None:
        self._history, self._shown, self._state, self._focus = history, shown, state, focus
        self._known: dict[_Location, str | None] = {}  # the text of each value; None: there is no such thing
        self._wording = Wording(history, lambda event: self._short_name((event.object, event.key), event))
        self._lanes: set[int] = set()

    def timeline(self) -> Timeline:
        history = self._history
        rows: list[Row] = []
        for index, event in enumerate(map(Event._make, history.events)):
            if event.kind in ACCESSES:
                self._learn(index, event)
            if index in self._shown:
                rows.append(self._row(len(rows) + 1, index, event))
        order = sorted(self._lanes, key=lambda lane: (not history.lanes[lane].is_task, lane))
        lanes = tuple(_title(history.lanes[lane].name) for lane in order)
        rows = [replace(row, lane=order.index(row.lane)) for row in rows]
        return Timeline(lanes, self._state_title(), tuple(rows), len(history) - len(rows))

    def _learn(self, index: int, event: Event) -> None:
        """What is known of the state after an access."""
        place = event.object, event.key
        op = event.site.op if event.site is not None else ""
        value = self._wording.value(index)
        if op in ("delete", "pop", "discard", "remove", "popitem"):
            self._known[place] = None
        elif op == "clear":
            self._known.update((each, None) for each in list(self._known) if each[0] == event.object)
        elif op == "in":
            if value == "False":
                self._known[place] = None
        elif value is not None and event.site is not None:
            self._known[place] = value
        if index in self._history.replaced:
            parts = self._history.replaced[index].parts
            self._known.update(((part.object, part.key), self._wording.plain(part.value)) for part in parts)

    def _row(self, number: int, index: int, event: Event) -> Row:
        self._lanes.add(event.lane)
        site = event.site
        focus = self._focus
        too_late = focus.lost is not None and focus.stale is not None and focus.stale < focus.lost
        note = "stale" if index == focus.stale else "too late" if too_late and index == focus.lost else ""
        return Row(
            time=f"T{number}",
            lane=event.lane,
            text=self._wording.text(index, event),
            line=site.line if site is not None else 0,
            file=site.file if site is not None else "",
            source=site.text if site is not None else "",
            mark=note,
            state=", ".join(self._said(place) for place in self._state if place in self._known),
            lost=index == (focus.lost if too_late else focus.stale),
        )

    def _said(self, place: _Location) -> str:
        name, value = self._short_name(place), self._known[place]
        return f"no {name}" if value is None else name if value == repr(place[1]) else f"{name}={cut(value)}"

    def _short_name(self, place: _Location, event: Event | None = None) -> str:
        serial, key = place
        if isinstance(key, str) and event is None:
            return key
        site = event.site if event is not None else None
        full = location_name(site, serial, key, self._history.labels)
        shown = [self._history.events[index] for index in self._shown]
        same = {each[2] for each in shown if each[3] == key and each[1] in ACCESSES}
        if isinstance(key, str) and full.endswith("." + key) and len(same) == 1:
            return key
        return full

    def _state_title(self) -> str:
        if not self._state:
            return "state after"
        serial = self._state[0][0]
        sites = [self._history.events[index][4] for index in self._shown if self._history.events[index][2] == serial]
        if any(site is not None and site.op in ("read", "write") and not site.base for site in sites):
            return "state after"  # of a global or a closure variable, whose holder has no name
        label = self._history.labels.get(serial, "state")
        if label[:1].isupper():
            return f"{label.lower()} after"
        based = [site for site in sites if site is not None and site.base]  # a dict, a list: by its name
        return f"{location_name(based[0], serial, WHOLE, self._history.labels) if based else label} after"


def _title(name: str) -> str:
    return name[:1].upper() + name[1:]
