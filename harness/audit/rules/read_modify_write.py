"""Finds read-modify-writes: what is written was made from what was read before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.audit.rules.gaps import Gap, spoils_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.audit.actors import Entry
    from harness.audit.events import Event
    from harness.audit.sharing import Sharing

__all__ = ["gaps"]


def gaps(sharing: Sharing) -> Iterator[Gap]:
    """Yield the gaps from the first read that a written value was made from, to the write."""
    for entry in sharing.active:
        for write in entry.events:
            if not write.writes or write.place is None:
                continue
            reads = [entry.events[index] for index in sorted(write.sources) if _matches(entry.events[index], write)]
            if reads and not _compared(entry, reads[0], write):
                assert reads[0].place is not None
                yield Gap("read-modify-write", entry, reads[0], write, spoils_value(reads[0].place))


def _compared(entry: Entry, read: Event, write: Event) -> bool:
    """Recognise compare and swap: under the lock of the write, the same place is read again and decides about it."""
    sections = {held for held in write.held if held not in read.held}
    again = (entry.events[index] for index in write.guards)
    return any(event.place == read.place and sections & set(event.held) for event in again)


def _matches(read: Event, write: Event) -> bool:
    one, other = read.place, write.place
    if read.kind != "read" or one is None or other is None or one.root != other.root or one.item != other.item:
        return False
    return one.field == other.field or (bool(one.field and other.field) and "*" in (one.field, other.field))
