"""Finds two locks that are taken in both orders, or one that is taken while it is held."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.audit.actors import Entry
    from harness.audit.events import Event
    from harness.audit.places import Lock
    from harness.audit.sharing import Sharing

__all__ = ["find"]


def find(sharing: Sharing) -> Iterator[tuple[Entry, Event, str]]:
    """Yield the later of the two places in the source, and what the other one does."""
    edges: dict[tuple[Lock, Lock], list[tuple[Entry, Event, frozenset[Lock]]]] = {}
    for entry in sharing.entries:
        for event in entry.events:
            if event.kind != "acquire" or event.lock is None:
                continue
            around = [held for held in event.held if held.lock.kind != "none"]
            for held in around:
                if held.lock == event.lock and not event.lock.keyed:
                    if not event.lock.reentrant:
                        yield (
                            entry,
                            event,
                            f"{event.lock} is held already: to take it again is to wait for oneself",
                        )
                    continue
                if held.lock == event.lock and (held.sorted or event.text == "sorted"):
                    continue
                others = frozenset(each.lock for each in around if each is not held)
                edges.setdefault((held.lock, event.lock), []).append((entry, event, others))
    for (outer, inner), here in edges.items():
        if outer == inner:
            entry, event, _ = here[0]
            yield (
                entry,
                event,
                f"two of {inner} are taken in the order of the call: the other way round for the next one",
            )
            continue
        for entry, event, others in here:
            for _, other, theirs in edges.get((inner, outer), ()):
                if not others & theirs and (event.function.module.path, event.line) > (
                    other.function.module.path,
                    other.line,
                ):
                    yield entry, event, f"{inner} inside {outer} here, {outer} inside {inner} at line {other.line}"
