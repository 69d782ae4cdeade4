"""Hashes by order instead of by address, for what programs and CPython keep in sets.

``asyncio.run`` cancels what is left in the order of a set of tasks; an executor joins a set of threads; both
``asyncio.wait`` and ``concurrent.futures.wait`` return sets of futures. With hashes by address two runs of one schedule
could differ: the first that is hashed in an execution has number 1 here, the next one 2, and so on.

What could make it wrong: an object from before the execution that is a key already, under its old hash. Such a thread
or future keeps its hash; it is told by the lock inside it, which is CPython's.
"""

from __future__ import annotations

import _thread
import asyncio
import itertools
import threading
from concurrent import futures
from typing import TYPE_CHECKING, Any, Final

from harness.stdlib.patch import Patch, methods
from harness.stdlib.without_condition import NO_CONDITION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["PATCHES", "Future", "LiveThreads", "OrderedSet", "Task", "begin_again", "in_order"]

_LOCK: Final[type] = type(_thread.allocate_lock())
_RLOCK: Final = _thread.RLock
_numbers = itertools.count(1)


def begin_again() -> None:
    """An execution begins: the next number is 1."""
    global _numbers
    _numbers = itertools.count(1)


def in_order(obj: Any) -> int:
    """The number of ``obj`` among those that were hashed."""
    try:
        number: int = obj._race_number
    except AttributeError:
        number = obj._race_number = next(_numbers)
    return number


class Task(asyncio.Task[Any]):
    """CPython's task, with a hash by order."""

    lane = -1
    __hash__ = in_order


class Future(asyncio.Future[Any]):
    """CPython's future, with a hash by order."""

    __hash__ = in_order


class OrderedSet(set[Any]):
    """A set that is walked in the order of its members' numbers."""

    def __iter__(self) -> Any:
        return iter(sorted(set.__iter__(self), key=hash))


class LiveThreads:
    """Stands in for the set in which ``threading`` keeps threads for its own tests: those that are alive are in it."""

    def add(self, thread: threading.Thread) -> None: ...

    def __len__(self) -> int:
        return len(threading._active)  # type: ignore[attr-defined]

    def __iter__(self) -> Iterator[threading.Thread]:
        return iter(list(threading._active.values()))  # type: ignore[attr-defined]


def _of_thread(thread: Any) -> int:
    inner = thread._started._cond
    return object.__hash__(thread) if inner is not NO_CONDITION and type(inner._lock) is _LOCK else in_order(thread)


def _of_future(future: Any) -> int:
    return object.__hash__(future) if type(future._condition._lock) is _RLOCK else in_order(future)


def _set(members: Iterable[Any] = ()) -> Any:
    """Make the set that ``asyncio.as_completed`` makes of what it is given: it walks it once, to make tasks.

    Coroutines have no other hash than their addresses.
    """
    members = tuple(members)
    return dict.fromkeys(members) if any(map(asyncio.iscoroutine, members)) else set(members)


PATCHES: Final = (
    Patch(asyncio.tasks, "set", _set),
    *methods(threading.Thread, {"__hash__": _of_thread}),
    *methods(futures.Future, {"__hash__": _of_future}),
    *methods(asyncio.tasks._GatheringFuture, {"__hash__": in_order}),  # type: ignore[attr-defined]
    Patch(futures._base, "id", hash),  # it locks several futures in the order of their addresses
)
