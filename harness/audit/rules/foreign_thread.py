"""An object of an event loop that a thread uses: it is not thread-safe, and wakes no task."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.audit.actors import Entry
    from harness.audit.events import Event
    from harness.audit.sharing import Sharing

__all__ = ["find"]


def find(sharing: Sharing) -> Iterator[tuple[Entry, Event, str]]:
    """Each use by a thread, with what is wrong with it.

    A thread that runs a loop of its own may use what belongs to that loop, and the source does not say which objects
    do. There, it is a finding only if tasks of the main loop use the object too.
    """
    for entry in sharing.active:
        if entry.context != "thread":
            continue
        for event in entry.events:
            if event.kind != "use" or event.place is None:
                continue
            on_a_loop = any(frame.function.is_async for frame in event.frames)
            if on_a_loop and not _used_by_tasks(sharing, event):
                continue
            yield entry, event, f"{event.text}, is called in a thread by {entry}"


def _used_by_tasks(sharing: Sharing, event: Event) -> bool:
    assert event.place is not None
    return any(use.entry.context == "loop" for use in sharing.uses.get(event.place.root, ()))
