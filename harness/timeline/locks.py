"""Who holds which lock, and who waits for whom, after each event of an execution.

A thread that wants a lock stands at the operation from its last event on: between two decisions it runs on up to the
next thing that it announces. So it waits exactly while its next operation is to take a lock that another lane holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from harness.model.event import Event
from harness.model.kind import Kind
from harness.model.walkthrough import Wait
from harness.timeline.wording import lock_name

if TYPE_CHECKING:
    from harness.model.event import History

__all__ = ["LOCKS", "LockWatch", "changes_of_lock"]

LOCKS: Final = ("Lock", "RLock")
_TAKES: Final = (Kind.ACQUIRE, Kind.TAKE)


def changes_of_lock(history: History, event: Event) -> tuple[str, str]:
    """Return the name of the lock that an event takes, and of the one that it releases; ``""`` where it does neither.

    Only those that the program itself takes: a queue has locks of its own, which no reader has heard of.
    """
    site = event.site
    if site is None or site.op != "sync" or history.labels.get(event.object) not in LOCKS:
        return "", ""
    name = lock_name(site.text)
    return (name, "") if event.kind in _TAKES else ("", name) if event.kind == Kind.RELEASE else ("", "")


class LockWatch:
    """Follows the locks of one history, event by event.

    Attributes:
        holders: Serial number of a lock -> the lane that has it.
    """

    def __init__(self, history: History) -> None:
        self._history = history
        self.holders: dict[int, int] = {}
        self._depth: dict[int, int] = {}  # of a lock that its owner takes again
        self._next: dict[int, list[int]] = {}  # actor -> its events, the next one last
        for index in reversed(range(len(history))):
            self._next.setdefault(history.actor_of(index), []).append(index)

    def pass_event(self, index: int) -> None:
        """Go on to the state after the event at ``index``."""
        event = self._history.event(index)
        self._next[self._history.actor_of(index)].pop()
        if self._history.labels.get(event.object) not in LOCKS:
            return
        if event.kind in _TAKES:
            self._depth[event.object] = self._depth.get(event.object, 0) + 1
            self.holders[event.object] = event.lane
        elif event.kind == Kind.RELEASE:
            self._depth[event.object] = self._depth.get(event.object, 1) - 1
            if self._depth[event.object] <= 0:
                self.holders.pop(event.object, None)

    def waits(self) -> tuple[Wait, ...]:
        """Return who waits now, in lanes of the history."""
        found: dict[int, Wait] = {}
        actor_of = {lane.id: lane.actor for lane in self._history.lanes}
        pending = {actor: self._history.event(left[-1]) for actor, left in self._next.items() if left}
        for waiting in map(Event._make, self._history.waiting):
            if not self._next.get(actor_of[waiting.lane]):
                pending[actor_of[waiting.lane]] = waiting
        for event in pending.values():
            holder = self.holders.get(event.object)
            if event.kind in _TAKES and holder is not None and actor_of[holder] != actor_of[event.lane] and event.site:
                found[event.lane] = Wait(event.lane, lock_name(event.site.text), holder)
        return tuple(found[lane] for lane in sorted(found))
