"""Locks and thread-locals that a loaded library made at its import, under control while an exploration is open.

Code that is not rewritten uses its lock without asking anyone. The C object would keep no virtual thread out (all of
them are one OS thread, for which an ``RLock`` is always free) or would block them all for ever. So wherever such an
object is held (:mod:`~harness.stdlib.holders`), what stands here is put in its place: inside an execution it is a
controlled one, whose state begins anew in each execution; for all other threads it is still the object that it was.
"""

from __future__ import annotations

import _thread
import _threading_local
import threading
from typing import TYPE_CHECKING, Any, Final

from harness.engine.protocol import door, is_inside

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["TYPES", "LibraryLock", "LibraryRLock", "make_local", "stand_in"]

_LOCK: Final[type] = type(_thread.allocate_lock())
_RLOCK: Final[type] = _thread.RLock
_LOCAL: Final[type] = threading.local
TYPES: Final = frozenset({_LOCK, _RLOCK})
"""Exact types of objects that :func:`stand_in` takes, beside ``threading.local`` and its subclasses."""


class LibraryLock:
    """A lock from before the exploration.

    Args:
        real: The lock itself.
        find: Gives its twin in the execution that is under way.
    """

    __slots__ = ("__weakref__", "_find", "_real")

    def __init__(self, real: Any, find: Callable[[Any], Any]) -> None:
        self._real = real
        self._find = find

    def _lock(self) -> Any:
        return self._find(self._real) if is_inside() else self._real

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        return bool(self._lock().acquire(blocking, timeout))

    __enter__ = acquire

    def release(self) -> None:
        self._lock().release()

    def __exit__(self, *exc: object) -> None:
        self._lock().release()

    def locked(self) -> bool:
        return bool(self._lock().locked())

    acquire_lock, release_lock, locked_lock = acquire, release, locked

    def _at_fork_reinit(self) -> None:
        self._lock()._at_fork_reinit()

    def __repr__(self) -> str:
        return repr(self._lock())


class LibraryRLock(LibraryLock):
    """A reentrant lock from before the exploration."""

    __slots__ = ()

    def _is_owned(self) -> bool:
        return bool(self._lock()._is_owned())

    def _release_save(self) -> Any:
        return self._lock()._release_save()

    def _acquire_restore(self, state: Any) -> None:
        self._lock()._acquire_restore(state)

    def _recursion_count(self) -> int:
        return int(self._lock()._recursion_count())


class _LibraryLocal:
    """A ``threading.local`` from before: the class of what stands in for it is made of this and of its own class.

    A subclass's ``__init__`` runs in each virtual thread that comes by.
    """

    _race_real: Any
    _race_find: Callable[[Any], Any]

    def __getattribute__(self, name: str) -> Any:
        return getattr(_choose_local(self), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(_choose_local(self), name, value)

    def __delattr__(self, name: str) -> None:
        delattr(_choose_local(self), name)


def _choose_local(self: Any) -> Any:
    real = object.__getattribute__(self, "_race_real")
    return object.__getattribute__(self, "_race_find")(real) if is_inside() else real


def _controlled_class(cls: type) -> type:
    """``cls``, with CPython's ``threading.local`` in Python in place of that in C."""
    if cls is _LOCAL:
        return _threading_local.local
    body = {name: value for name, value in vars(cls).items() if name not in ("__dict__", "__weakref__")}
    return type(cls.__name__, tuple(_controlled_class(base) for base in cls.__bases__), body)


def make_local(real: Any) -> Any:
    """The twin of a thread-local in an execution; the main thread has what this thread has in ``real``."""
    twin = _controlled_class(type(real))()
    execution = door.execution
    if execution.turns.current is execution.turns.main:
        twin.__dict__.update(real.__dict__)
    return twin


def stand_in(real: Any, find: Callable[[Any], Any]) -> Any:
    """What is put in the place of a lock or a thread-local; None if nothing can be.

    Args:
        real: The object from before the exploration.
        find: Gives its twin in the execution that is under way.
    """
    if type(real) is _LOCK:
        return LibraryLock(real, find)
    if type(real) is _RLOCK:
        return LibraryRLock(real, find)
    try:
        _controlled_class(type(real))()
    except Exception:  # its __init__ wants arguments, which only the library knows
        return None
    made = _LibraryLocal.__new__(_LibraryLocal)
    object.__setattr__(made, "_race_real", real)
    object.__setattr__(made, "_race_find", find)
    return made
