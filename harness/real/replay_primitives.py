"""The locks, events, semaphores and simple queues of CPython, the real ones, each with the replayer in front of it.

A thread waits for its turn, and then does the real operation, which must be possible at once: the script has it at the
moment at which it was. Only where the script ends, in a deadlock, do threads wait inside the real primitive.

What is a step is as in ``stdlib/``, operation by operation. A thread that is not the program's does just the operation.
"""

from __future__ import annotations

import _thread
import queue
import threading
from typing import TYPE_CHECKING, Any, Final

from harness.model.kind import Kind
from harness.stdlib import simple_queue

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.real.replayer import Replayer, ReplayThread

__all__ = ["METHODS", "Lock", "RLock", "SimpleQueue", "bind"]

_replayer: Replayer
_allocate, _real_rlock, _RealQueue = _thread.allocate_lock, _thread.RLock, queue.SimpleQueue


def bind(replayer: Replayer) -> None:
    """Put ``replayer`` in front of everything here."""
    global _replayer
    _replayer = replayer


class Lock:
    """A ``threading.Lock``.

    Args:
        real: One that was made before; otherwise a new one.

    Attributes:
        owner: The thread of the program that has it, for reports.
    """

    __slots__ = ("__weakref__", "_real", "owner")

    def __init__(self, real: Any = None) -> None:
        self._real: Any = _allocate() if real is None else real
        self.owner: ReplayThread | None = None

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        thread, real = _replayer.thread(), self._real
        if thread is None or (not blocking and timeout != -1) or (timeout < 0 and timeout != -1):
            return bool(real.acquire(blocking, timeout))
        if blocking:
            taken = _replayer.wait(thread, Kind.ACQUIRE, self, lambda: real.acquire(False), real.acquire)
        else:
            _replayer.come(thread, Kind.TRY)
            taken = bool(real.acquire(False))
        if taken:
            self.owner = thread
        return taken

    __enter__ = acquire

    def release(self) -> None:
        thread = _replayer.thread()
        if thread is not None:
            _replayer.come(thread, Kind.RELEASE)
        self._real.release()
        self.owner = None

    def __exit__(self, *exc: object) -> None:
        self.release()

    def locked(self) -> bool:
        thread = _replayer.thread()
        if thread is not None:
            _replayer.come(thread, Kind.TRY)
        return bool(self._real.locked())

    acquire_lock, release_lock, locked_lock = acquire, release, locked  # names that CPython keeps for old code

    def _at_fork_reinit(self) -> None:
        self._real._at_fork_reinit()
        self.owner = None

    def __repr__(self) -> str:
        return repr(self._real)


class RLock:
    """A ``threading.RLock``: only the outermost ``acquire`` and ``release`` are steps.

    Args:
        real: One that was made before; otherwise a new one.
    """

    __slots__ = ("__weakref__", "_count", "_real", "owner")
    race_wait_name = "an RLock"

    def __init__(self, real: Any = None) -> None:
        self._real: Any = _real_rlock() if real is None else real
        self._count = 0
        self.owner: ReplayThread | None = None

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        thread, real = _replayer.thread(), self._real
        if thread is None or real._is_owned():
            taken = bool(real.acquire(blocking, timeout))
            self._count += taken
            return taken
        if blocking:
            taken = _replayer.wait(thread, Kind.ACQUIRE, self, lambda: real.acquire(False), real.acquire)
        else:
            _replayer.come(thread, Kind.TRY)
            taken = bool(real.acquire(False))
        if taken:
            self.owner, self._count = thread, 1
        return taken

    __enter__ = acquire

    def release(self) -> None:
        thread = _replayer.thread()
        if self._real._is_owned():
            if thread is not None and self._count == 1:
                _replayer.come(thread, Kind.RELEASE)
            self._count -= 1
            if not self._count:
                self.owner = None
        self._real.release()

    def __exit__(self, *exc: object) -> None:
        self.release()

    def locked(self) -> bool:
        thread = _replayer.thread()
        if thread is not None:
            _replayer.come(thread, Kind.TRY)
        return self._count > 0

    # The protocol of threading.Condition.

    def _is_owned(self) -> bool:
        return bool(self._real._is_owned())

    def _release_save(self) -> Any:
        thread = _replayer.thread()
        if thread is not None and self._real._is_owned():
            _replayer.come(thread, Kind.RELEASE)
        state, self._count, self.owner = (self._real._release_save(), self._count, self.owner), 0, None
        return state

    def _acquire_restore(self, state: Any) -> None:
        thread, real = _replayer.thread(), self._real
        if thread is None:
            real._acquire_restore(state[0])
        else:
            _replayer.wait(thread, Kind.ACQUIRE, self, lambda: real.acquire(False), real.acquire)
            real.release()  # nobody else has the turn: it is free until the next line
            real._acquire_restore(state[0])
        _, self._count, self.owner = state

    def _at_fork_reinit(self) -> None:
        self._real._at_fork_reinit()
        self._count, self.owner = 0, None

    def __repr__(self) -> str:
        return repr(self._real)


class SimpleQueue(simple_queue.SimpleQueue):
    """A ``queue.SimpleQueue``."""

    __slots__ = ("_real",)

    def __init__(self) -> None:
        self._real: Any = _RealQueue()

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        thread = _replayer.thread()
        if thread is not None:
            _replayer.come(thread, Kind.PUT)
        self._real.put(item)

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        thread, real = _replayer.thread(), self._real
        if thread is None or (block and timeout is not None and timeout < 0):
            return real.get(block, timeout)
        if not block:
            _replayer.come(thread, Kind.TRY)
            return real.get(False)
        got: list[Any] = []

        def attempt() -> bool:
            if not real.empty():
                got.append(real.get(False))
            return bool(got)

        if not _replayer.wait(thread, Kind.GET, self, attempt, real.get):
            raise queue.Empty
        return got[0]

    def qsize(self) -> int:
        thread = _replayer.thread()
        if thread is not None:
            _replayer.come(thread, Kind.TRY)
        return int(self._real.qsize())


# -- events and semaphores: CPython's own methods, by the names that they have in the classes -----------------------


def _simple(original: Callable[..., Any], kind: Kind) -> Callable[..., Any]:
    """An operation that cannot wait."""

    def method(self: Any, *args: Any) -> Any:
        thread = _replayer.thread()
        if thread is None:
            return original(self, *args)
        _replayer.come(thread, kind)
        with _replayer.silence(thread):
            return original(self, *args)

    return method


def _event_wait(self: Any, timeout: float | None = None) -> bool:
    thread = _replayer.thread()
    if thread is None:
        return bool(_wait(self, timeout))
    _replayer.come(thread, Kind.WAIT)
    if self._flag:
        return True
    waiter = _allocate()  # as Condition.wait has it: whoever was notified stays so, even if the flag is cleared again
    waiter.acquire()
    self._cond._waiters.append(waiter)
    woken = _replayer.wait(thread, Kind.WAKE, self, lambda: waiter.acquire(False), waiter.acquire)
    if not woken:
        self._cond._waiters.remove(waiter)
    return woken


def _semaphore_acquire(self: Any, blocking: bool = True, timeout: float | None = None) -> bool:
    thread = _replayer.thread()
    if thread is None or (not blocking and timeout is not None):
        return bool(_take(self, blocking, timeout))
    if blocking:
        return _replayer.wait(thread, Kind.ACQUIRE, self, lambda: _take(self, False), lambda: _take(self))
    _replayer.come(thread, Kind.TRY)
    with _replayer.silence(thread):
        return bool(_take(self, False))


_wait, _take = threading.Event.wait, threading.Semaphore.acquire
METHODS: Final[dict[type, dict[str, Any]]] = {
    threading.Event: {
        "is_set": _simple(threading.Event.is_set, Kind.TRY),
        "isSet": _simple(threading.Event.is_set, Kind.TRY),
        "set": _simple(threading.Event.set, Kind.NOTIFY),
        "clear": _simple(threading.Event.clear, Kind.CLEAR),
        "wait": _event_wait,
    },
    threading.Semaphore: {
        "acquire": _semaphore_acquire,
        "__enter__": _semaphore_acquire,
        "release": _simple(threading.Semaphore.release, Kind.RELEASE),
    },
    threading.BoundedSemaphore: {"release": _simple(threading.BoundedSemaphore.release, Kind.RELEASE)},
    threading.Barrier: {
        name: property(_simple(threading.Barrier.__dict__[name].fget, Kind.TRY)) for name in ("broken", "n_waiting")
    },
}
"""What stands in for which method or property."""
