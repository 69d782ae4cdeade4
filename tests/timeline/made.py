"""Histories without a program: for what looks at nothing but a history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from harness.model.event import SIZE, WHOLE, History, Lane
from harness.model.kind import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ACTORS", "events", "happens_before", "history", "made"]

ACTORS = 3
SYNC = (Kind.ACQUIRE, Kind.RELEASE, Kind.NOTIFY, Kind.WAKE, Kind.PUT, Kind.GET, Kind.START, Kind.BEGIN, Kind.EXIT)
SYNC = (*SYNC, Kind.JOIN, Kind.SEND, Kind.POLL, Kind.SEEN, Kind.TAKE, Kind.TRY, Kind.CLOCK, Kind.CLEAR)
LEARNS = {Kind.ACQUIRE, Kind.TAKE, Kind.WAKE, Kind.SEEN, Kind.GET, Kind.BEGIN, Kind.JOIN, Kind.POLL}
TELLS = {Kind.RELEASE, Kind.NOTIFY, Kind.PUT, Kind.START, Kind.EXIT, Kind.SEND}

accesses = st.tuples(
    st.integers(0, ACTORS - 1),
    st.sampled_from([Kind.READ, Kind.WRITE, Kind.RESIZE]),
    st.integers(1, 2),
    st.sampled_from(["a", "b", WHOLE, SIZE]),
)
synchronising = st.tuples(st.integers(0, ACTORS - 1), st.sampled_from(SYNC), st.integers(10, 11), st.none())
events = st.lists(st.one_of(accesses, synchronising), max_size=25)


def history(found: Iterable[tuple[int, int, int, Any]]) -> History:
    """A history of events without sites; each actor is its own lane."""
    lanes = [Lane(number, number, f"thread-{number}") for number in range(ACTORS)]
    return History([(lane, int(kind), serial, key, None) for lane, kind, serial, key in found], lanes)


def made(text: str) -> History:
    """``"0 reads x, 1 writes x"``: accesses of one object, for examples."""
    kinds = {"reads": Kind.READ, "writes": Kind.WRITE, "releases": Kind.RELEASE, "acquires": Kind.ACQUIRE}
    found = []
    for part in text.split(", "):
        lane, verb, name = part.split()
        is_access = verb in ("reads", "writes")
        found.append((int(lane), kinds[verb], 1 if is_access else 10, name if is_access else None))
    return history(found)


def happens_before(past: History) -> list[set[int]]:
    """For each event those that happen before it: reachability in the graph of single steps of knowledge."""
    before: list[set[int]] = []
    for index, (lane, kind, serial, _, _) in enumerate(past.events):
        mine: set[int] = set()
        for earlier in range(index):
            other_lane, other_kind, other_serial, _, _ = past.events[earlier]
            told = other_kind in TELLS and kind in LEARNS and other_serial == serial
            if other_lane == lane or told:
                mine |= before[earlier] | {earlier}
        before.append(mine)
    return before
