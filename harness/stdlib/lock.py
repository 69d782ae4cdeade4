"""``threading.Lock`` under control.

As in CPython (``Modules/_threadmodule.c``), a lock knows no queue: when it is released, any thread that wants it may be
the one that gets it. Everything in ``threading`` that waits (``Condition``, ``queue.Queue``, executors) is CPython's
own Python code on top of this and :mod:`~harness.stdlib.rlock`.

A lock may outlive an execution (a module-level lock whose class was swapped, a class variable): its state belongs to
one execution and is new in the next, by the number of the execution (``epoch``).
"""

from __future__ import annotations

import _thread
import threading
from typing import TYPE_CHECKING, Final

from harness.engine.protocol import door, is_inside
from harness.model.kind import Kind
from harness.stdlib.patch import Exchange, controlled

if TYPE_CHECKING:
    from harness.engine.actor import Actor

__all__ = ["EXCHANGES", "PATCHES", "Lock", "check_timeout"]

_real_lock = _thread.allocate_lock
_ACQUIRE, _RELEASE, _TRY, _TAKE = int(Kind.ACQUIRE), int(Kind.RELEASE), int(Kind.TRY), int(Kind.TAKE)


def check_timeout(blocking: bool, timeout: float) -> float | None:
    """Validate as ``lock.acquire`` does; None stands for "for ever"."""
    if not blocking and timeout != -1:
        raise ValueError("can't specify a timeout for a non-blocking call")
    if timeout < 0 and timeout != -1:
        raise ValueError("timeout value must be a non-negative number")
    if timeout > _thread.TIMEOUT_MAX:
        raise OverflowError("timeout value is too large")
    return None if timeout == -1 else timeout


class Lock:
    """A ``threading.Lock``. Any thread may release it."""

    __slots__ = ("__weakref__", "_epoch", "owner")
    race_in_c = True

    def __new__(cls) -> Lock:
        return object.__new__(cls) if is_inside() else _real_lock()  # type: ignore[return-value]

    def __init_subclass__(cls) -> None:
        raise TypeError("type '_thread.lock' is not an acceptable base type")

    def __init__(self) -> None:
        self._epoch = door.execution.epoch
        self.owner: Actor | None = None  # who took it, for reports; None: nobody has it

    def _free(self) -> bool:
        return self.owner is None

    def _fresh(self) -> None:
        if self._epoch != door.execution.epoch:
            self._epoch = door.execution.epoch
            self.owner = None

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        execution = door.execution
        if self._epoch != execution.epoch:
            self._fresh()
        if blocking and timeout == -1:
            execution.wait_until(_ACQUIRE, self, self._free)
            self.owner = execution.turns.current
            return True
        wait = check_timeout(blocking, timeout)
        if blocking:
            if not execution.wait_until(_ACQUIRE, self, self._free, wait):
                return False
        else:
            execution.switch_point(_TRY, self)
            if self.owner is not None:
                return False
            execution.reclassify_last(_TAKE)
        self.owner = execution.turns.current
        return True

    __enter__ = acquire

    def release(self) -> None:
        execution = door.execution
        self._fresh()
        execution.switch_point(_RELEASE, self)
        if self.owner is None:
            if not execution.recording:
                return
            execution.reclassify_last(_TRY)
            raise RuntimeError("release unlocked lock")
        self.owner = None

    def __exit__(self, *exc: object) -> None:
        self.release()

    def locked(self) -> bool:
        self._fresh()
        door.execution.switch_point(_TRY, self)
        return self.owner is not None

    # Names that CPython keeps for old code.
    acquire_lock = acquire
    release_lock = release
    locked_lock = locked

    def _at_fork_reinit(self) -> None:
        self.owner = None

    def __repr__(self) -> str:
        return f"<{'locked' if self.owner is not None else 'unlocked'} _thread.lock object at {id(self):#x}>"


PATCHES: Final = (
    controlled(threading, "Lock", Lock),
    controlled(threading, "_allocate_lock", Lock),
    controlled(_thread, "allocate_lock", Lock),
    controlled(_thread, "LockType", Lock),
)
EXCHANGES: Final = (Exchange(type(_real_lock()), Lock), Exchange(_real_lock, Lock))
