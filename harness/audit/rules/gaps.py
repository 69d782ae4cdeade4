"""Judges gaps: two events that belong together, and the strangers' writes that must not come between them.

The read and the write of a read-modify-write, the check and the act, two fields of one record, the first and the last
turn of a loop: each is a gap, and what keeps strangers out of it is asked in one way for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from harness.audit.sharing import covering, own, parallel, taking_turns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from harness.audit.actors import Entry
    from harness.audit.events import Event
    from harness.audit.places import Place
    from harness.audit.sharing import Sharing, Use

__all__ = ["Gap", "Judged", "judge", "spoils_check", "spoils_value"]

_ANY = ("thread", "asyncio")


@dataclass(frozen=True, slots=True)
class Gap:
    """What lies between two events of one entry point, for one rule.

    Attributes:
        spoils: Whether an event of another entry point matters if it comes between.
        readers: It is their reads that matter, not their writes.
        threads: Only threads matter: what a task sees after an await it expects to have changed.
    """

    rule: str
    entry: Entry
    first: Event
    second: Event
    spoils: Callable[[Event], bool]
    readers: bool = False
    threads: bool = False
    last: int = -1  # the number of the last event, where that is not the second one

    @property
    def waits(self) -> bool:
        """Whether the task may give up its turn in between."""
        end = self.last if self.last >= 0 else self.second.index
        between = self.entry.events[self.first.index + 1 : end]
        return any(event.kind == "wait" and not event.excludes(self.second) for event in between)


@dataclass(slots=True)
class Judged:
    """All gaps, by what became of them.

    Attributes:
        open: Strangers can come between: each with one of them.
        guarded: A ``threading`` lock excludes those that take it; with all that can run at the same time.
        half: An ``asyncio.Lock`` is held, and a thread can come between all the same.
    """

    open: list[tuple[Gap, Use]] = field(default_factory=list)
    guarded: list[tuple[Gap, list[Use]]] = field(default_factory=list)
    half: list[tuple[Gap, Use]] = field(default_factory=list)


def judge(sharing: Sharing, gaps: Iterator[Gap]) -> Judged:
    """Ask of each gap who can come between."""
    judged = Judged()
    for gap in gaps:
        assert gap.second.place is not None
        root = gap.second.place.root
        uses = sharing.reads(root) if gap.readers else sharing.writes(root)
        strangers = [use for use in uses if gap.spoils(use.event)]
        alone = own(gap.entry, root, gap.second.place.item)
        others = [use for use in strangers if not (alone and use.entry is gap.entry)]
        at_once = [use for use in others if parallel(gap.entry, use.entry)]
        in_turn = [use for use in strangers if taking_turns(gap.entry, use.entry)]
        at_once.sort(key=lambda use: bool(use.entry.assumed))  # rather one who is seen than one who is assumed
        at_a_wait = bool(in_turn) and not gap.threads and gap.waits and not covering(gap.first, gap.second, _ANY)
        if at_a_wait and (not at_once or at_once[0].entry.assumed):
            judged.open.append((gap, in_turn[0]))
        elif at_once and covering(gap.first, gap.second, ("thread",)):
            judged.guarded.append((gap, at_once))
        elif at_once and covering(gap.first, gap.second, ("asyncio",)):
            judged.half.append((gap, at_once[0]))
        elif at_once:
            judged.open.append((gap, at_once[0]))
    return judged


def spoils_value(read: Place) -> Callable[[Event], bool]:
    """Return the test for a write that makes a value stale: of the same field, or of the whole that it is in."""

    def spoils(event: Event) -> bool:
        place = event.place
        if place is None or event.kind == "delete":
            return False
        if place.item == read.item:
            return place.field == read.field or "*" in (place.field, read.field)
        return not place.item and not place.field  # the container is replaced

    return spoils


def spoils_check(check: Place, act: Event) -> Callable[[Event], bool]:
    """Return the test for a write after which what was checked no longer holds for the act."""
    assert act.place is not None
    target = act.place

    def spoils(event: Event) -> bool:
        place = event.place
        assert place is not None
        if not place.item and not place.field:
            return True  # the variable or the whole container is replaced
        gone = event.kind == "delete" and not place.field
        if check.field:
            return gone or (place.item == check.item and bool(place.field) and _same(place.field, check.field))
        if not place.item:
            return not check.item and _same(place.field, check.field)
        if target.field or act.kind == "delete":
            return gone or (event.kind == "insert" and not event.fresh and act.kind != "delete")
        return not place.field

    return spoils


def _same(one: str, other: str) -> bool:
    return one == other or "*" in (one, other)
