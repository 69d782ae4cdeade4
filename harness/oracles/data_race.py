"""Data races: two accesses of one location by different threads, one of them a write, that nothing orders.

Found by happens-before (``history/clocks.py``), so a race is reported even in an execution in which it did no harm, and
accesses that a lock, a join or a queue orders are never reported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.history.clocks import vector_clocks

if TYPE_CHECKING:
    from harness.history.events import History

__all__ = ["find_data_race"]


def find_data_race(history: History) -> tuple[int, int] | None:
    """The first pair of accesses that race, as indexes of events, or None."""
    clocks = vector_clocks(history)
    actor_of = [agent.actor for agent in history.agents]
    writes: dict[tuple[int, Any], int] = {}
    reads: dict[tuple[int, Any], dict[int, int]] = {}
    for index, (agent, kind, serial, key, _) in enumerate(history.events):
        if kind > 2:
            continue
        actor, clock, location = actor_of[agent], clocks[index], (serial, key)
        last = writes.get(location)
        if last is not None and _unordered(actor_of[history.events[last][0]], last, actor, clock, clocks):
            return last, index
        if kind == 0:
            reads.setdefault(location, {})[actor] = index
            continue
        for other, read in reads.get(location, {}).items():
            if _unordered(other, read, actor, clock, clocks):
                return read, index
        writes[location] = index
        reads.pop(location, None)
    return None


def _unordered(other: int, earlier: int, actor: int, clock: tuple[int, ...], clocks: list[tuple[int, ...]]) -> bool:
    return other != actor and clocks[earlier][other] > clock[other]
