"""Which events of an execution a person needs to see: the few on which it turned.

Shown are the accesses of locations that several lanes touch and one writes, and the calls that synchronise several
lanes: the program's own, not what the standard library does inside them. Left out, and counted, are set-up before
another lane acts, and reading after all others have ended. A livelock ends in a cycle; one round of it is shown.

What could make it wrong: to leave out a decisive event. Those of the focus are always kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from harness.model.event import SIZE, WHOLE
from harness.model.kind import ACCESSES, WRITES, Kind, kinds_where

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from harness.model.event import History
    from harness.model.finding import Focus

__all__ = ["MOST_ROWS", "Selection", "select"]

MOST_ROWS: Final = 25
_SAID: Final = kinds_where(lambda row: row.said and not row.is_access)
_LONGEST_CYCLE: Final = 400
_LONGEST_BLOCK: Final = 8
_FEWEST_ROUNDS: Final = 4
_ALONE: Final = frozenset({int(Kind.ACQUIRE), int(Kind.TAKE), int(Kind.RELEASE), int(Kind.WAKE)})


@dataclass(frozen=True, slots=True)
class Selection:
    """What is shown of a history.

    Attributes:
        events: Their indexes, in order.
        rounds: Index of an event -> how many of those that are shown up to it came round how often.
    """

    events: list[int]
    rounds: dict[int, tuple[int, int]]


def select(history: History, focus: Focus) -> Selection:
    """The events to be shown."""
    start, rounds = _find_cycle(history) if not focus.events else (len(history), 1)
    period = (len(history) - start) // rounds
    end = start + period if rounds > 1 else len(history)
    first, last = _middle(history, end)
    shown = {*focus.events, *_accesses(history, first, last, end)}
    shown |= {index for index in _calls(history, end) if first <= index <= last}
    if rounds > 1:  # whoever takes part in it
        shown.update(index for index in range(start, end) if history.events[index][1] in ACCESSES)
    if focus.place:
        shown.update(_raising(history, focus.place))
    if len(shown) > MOST_ROWS and focus.events:
        objects = {history.events[index][2] for index in focus.events}
        shown = {index for index in shown if history.events[index][2] in objects} | set(focus.events)
    events, repeated = _fold(history, sorted(shown), focus)
    if rounds > 1 and events:
        _continue_cycle(history, events, repeated, sum(index >= start for index in events), rounds)
    if len(events) > MOST_ROWS and focus.events:
        nearest = sorted(events, key=lambda index: min(abs(index - each) for each in focus.events))
        events = sorted(nearest[:MOST_ROWS])
    return Selection(events[-MOST_ROWS:], repeated)


def _continue_cycle(
    history: History, events: list[int], repeated: dict[int, tuple[int, int]], length: int, rounds: int
) -> None:
    """Count the rounds after the last event that is shown to the block that they repeat, wherever that begins."""
    end = max(repeated, default=-1)
    rest = events[events.index(end) + 1 :] if end in events else events
    if end in events and len(rest) < repeated[end][0]:
        block = events[events.index(end) + 1 - repeated[end][0] : events.index(end) + 1]
        if [_signature(history, index) for index in rest] == [
            _signature(history, index) for index in block[: len(rest)]
        ]:
            del events[len(events) - len(rest) :]
            repeated[end] = repeated[end][0], repeated[end][1] + rounds
            return
    repeated[events[-1]] = max(length, 1), rounds


def _fold(history: History, events: list[int], focus: Focus) -> tuple[list[int], dict[int, tuple[int, int]]]:
    """Keep one round of what comes round several times: the events left, and how often those up to some came."""
    said = [_signature(history, index) for index in events]
    left: list[int] = []
    rounds: dict[int, tuple[int, int]] = {}
    position = 0
    while position < len(events):
        for length in range(1, _LONGEST_BLOCK + 1):
            block, times = said[position : position + length], 1
            while said[position + times * length : position + (times + 1) * length] == block:
                times += 1
            folded = events[position : position + times * length]
            if times >= _FEWEST_ROUNDS and not set(focus.events) & set(folded):
                left += folded[:length]
                rounds[left[-1]] = length, times
                position += times * length
                break
        else:
            left.append(events[position])
            position += 1
    return left, rounds


def _signature(history: History, index: int) -> tuple[Any, ...]:
    lane, kind, _, key, site = history.events[index]
    line = (site.file, site.line, site.text) if site is not None else None
    return lane, kind, key, line, history.values.get(index)


def _find_cycle(history: History) -> tuple[int, int]:
    """Where the events begin to repeat themselves up to the end, and how often they do: ``(start, rounds)``."""
    seen = [
        (lane, kind, key if kind in ACCESSES else None, (site.file, site.line) if site is not None else None)
        for lane, kind, _, key, site in history.events
    ]
    for period in range(1, min(_LONGEST_CYCLE, len(seen) // _FEWEST_ROUNDS) + 1):
        rounds, last = 1, seen[-period:]
        while seen[len(seen) - (rounds + 1) * period : len(seen) - rounds * period] == last:
            rounds += 1
        if rounds >= _FEWEST_ROUNDS and rounds * period > MOST_ROWS:
            return len(seen) - rounds * period, rounds
    return len(seen), 1


def _accesses(history: History, first: int, last: int, end: int) -> Iterator[int]:
    """Accesses of what several lanes touch, from the first to the last at which more than one lane acts."""
    places: dict[tuple[int, Any], list[int]] = {}
    for index, (_, kind, serial, key, _) in enumerate(history.events[:end]):
        if kind in ACCESSES:
            places.setdefault((serial, key), []).append(index)
    for (serial, key), own in places.items():
        indexes = sorted({*own, *_resizes(history, serial, end)}) if key is WHOLE or key is SIZE else own
        inside = [index for index in indexes if first <= index <= last or (first <= index and _writes(history, index))]
        if _several_lanes(history, indexes) and any(_writes(history, index) for index in inside):
            yield from inside


def _resizes(history: History, serial: int, end: int) -> list[int]:
    """What changes which elements a container has: all of it matters to a lane that goes through it or counts it."""
    return [i for i, event in enumerate(history.events[:end]) if event[1] == Kind.RESIZE and event[2] == serial]


def _calls(history: History, end: int) -> Iterator[int]:
    """The first event of each call that synchronises with another lane.

    A call of the standard library, such as ``jobs.put(1)``, takes locks of its own; it is a new call where it begins
    with the same operation again.
    """
    lanes: dict[int, set[int]] = {}
    for lane, kind, serial, _, _ in history.events[:end]:
        if kind in _SAID:
            lanes.setdefault(serial, set()).add(lane)
    for lane, _, serial, _, _ in history.waiting:
        lanes.setdefault(serial, set()).add(lane)
    calls: dict[int, tuple[Any, ...]] = {}  # lane -> line and source of its last call, and what that began with
    for index, (lane, kind, serial, _, site) in enumerate(history.events[:end]):
        if kind not in _SAID or site is None:
            calls.pop(lane, None)
            continue
        if len(lanes[serial]) < 2 or site.text.startswith(("await ", "async ")):  # a loop's own
            continue
        if site.op == "inside" or kind not in _ALONE:
            call, begin = (site.line, site.text), (kind, serial)
            if lane in calls and calls[lane][0] == call and calls[lane][1] != begin:
                continue
            calls[lane] = call, begin
        yield index


def _raising(history: History, place: str) -> list[int]:
    """The last access at the line where an exception came up: it has no value, since it gave none."""
    for index in reversed(range(len(history))):
        _, kind, _, _, site = history.events[index]
        if kind in ACCESSES and index not in history.values and site and f"{site.file}:{site.line}" == place:
            return [index]
    return []


def _middle(history: History, end: int) -> tuple[int, int]:
    """First and last event between which more than one lane is at work."""
    events = history.events[:end]
    busy = [i for i, event in enumerate(events) if event[1] in ACCESSES or (event[1] in _SAID and event[4] is not None)]
    if not busy:
        return 0, end
    lanes = [events[index][0] for index in busy]
    first = next((index for index, lane in zip(busy, lanes, strict=True) if lane != lanes[0]), busy[0])
    start = next((index for index, event in enumerate(events) if event[1] == Kind.START), first)
    backwards = list(zip(reversed(busy), reversed(lanes), strict=True))
    last = next((index for index, lane in backwards if lane != lanes[-1]), busy[-1])
    return min(first, start), last if end == len(history) and not history.waiting else end


def _writes(history: History, index: int) -> bool:
    return history.events[index][1] in WRITES


def _several_lanes(history: History, indexes: Iterable[int]) -> bool:
    return len({history.events[index][0] for index in indexes}) > 1
