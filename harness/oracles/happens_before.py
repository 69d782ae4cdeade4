"""Happens-before: the order that synchronisation enforces, as vector clocks.

An event of one actor happens before an event of another if a chain of synchronisation leads from the first to the
second (Lamport 1978; vector clocks after Mattern 1989): what a lock's release, a notification, a put, a start or a
hand-over to a loop makes known, the acquire, wake-up, get, begin, join or poll that follows on the same object
learns. Tasks of one loop are ordered by their loop.

For queues and semaphores an object's clock collects everything that was put in before, so of two items that went
through one queue the second getter is taken to know about both. That can hide a race, never invent one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from harness.model.kind import kinds_where

if TYPE_CHECKING:
    from harness.model.event import History

__all__ = ["vector_clocks"]

_LEARNS: Final = kinds_where(lambda row: row.learns)
_TELLS: Final = kinds_where(lambda row: row.tells)


def vector_clocks(history: History) -> list[tuple[int, ...]]:
    """One clock for each event: how many events of each actor happened before it or are it.

    Returns:
        Tuples indexed by actor id. Event ``a`` of actor ``i`` happens before event ``b`` exactly if
        ``clocks[a][i] <= clocks[b][i]``.
    """
    actor_of = [lane.actor for lane in history.lanes]
    count = max(actor_of, default=0) + 1
    now = [[0] * count for _ in range(count)]
    known: dict[int, list[int]] = {}
    result: list[tuple[int, ...]] = []
    for lane, kind, serial, _, _ in history.events:
        actor = actor_of[lane]
        clock = now[actor]
        if kind in _LEARNS and serial in known:
            clock[:] = map(max, clock, known[serial])
        clock[actor] += 1
        if kind in _TELLS:
            told = known.setdefault(serial, [0] * count)
            told[:] = map(max, told, clock)
        result.append(tuple(clock))
    return result
