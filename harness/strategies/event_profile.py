"""Which events of a program are worth sampling uniformly, and how many of them each actor has.

Learned from executions. An *interest* is a set of events that a strategy can recognise before they happen: all those
with one key (an attribute's name, an item's key), all those on one object that was known before the first thread
started (its number is then the same in every execution), or all that threads do. It is worth something if more than one
actor has events in it and not all of them read.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from harness.model.kind import Kind, kinds_where

if TYPE_CHECKING:
    from harness.engine.run import Run

__all__ = ["ALL", "KEY", "OBJECT", "Interest", "Profile"]

KEY: Final = 2
OBJECT: Final = 1
ALL: Final = -1

_TIMED: Final = kinds_where(lambda row: row.timed)
"""Part of another event's step, or a timer's."""


class Interest(NamedTuple):
    """A set of events: those that have ``value`` at position ``slot`` of their ``(kind, object, key)``, or all."""

    slot: int
    value: Any = None


class Profile:
    """What some executions have shown of a program.

    Attributes:
        interests: In the order in which they were first seen to be worth something.
        parents: Actor -> the actor that started it.
    """

    def __init__(self) -> None:
        self.interests: list[Interest] = []
        self.parents: dict[int, int] = {}
        self._counts: dict[Interest, Counter[int]] = {}
        self._totals: dict[Interest, dict[int, int]] = {}
        self._changed: set[Interest] = set()

    def counts(self, interest: Interest) -> dict[int, int]:
        """Actor -> the most events of an interest that it had in one execution, its descendants' included.

        The same dictionary every time until something is learned: not to be changed.
        """
        total = self._totals.get(interest)
        if total is None:
            total = self._totals[interest] = dict(self._counts.get(interest, ()))
            for child in sorted(self.parents, reverse=True):  # who was started has the higher number
                parent = self.parents[child]
                total[parent] = total.get(parent, 0) + total.get(child, 0)
        return total

    def learn(self, run: Run) -> None:
        """Look at one more execution."""
        self._totals.clear()
        events, lanes = run.history.events, run.history.lanes
        first = next((index for index, event in enumerate(events) if event[1] == Kind.START), 0)
        early = {event[2] for event in events[:first]}
        starters: dict[int, int] = {}  # number of an actor that was started -> who started it
        counts: dict[Interest, Counter[int]] = {}
        exits = [index for index, event in enumerate(events) if event[1] == Kind.EXIT and lanes[event[0]].actor]
        joins = [index for index, event in enumerate(events) if event[1] == Kind.JOIN]
        last = joins[-1] if joins and exits and joins[-1] > exits[-1] else len(events)
        for lane, kind, serial, key, _ in events[first:last]:  # before and after, the main thread is alone
            actor = lanes[lane].actor
            if kind == Kind.START:
                starters[serial] = actor
            elif kind == Kind.BEGIN and serial in starters:
                self.parents[actor] = starters[serial]
            for interest in _interests_of(kind, serial, key, early):
                counts.setdefault(interest, Counter())[actor] += 1
                if kind != Kind.READ:
                    self._changed.add(interest)
        for interest, seen in counts.items():
            known = self._counts[interest] = self._counts.get(interest, Counter()) | seen  # the greater of each
            if len(known) > 1 and interest in self._changed and interest not in self.interests:
                self.interests.append(interest)


def _interests_of(kind: int, serial: int, key: object, early: set[int]) -> list[Interest]:
    if kind in _TIMED:
        return []
    found = [Interest(ALL)]
    if key is not None:
        found.append(Interest(KEY, key))
    if serial in early:
        found.append(Interest(OBJECT, serial))
    return found
