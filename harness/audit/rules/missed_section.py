"""Finds writes that take no part in the locking: others hold a lock against just such a write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.audit.sharing import covering

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.audit.rules.gaps import Gap, Judged
    from harness.audit.sharing import Use

__all__ = ["find"]


def find(judged: Judged) -> Iterator[tuple[Gap, Use]]:
    """Yield each guarded gap with a write that its lock does not keep out."""
    for gap, strangers in judged.guarded:
        if gap.readers:
            continue  # who only reads without the lock is found by what he reads
        locks = {held.lock for held in covering(gap.first, gap.second, ("thread",))}
        for use in strangers:
            if not locks & {held.lock for held in use.event.held} and use.entry.context != "main":
                yield gap, use
