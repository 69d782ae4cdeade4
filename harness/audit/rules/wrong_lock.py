"""Finds an ``asyncio.Lock`` where threads are: it excludes tasks of its own loop, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.audit.sharing import Use, covering

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.audit.actors import Entry
    from harness.audit.places import Lock
    from harness.audit.rules.gaps import Judged
    from harness.audit.sharing import Sharing

__all__ = ["find"]


def find(sharing: Sharing, judged: Judged) -> Iterator[tuple[Lock, Use, Entry, str]]:
    """Yield the lock, where it is taken, who is not kept out, and why."""
    for gap, stranger in judged.half:
        held = covering(gap.first, gap.second, ("asyncio",))[-1]
        lock = held.lock
        place = stranger.event.place
        reason = f"{gap.entry} holds it, and {stranger.entry} writes {place} at line {stranger.event.line} without it"
        if stranger.event.held:
            reason = f"{gap.entry} and {stranger.entry} take it for {place}, each in a loop of its own"
        yield lock, Use(gap.entry, gap.entry.events[held.section]), stranger.entry, reason
    for entry in sharing.active:
        if entry.context != "thread":
            continue
        for event in entry.events:
            if event.kind != "acquire" or event.lock is None or event.lock.kind != "asyncio":
                continue
            others = [other for other in sharing.active if other is not entry or entry.many]
            also = [other for other in others if any(each.lock == event.lock for each in other.events)]
            if also:
                reason = f"{entry} takes it in a loop of its own at line {event.line}, and {also[0]} takes it too"
                yield event.lock, Use(entry, event), also[0], reason
