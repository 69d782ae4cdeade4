"""Controlled twins of objects that were made before the world was opened: a module-level ``lock = threading.Lock()``.

A C object is exchanged for its twin wherever rewritten code uses it. A ``Condition``, ``Barrier`` or ``Queue`` is
Python, and is given controlled locks until the execution ends.
"""

from __future__ import annotations

import _thread
import _threading_local
import queue
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

from harness.stdlib import locks
from harness.stdlib.simple_queue import SimpleQueue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from harness.engine.world import World

__all__ = ["Twins"]

_LOCK: Final = type(_thread.allocate_lock())
_RLOCK: Final = _thread.RLock


class Twins:
    """Finds the twin of an object; each execution has twins of its own.

    Args:
        world: Whose executions they are.

    Attributes:
        adapters: Exact type of an object from before -> function to its twin.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._known: dict[int, tuple[Any, Any]] = {}
        self.adapters: dict[type, Callable[[Any], Any]] = dict(self._adapters())

    def begin_again(self) -> None:
        """An execution begins: nothing has a twin yet."""
        self._known.clear()

    def _adapters(self) -> Iterator[tuple[type, Callable[[Any], Any]]]:
        yield _LOCK, self._lock_twin
        yield _RLOCK, self._rlock_twin
        yield queue.SimpleQueue, self._twin_of(lambda old: SimpleQueue())
        yield threading.local, self._local_twin
        yield ThreadPoolExecutor, self._executor_twin
        for kind in (threading.Condition, threading.Barrier, queue.Queue, queue.LifoQueue, queue.PriorityQueue):
            yield kind, self._adopt

    def _twin_of(self, make: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def find(old: Any) -> Any:
            known = self._known.get(id(old))
            if known is None:
                known = self._known[id(old)] = (old, make(old))
            return known[1]

        return find

    def _lock_twin(self, old: Any) -> Any:
        known = self._known.get(id(old))
        if known is None:
            twin = locks.Lock()
            if old.locked():  # taken before the run, by nobody who is here to release it
                twin.owner = self._world.main
            known = self._known[id(old)] = (old, twin)
        return known[1]

    def _rlock_twin(self, old: Any) -> Any:
        known = self._known.get(id(old))
        if known is None:
            twin = locks.RLock()
            if old._is_owned():
                twin.owner, twin._count = self._world.main, 1
            known = self._known[id(old)] = (old, twin)
        return known[1]

    def _local_twin(self, old: Any) -> Any:
        known = self._known.get(id(old))
        if known is None:
            twin = _threading_local.local()
            if self._world.current is self._world.main:
                twin.__dict__.update(old.__dict__)
            known = self._known[id(old)] = (old, twin)
        return known[1]

    def _executor_twin(self, old: Any) -> Any:
        if "_race_world" in old.__dict__ or id(old) in self._known:
            return self._known.get(id(old), (old, old))[1]
        if type(old._shutdown_lock) is locks.Lock:
            return old
        return self._twin_of(
            lambda pool: ThreadPoolExecutor(
                pool._max_workers, pool._thread_name_prefix, pool._initializer, pool._initargs
            )
        )(old)

    def _adopt(self, old: Any) -> Any:
        """Give a ``Condition``, ``Barrier`` or ``Queue`` from before the run controlled locks, until the run ends."""
        state = old.__dict__
        if not any(type(value) in (locks.Lock, locks.RLock) for value in self._inner_locks(state)):
            self._restore_at_end(state)
            self._exchange(old, {})
        return old

    def _restore_at_end(self, state: dict[str, Any]) -> None:
        saved = {name: value.copy() if type(value) in (deque, list) else value for name, value in state.items()}

        def restore() -> None:
            state.clear()
            state.update(saved)

        self._world.on_end.append(restore)

    def _inner_locks(self, state: Mapping[str, Any]) -> Iterator[Any]:
        for name in ("_lock", "mutex"):
            if name in state:
                yield state[name]
        if "_cond" in state:
            yield from self._inner_locks(state["_cond"].__dict__)

    def _exchange(self, old: Any, seen: dict[int, Any]) -> None:
        state = old.__dict__
        for name, value in list(state.items()):
            if type(value) in (_LOCK, _RLOCK):
                state[name] = self.adapters[type(value)](value)
            elif isinstance(value, threading.Condition) and id(value) not in seen:
                seen[id(value)] = value
                self._restore_at_end(value.__dict__)
                self._exchange(value, seen)
        if isinstance(old, threading.Condition):
            old.acquire, old.release = old._lock.acquire, old._lock.release  # type: ignore[method-assign,attr-defined]
            for name in ("_release_save", "_acquire_restore", "_is_owned"):
                if hasattr(old._lock, name):  # type: ignore[attr-defined]
                    setattr(old, name, getattr(old._lock, name))  # type: ignore[attr-defined]
                else:
                    state.pop(name, None)
