"""Controlled twins of objects that were made before the exploration: a module-level ``lock = threading.Lock()``.

A C object is exchanged for its twin wherever rewritten code uses it. A ``Condition``, ``Barrier`` or ``Queue`` is
Python, and is given controlled locks until the execution ends.
"""

from __future__ import annotations

import _thread
import queue
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

from harness.engine.protocol import door
from harness.stdlib.library_objects import make_local
from harness.stdlib.lock import Lock
from harness.stdlib.rlock import RLock
from harness.stdlib.simple_queue import SimpleQueue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["Preexisting", "Twins"]

_LOCK: Final = type(_thread.allocate_lock())
_RLOCK: Final = _thread.RLock


class Twins:
    """Finds the twin of an object, and adopts what is Python.

    Args:
        make: Exact type of an object from before -> function that makes its twin.

    Attributes:
        adapters: Exact type of an object from before -> function to its twin.
    """

    def __init__(self, make: Mapping[type, Callable[[Any], Any]]) -> None:
        self._known: dict[int, tuple[Any, Any]] = {}
        self.adapters: dict[type, Callable[[Any], Any]] = {
            kind: self.finder(function) for kind, function in make.items()
        }
        find_executor = self.finder(_same_executor)
        self.adapters[ThreadPoolExecutor] = lambda old: find_executor(old) if _is_older(old) else old
        for kind in (threading.Condition, threading.Barrier, queue.Queue, queue.LifoQueue, queue.PriorityQueue):
            self.adapters[kind] = self._adopt

    def begin_again(self) -> None:
        """An execution begins: nothing has a twin yet."""
        self._known.clear()

    def finder(self, make: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """A function from an object to its twin, which ``make`` makes once."""

        def find(old: Any) -> Any:
            known = self._known.get(id(old))
            if known is None:
                known = self._known[id(old)] = (old, make(old))
            return known[1]

        return find

    def keep(self, state: dict[str, Any]) -> None:
        """Called before ``state``, the attributes of an object from before, is changed."""

    def _adopt(self, old: Any) -> Any:
        """Give a ``Condition``, ``Barrier`` or ``Queue`` from before controlled locks."""
        state = old.__dict__
        if any(type(value) in (_LOCK, _RLOCK) for value in _inner_locks(state)):
            self.keep(state)
            self._exchange(old, {})
        return old

    def _exchange(self, old: Any, seen: dict[int, Any]) -> None:
        state = old.__dict__
        for name, value in list(state.items()):
            if type(value) in (_LOCK, _RLOCK):
                state[name] = self.adapters[type(value)](value)
            elif isinstance(value, threading.Condition) and id(value) not in seen:
                seen[id(value)] = value
                self.keep(value.__dict__)
                self._exchange(value, seen)
        if isinstance(old, threading.Condition):
            old.acquire, old.release = old._lock.acquire, old._lock.release  # type: ignore[method-assign,attr-defined]
            for name in ("_release_save", "_acquire_restore", "_is_owned"):
                if hasattr(old._lock, name):  # type: ignore[attr-defined]
                    setattr(old, name, getattr(old._lock, name))  # type: ignore[attr-defined]
                else:
                    state.pop(name, None)


class Preexisting(Twins):
    """Twins in an execution: each execution has twins of its own, and gives back what it adopted."""

    def __init__(self) -> None:
        super().__init__(
            {
                _LOCK: _lock_twin,
                _RLOCK: _rlock_twin,
                queue.SimpleQueue: lambda old: SimpleQueue(),
                threading.local: make_local,
            }
        )

    def keep(self, state: dict[str, Any]) -> None:
        saved = {name: value.copy() if type(value) in (deque, list) else value for name, value in state.items()}

        def restore() -> None:
            state.clear()
            state.update(saved)

        door.execution.on_end.append(restore)


def _lock_twin(old: Any) -> Lock:
    twin = Lock()
    if old.locked():  # taken before the execution, by no thread that is here to release it
        twin.owner = door.execution.turns.main
    return twin


def _rlock_twin(old: Any) -> RLock:
    twin = RLock()
    if old._is_owned():
        twin.owner, twin._count = door.execution.turns.main, 1
    return twin


def _inner_locks(state: Mapping[str, Any]) -> Iterator[Any]:
    for name in ("_lock", "mutex"):
        if name in state:
            yield state[name]
    if "_cond" in state:
        yield from _inner_locks(state["_cond"].__dict__)


def _is_older(executor: Any) -> bool:
    return type(executor._shutdown_lock) is _LOCK


def _same_executor(old: Any) -> Any:
    return ThreadPoolExecutor(old._max_workers, old._thread_name_prefix, old._initializer, old._initargs)
