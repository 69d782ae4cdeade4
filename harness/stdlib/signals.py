"""``threading.Event`` and ``threading.Semaphore``, each operation one step.

CPython builds both on a ``Condition``; under its lock every operation is one step already, so the lock need not be a
scheduling point of its own. Kept exactly: a waiter that ``set`` has woken returns True even when ``clear`` comes before
it runs; a semaphore may be taken by a thread that never waited (``Lib/threading.py``).

The functions here stand in for the methods of the classes, so that instances made before the world opened, subclasses
and names bound early are all covered.
"""

from __future__ import annotations

import _thread
import threading
from typing import TYPE_CHECKING, Any, Final

from harness.model.kind import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.engine.world import World

__all__ = ["AFTERWARDS", "METHODS", "bind"]

_world: World
_WAIT, _WAKE, _NOTIFY, _CLEAR = int(Kind.WAIT), int(Kind.WAKE), int(Kind.NOTIFY), int(Kind.CLEAR)
_SEEN = int(Kind.SEEN)
_ACQUIRE, _RELEASE, _TRY = int(Kind.ACQUIRE), int(Kind.RELEASE), int(Kind.TRY)
_TAKE, _ADD = int(Kind.TAKE), int(Kind.ADD)
AFTERWARDS: Final = threading.Condition(_thread.allocate_lock())
"""CPython keeps a condition in each. Under control nothing needs it; it is there for those that outlive their
execution, such as the queue of an executor that is collected later. One with another condition is from before."""


def bind(world: World) -> None:
    """Make all events and semaphores belong to ``world``."""
    global _world
    _world = world


def _adopt(self: Any) -> None:
    """One that was made before the world was opened begins each execution as it was, and is so again afterwards."""
    state = self.__dict__
    if "_race_epoch" in state:
        return
    saved = dict(state)

    def restore() -> None:
        state.clear()
        state.update(saved)

    state["_race_epoch"] = _world.epoch
    _world.on_end.append(restore)


class _Waiter:
    __slots__ = ("woken",)

    def __init__(self) -> None:
        self.woken = False

    def is_woken(self) -> bool:
        return self.woken


def _event_init(self: Any) -> None:
    self._flag = False
    self._cond = AFTERWARDS
    self._waiting = []


def _event_is_set(self: Any) -> bool:
    if self._cond is not AFTERWARDS:
        _adopt(self)
    _world.switch_point(_TRY, self)
    if self._flag:
        _world.reclassify_last(_SEEN)
        return True
    return False


def _event_set(self: Any) -> None:
    if self._cond is not AFTERWARDS:
        _adopt(self)
    _world.switch_point(_NOTIFY, self)
    self._flag = True
    for waiter in self.__dict__.get("_waiting", ()):
        waiter.woken = True


def _event_clear(self: Any) -> None:
    if self._cond is not AFTERWARDS:
        _adopt(self)
    _world.switch_point(_CLEAR, self)
    self._flag = False


def _event_wait(self: Any, timeout: float | None = None) -> bool:
    if self._cond is not AFTERWARDS:
        _adopt(self)
    world = _world
    world.switch_point(_WAIT, self)
    if self._flag:
        world.reclassify_last(_SEEN)
        return True
    if world.dying:
        return False
    waiter = _Waiter()
    waiting = self.__dict__.setdefault("_waiting", [])
    waiting.append(waiter)
    try:
        return world.wait_until(_WAKE, self, waiter.is_woken, timeout)
    finally:
        waiting.remove(waiter)


def _semaphore_init(self: Any, value: int = 1) -> None:
    if value < 0:
        raise ValueError("semaphore initial value must be >= 0")
    self._cond = AFTERWARDS
    self._value = value


def _semaphore_acquire(self: Any, blocking: bool = True, timeout: float | None = None) -> bool:
    if self._cond is not AFTERWARDS:
        _adopt(self)
    if not blocking and timeout is not None:
        raise ValueError("can't specify timeout for non-blocking acquire")
    if blocking:
        if not _world.wait_until(_ACQUIRE, self, lambda: self._value > 0, timeout):
            return False
    else:
        _world.switch_point(_TRY, self)
        if self._value <= 0:
            return False
        _world.reclassify_last(_TAKE)
    self._value -= 1
    return True


def _semaphore_release(self: Any, n: int = 1) -> None:
    if self._cond is not AFTERWARDS:
        _adopt(self)
    if n < 1:
        raise ValueError("n must be one or more")
    _world.switch_point(_RELEASE, self)
    if self._value > 0:
        _world.reclassify_last(_ADD)
    self._value += n


def _bounded_init(self: Any, value: int = 1) -> None:
    _semaphore_init(self, value)
    self._initial_value = value


def _bounded_release(self: Any, n: int = 1) -> None:
    if self._cond is not AFTERWARDS:
        _adopt(self)
    if n < 1:
        raise ValueError("n must be one or more")
    _world.switch_point(_RELEASE, self)
    if self._value + n > self._initial_value:
        _world.reclassify_last(_TRY)
        raise ValueError("Semaphore released too many times")
    if self._value > 0:
        _world.reclassify_last(_ADD)
    self._value += n


def _look_at_barrier(self: Any) -> None:
    """CPython asks without the lock; what it is told changes where somebody has the lock."""
    _world.switch_point(_TRY, self._cond._lock)


def _barrier_broken(self: Any) -> bool:
    _look_at_barrier(self)
    return bool(_is_broken(self))


def _barrier_waiting(self: Any) -> int:
    _look_at_barrier(self)
    return int(_how_many_wait(self))


_is_broken: Any = threading.Barrier.__dict__["broken"].fget
_how_many_wait: Any = threading.Barrier.__dict__["n_waiting"].fget
METHODS: dict[type, dict[str, Callable[..., Any]]] = {
    threading.Event: {
        "__init__": _event_init,
        "is_set": _event_is_set,
        "set": _event_set,
        "clear": _event_clear,
        "wait": _event_wait,
    },
    threading.Semaphore: {
        "__init__": _semaphore_init,
        "acquire": _semaphore_acquire,
        "__enter__": _semaphore_acquire,
        "release": _semaphore_release,
    },
    threading.BoundedSemaphore: {"__init__": _bounded_init, "release": _bounded_release},
    threading.Barrier: {"broken": _barrier_broken, "n_waiting": _barrier_waiting},
}
"""What stands in for which method, or for the getter of which property, while the world is open."""
