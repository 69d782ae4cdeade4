"""Finds loops over a container that another thread or task makes longer or shorter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.audit.rules.gaps import Gap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.audit.events import Event
    from harness.audit.sharing import Sharing

__all__ = ["gaps"]


def gaps(sharing: Sharing) -> Iterator[Gap]:
    """Yield the gaps from the first turn of a loop to its last."""
    for entry in sharing.active:
        if entry.context == "main":
            continue
        for event in entry.events:
            if event.kind == "iterate" and event.place is not None and not event.place.item:
                yield Gap("unsafe-iteration", entry, event, event, _changes_size, last=event.end)


def _changes_size(event: Event) -> bool:
    place = event.place
    if place is None or not place.item or place.field:
        return False
    return event.kind in ("insert", "delete") and event.text not in ("sort", "reverse")
