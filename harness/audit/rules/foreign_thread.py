"""Finds objects of an event loop that a thread uses: such an object is not thread-safe, and wakes no task."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.audit.actors import Entry
    from harness.audit.events import Event
    from harness.audit.sharing import Sharing

__all__ = ["find"]


def find(sharing: Sharing) -> Iterator[tuple[Entry, Event, str]]:
    """Yield each use by a thread, with what is wrong with it.

    A thread that runs a loop of its own may use what belongs to that loop, and the source does not say which objects
    do. There, it is a finding only if the object is used on another loop, too.
    """
    for entry in sharing.active:
        if entry.context != "thread":
            continue
        for event in entry.events:
            if event.kind != "use" or event.place is None:
                continue
            on_a_loop = any(frame.function.is_async for frame in event.frames)
            if on_a_loop and not _used_on_another_loop(sharing, entry, event):
                continue
            yield entry, event, f"{event.text}, is called in a thread by {entry}"


def _used_on_another_loop(sharing: Sharing, entry: Entry, event: Event) -> bool:
    assert event.place is not None
    owner, _ = event.place.root
    if entry.many and ":" not in owner:  # several threads of it, each with a loop, and one variable of the module
        return True
    users = {use.entry for use in sharing.uses.get(event.place.root, ()) if use.event.kind == "use"}
    return any(user.context in ("loop", "thread") for user in users - {entry})
