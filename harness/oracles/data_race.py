"""Data races: two accesses of one location by different threads, one of them a write, that nothing orders.

Found by happens-before (``happens_before.py``), so a race is reported even in an execution in which it did no harm, and
accesses that a lock, a join or a queue orders are never reported. ``instrument/containers.py`` says what conflicts with
what inside a container.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from harness.model.event import SIZE, WHOLE
from harness.model.finding import FailureKind, Finding, Focus
from harness.model.kind import ACCESSES, SEMANTICS, Kind
from harness.oracles.happens_before import vector_clocks
from harness.oracles.oracle import place_of_event
from harness.timeline.naming import location_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from harness.model.event import History

__all__ = ["DataRaceOracle", "find_data_race"]

_RESIZES: Final = object()  # where a write that changes the size is noted beside its own key: seen by who asks for SIZE

_Accesses = tuple[dict[int, int], dict[int, int]]
"""Of one key: the last read and the last write of each actor. Earlier ones are ordered before it anyway."""


class DataRaceOracle:
    """Finds the first data race of an execution."""

    kind: Final = FailureKind("data-race")
    explains: Final = None
    unconfirmable: Final = (
        "a data race means that nothing orders two accesses; one real run shows one order and cannot confirm that"
    )

    def find(self, history: History) -> Iterator[Finding]:
        """The first pair of accesses that race."""
        race = find_data_race(history)
        if race is None:
            return
        first = history.event(race[0])
        name = location_name(first.site, first.object, first.key, history.labels)
        one, other = (_describe_access(history, index) for index in race)
        message = f"{name}: {one} and {other}, and nothing orders the two"
        places = " ".join(sorted(place_of_event(history, index) for index in race))
        yield Finding(self.kind, message, places, focus=Focus(race, note="unordered"))


def _describe_access(history: History, index: int) -> str:
    event = history.event(index)
    verb = SEMANTICS[Kind(event.kind)].said
    return f"{history.lanes[event.lane].name} {verb}s it at {place_of_event(history, index)}"


def find_data_race(history: History) -> tuple[int, int] | None:
    """The first pair of accesses that race, as indexes of events, or None."""
    clocks = vector_clocks(history)
    actor_of = [lane.actor for lane in history.lanes]
    objects: dict[int, dict[Any, _Accesses]] = {}
    for index, (lane, kind, serial, key, _) in enumerate(history.events):
        if kind not in ACCESSES:
            continue
        actor, clock = actor_of[lane], clocks[index]
        known = objects.setdefault(serial, {})
        is_resize = kind == Kind.RESIZE and key is not SIZE and key is not WHOLE
        for place in (key, _RESIZES) if is_resize else (key,):
            for other_place in _conflicting(place, known):
                for accesses in known.get(other_place, ())[kind == Kind.READ :]:
                    for other, earlier in accesses.items():
                        if other != actor and clocks[earlier][other] > clock[other]:
                            return earlier, index
            known.setdefault(place, ({}, {}))[kind != Kind.READ][actor] = index
    return None


def _conflicting(place: Any, known: Collection[Any]) -> Collection[Any]:
    """The keys whose accesses conflict with one of ``place``."""
    if place is WHOLE:
        return known
    if place is _RESIZES:
        return (SIZE,)
    return (place, WHOLE, _RESIZES) if place is SIZE else (place, WHOLE)
