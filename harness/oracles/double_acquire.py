"""A lock acquired twice by its holder: a thread waits for a lock that only it could release.

``threading.Lock`` may be taken once; the thread that has it and wants it again waits for ever, as does one that takes
both permits of a ``Semaphore(2)`` and asks for a third. An ``RLock`` may be taken again, so it is never reported.

A lock may be released by any thread, so a second acquire by the holder is no fault by itself: some programs hand work
over like that. Reported is only what is certain: every thread waits for ever, and one of them for a lock whose holders
it alone is. It names the cause of that deadlock, and takes its place in the report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from harness.model.finding import DEADLOCK, FailureKind, Finding, Focus
from harness.model.kind import Kind
from harness.oracles.oracle import place_of_event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.model.event import History

__all__ = ["DoubleAcquireOracle"]

_TAKEN: Final = frozenset({int(Kind.ACQUIRE), int(Kind.TAKE)})
_RELEASE: Final = int(Kind.RELEASE)


class DoubleAcquireOracle:
    """Finds threads that wait for a lock that they hold themselves."""

    kind: Final = FailureKind("double-acquire", "LOCK ACQUIRED TWICE")
    explains: Final = DEADLOCK
    unconfirmable: Final = ""

    def find(self, history: History) -> Iterator[Finding]:
        """One finding for each thread that keeps itself waiting."""
        for lane, kind, serial, _, site in history.waiting:
            if kind not in _TAKEN:
                continue
            held = _acquisitions(history, serial)
            if held and all(history.actor_of(index) == history.lanes[lane].actor for index in held):
                name, lock = history.lanes[lane].name, history.labels.get(serial, "lock")
                place = f"{site.file}:{site.line}" if site is not None else ""
                first = place_of_event(history, held[-1])
                message = f"{name} waits at {place} for a {lock} that it acquired itself"
                message += f" at {first}" if first else ""
                yield Finding(self.kind, message, place, focus=Focus((held[-1],), note="and keeps it"))


def _acquisitions(history: History, serial: int) -> list[int]:
    """Indexes of the acquisitions of a lock that no release has undone."""
    held: list[int] = []
    for index, event in enumerate(history.events):
        if event[2] == serial:
            if event[1] in _TAKEN:
                held.append(index)
            elif event[1] == _RELEASE and held:
                held.pop()
    return held
