"""The model of a timeline: who did what, when, and what the shared state was after each step.

Made from a history that was recorded in detail and the focus of its failure, never by hand; the terminal, Markdown and
every other format draw this one model. Which events become rows is :mod:`harness.timeline.selection`'s, how each is
said :mod:`harness.timeline.wording`'s.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from harness.model.event import SIZE, WHOLE, Event, History
from harness.model.finding import Focus
from harness.model.kind import ACCESSES, WRITES
from harness.model.timeline import Row, Timeline
from harness.timeline.known_state import KnownState, Location
from harness.timeline.naming import lane_title, location_name
from harness.timeline.raising import raised_by
from harness.timeline.selection import Selection, select
from harness.timeline.wording import ROOM, Wording, cut, shorten

if TYPE_CHECKING:
    from harness.model.site import Site

__all__ = ["make_timeline"]

_MOST_LANES: Final = 5
_NO_FOCUS: Final = Focus()


def make_timeline(history: History | None, focus: Focus = _NO_FOCUS) -> Timeline:
    """The timeline of an execution.

    Args:
        history: Recorded in detail; without one, the timeline is empty.
        focus: The events on which its failure turns.
    """
    if history is None:
        return Timeline((), "", (), 0)
    selection = select(history, focus)
    return _Drawing(history, selection, _state_locations(history, selection.events, focus), focus).timeline()


def _state_locations(history: History, shown: list[int], focus: Focus) -> list[Location]:
    """The locations that the state column shows: the one that lost an update, or two of the object written last."""
    accesses = [index for index in shown if history.events[index][1] in ACCESSES]
    if not accesses:
        return []
    named = [
        index for index in accesses if history.events[index][3] is not WHOLE and history.events[index][3] is not SIZE
    ]
    written = [index for index in named if history.events[index][1] in WRITES]
    serial = history.events[focus.lost if focus.lost is not None else (written or named or accesses)[-1]][2]
    found: dict[Location, None] = {}
    for index in focus.events if focus.lost is not None else accesses:
        _, _, number, key, _ = history.events[index]
        if number == serial and key is not WHOLE and key is not SIZE:
            found[number, key] = None
    return list(found)[:2]


class _Drawing:
    def __init__(self, history: History, selection: Selection, state: list[Location], focus: Focus) -> None:
        self._history, self._selection, self._state, self._focus = history, selection, state, focus
        self._shown = selection.events
        self._wording = Wording(history, lambda event: self._short_name((event.object, event.key), event))
        self._known = KnownState(history, self._wording)
        self._rows: list[Row] = []  # each with its lane in the history

    def timeline(self) -> Timeline:
        history, shown = self._history, set(self._shown)
        for index, event in enumerate(map(Event._make, history.events)):
            if event.kind in ACCESSES:
                self._known.learn(index, event)
            if index in shown:
                self._add_event(index, event)
        for event in map(Event._make, history.waiting):
            if event.site is not None:
                self._add(event.lane, self._wording.waiting(event), event.site)
        raised = raised_by(history, self._focus)
        if raised is not None:
            self._add(raised[0], shorten(f"raises {self._focus.raises}", 2 * ROOM), raised[1])
        lanes, rows = self._columns()
        return Timeline(lanes, self._state_title(), tuple(rows), len(history) - len(self._shown))

    def _columns(self) -> tuple[tuple[str, ...], list[Row]]:
        """The lanes that have rows, a column each; where they are too many, those with the least share one."""
        history = self._history
        counts = Counter(row.lane for row in self._rows)
        decisive = {history.events[index][0] for index in self._focus.events} | {row.lane for row in self._rows[-1:]}
        order = sorted(counts, key=lambda lane: (not history.lanes[lane].is_task, lane))
        names = {lane: history.lanes[lane].name for lane in order}
        if len(order) <= _MOST_LANES:
            return tuple(lane_title(names[lane]) for lane in order), [
                replace(row, lane=order.index(row.lane)) for row in self._rows
            ]
        kept = sorted(counts, key=lambda lane: (lane not in decisive, -counts[lane], lane))[: _MOST_LANES - 1]
        own = [lane for lane in order if lane in kept]
        rows = [
            replace(row, lane=own.index(row.lane))
            if row.lane in kept
            else replace(row, lane=len(own), text=f"{names[row.lane]}: {row.text}")
            for row in self._rows
        ]
        return (*(lane_title(names[lane]) for lane in own), f"{len(order) - len(own)} others"), rows

    def _add(
        self, lane: int, text: str, site: Site | None, mark: str = "", lost: bool = False, access: str = ""
    ) -> None:
        self._rows.append(
            Row(
                time=f"T{len(self._rows) + 1}",
                lane=lane,
                text=text,
                line=site.line if site is not None else 0,
                file=site.file if site is not None else "",
                source=site.text if site is not None else "",
                mark=mark,
                state=", ".join(self._said(place) for place in self._state if place in self._known.values),
                lost=lost,
                access=access,
            )
        )

    def _add_event(self, index: int, event: Event) -> None:
        focus = self._focus
        too_late = focus.lost is not None and focus.stale is not None and focus.stale < focus.lost
        mark = "stale" if index == focus.stale else "too late" if too_late and index == focus.lost else ""
        if index in focus.events and not mark:
            mark = focus.note
        if index in self._selection.rounds:
            rows, times = self._selection.rounds[index]
            mark = f"× {times:,}" if rows == 1 else f"{rows} rows × {times:,}"
        lost = index == (focus.lost if too_late else focus.stale)
        access = "" if event.kind not in ACCESSES else "write" if event.kind in WRITES else "read"
        self._add(event.lane, self._wording.text(index, event), event.site, mark, lost, access)

    def _said(self, place: Location) -> str:
        name, value = self._short_name(place), self._known.values[place]
        return f"no {name}" if value is None else name if value == repr(place[1]) else f"{name}={cut(value)}"

    def _short_name(self, place: Location, event: Event | None = None) -> str:
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
