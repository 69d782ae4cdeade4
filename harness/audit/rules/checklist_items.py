"""Says which of the checklist's seven items a finding concerns: several, where there is no lock at all."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.audit.actors import Entry
    from harness.audit.events import Event
    from harness.audit.symbols import Function

__all__ = ["items_of"]

LOCK, UPDATE, AWAIT, HEARTBEAT, READ, DELETION, THREADS = range(1, 8)
_ALIVE = ("heartbeat", "beat", "alive", "keepalive", "ping")
_FIXED = {
    "wrong-lock": (LOCK, THREADS),
    "lock-per-call": (LOCK,),
    "missing-await": (AWAIT,),
    "lock-order": (LOCK,),
    "stale-value": (UPDATE,),
    "final-status": (UPDATE,),
    "add-after-start": (THREADS,),
    "foreign-thread": (THREADS,),
    "blocked-loop": (AWAIT,),
}
_READS = ("torn-read", "unsafe-iteration")


def items_of(rule: str, entry: Entry | None = None, event: Event | None = None) -> tuple[int, ...]:
    """Return the numbers of the items.

    >>> items_of("missing-await")
    (3,)
    """
    if rule in _FIXED:
        return _FIXED[rule]
    assert entry is not None
    assert event is not None
    functions = [frame.function for frame in event.frames]
    items = {HEARTBEAT} if any(word in function.name.lower() for function in functions for word in _ALIVE) else set()
    if rule == "slow-in-lock":
        return tuple(sorted(items or {UPDATE}))
    kinds = _lock_kinds(functions)
    if not kinds:
        items.add(LOCK)
    if entry.context == "thread":
        items.add(THREADS)
    if event.kind == "delete":
        items.add(DELETION)
    elif rule in _READS:
        items.add(READ)
    else:
        items.add(UPDATE)
        if "thread" not in kinds and _called_without_await(functions):
            items.add(AWAIT)
    return tuple(sorted(items))


def _lock_kinds(functions: list[Function]) -> set[str]:
    """Return the kinds of lock that the classes or modules of these functions have."""
    found: set[str] = set()
    for function in functions:
        locks = function.owner.all_locks if function.owner is not None else list(function.module.locks.values())
        found |= {lock.kind for lock in locks if lock.kind != "none"}
    return found


def _called_without_await(functions: list[Function]) -> bool:
    """Whether a coroutine calls a plain function that writes: with a lock in it, that call needs an ``await``."""
    return any(one.is_async and not other.is_async and other.name != "<lambda>" for one, other in pairwise(functions))
