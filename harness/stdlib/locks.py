"""``threading.Lock`` and ``threading.RLock`` under control.

Everything else in ``threading`` that waits (``Condition``, ``Barrier``, ``queue.Queue``, executors) is CPython's own
Python code on top of these two. As in CPython (``Modules/_threadmodule.c``), a lock knows no queue: when it is
released, any thread that wants it may be the one that gets it.

A lock may outlive an execution (a module-level lock whose class was swapped, a class variable): its state belongs to
one execution and is new in the next, by the number of the execution (``epoch``).
"""

from __future__ import annotations

import _thread
from typing import TYPE_CHECKING, Any

from harness.model.kind import Kind

if TYPE_CHECKING:
    from harness.engine.actor import Actor
    from harness.engine.world import World

__all__ = ["Lock", "RLock", "bind", "check_timeout", "inside"]

_world: World
_real_lock, _real_rlock = _thread.allocate_lock, _thread.RLock
_ACQUIRE, _RELEASE, _TRY = int(Kind.ACQUIRE), int(Kind.RELEASE), int(Kind.TRY)
_TAKE = int(Kind.TAKE)


def bind(world: World) -> None:
    """Make all locks belong to ``world``."""
    global _world
    _world = world


def inside() -> bool:
    """Whether the caller belongs to an execution; set by whoever opens the world."""
    return False


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

    def __new__(cls) -> Lock:
        return object.__new__(cls) if inside() else _real_lock()  # type: ignore[return-value]

    def __init_subclass__(cls) -> None:
        raise TypeError("type '_thread.lock' is not an acceptable base type")

    def __init__(self) -> None:
        self._epoch = _world.epoch
        self.owner: Actor | None = None  # who took it, for reports; None: nobody has it

    def _free(self) -> bool:
        return self.owner is None

    def _fresh(self) -> None:
        if self._epoch != _world.epoch:
            self._epoch = _world.epoch
            self.owner = None

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        world = _world
        if self._epoch != world.epoch:
            self._fresh()
        if blocking and timeout == -1:
            world.wait_until(_ACQUIRE, self, self._free)
            self.owner = world.current
            return True
        wait = check_timeout(blocking, timeout)
        if blocking:
            if not world.wait_until(_ACQUIRE, self, self._free, wait):
                return False
        else:
            world.switch_point(_TRY, self)
            if self.owner is not None:
                return False
            world.reclassify_last(_TAKE)
        self.owner = world.current
        return True

    __enter__ = acquire

    def release(self) -> None:
        world = _world
        self._fresh()
        world.switch_point(_RELEASE, self)
        if self.owner is None:
            if world.dying:
                return
            world.reclassify_last(_TRY)
            raise RuntimeError("release unlocked lock")
        self.owner = None

    def __exit__(self, *exc: object) -> None:
        self.release()

    def locked(self) -> bool:
        self._fresh()
        _world.switch_point(_TRY, self)
        return self.owner is not None

    # Names that CPython keeps for old code.
    acquire_lock = acquire
    release_lock = release
    locked_lock = locked

    def _at_fork_reinit(self) -> None:
        self.owner = None

    def __repr__(self) -> str:
        return f"<{'locked' if self.owner is not None else 'unlocked'} _thread.lock object at {id(self):#x}>"


class RLock:
    """A ``threading.RLock``: the thread that has it may take it again, and only that thread may release it."""

    __slots__ = ("__weakref__", "_count", "_epoch", "owner")

    def __new__(cls, *ignored: Any, **options: Any) -> RLock:
        return object.__new__(cls) if inside() else _real_rlock(*ignored, **options)  # type: ignore[return-value]

    def __init__(self, *ignored: Any, **options: Any) -> None:  # CPython's C class takes anything too
        self._epoch = _world.epoch
        self.owner: Actor | None = None
        self._count = 0  # > 0 exactly while owner is not None

    def _free(self) -> bool:
        return self.owner is None

    def _fresh(self) -> None:
        if self._epoch != _world.epoch:
            self._epoch = _world.epoch
            self.owner = None
            self._count = 0

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        world = _world
        if self._epoch != world.epoch:
            self._fresh()
        if self.owner is world.current:
            self._count += 1
            return True
        wait = check_timeout(blocking, timeout)
        if blocking:
            if not world.wait_until(_ACQUIRE, self, self._free, wait):
                return False
        else:
            world.switch_point(_TRY, self)
            if self.owner is not None:
                return False
            world.reclassify_last(_TAKE)
        self.owner = world.current
        self._count = 1
        return True

    __enter__ = acquire

    def release(self) -> None:
        world = _world
        self._fresh()
        if self.owner is not world.current:
            if world.dying:
                return
            raise RuntimeError("cannot release un-acquired lock")
        if self._count == 1:
            world.switch_point(_RELEASE, self)
            self.owner = None
        self._count -= 1

    def __exit__(self, *exc: object) -> None:
        self.release()

    def locked(self) -> bool:
        self._fresh()
        _world.switch_point(_TRY, self)
        return self.owner is not None

    # The protocol of threading.Condition.

    def _is_owned(self) -> bool:
        self._fresh()
        return self.owner is _world.current

    def _release_save(self) -> Any:
        if not self._is_owned():
            raise RuntimeError("cannot release un-acquired lock")
        _world.switch_point(_RELEASE, self)
        state, self.owner, self._count = (self._count, self.owner), None, 0
        return state

    def _acquire_restore(self, state: Any) -> None:
        if not _world.dying:
            _world.wait_until(_ACQUIRE, self, self._free)
        self._count, self.owner = state

    def _recursion_count(self) -> int:
        return self._count if self._is_owned() else 0

    def _at_fork_reinit(self) -> None:
        self.owner = None
        self._count = 0

    def __repr__(self) -> str:
        state = "locked" if self.owner is not None else "unlocked"
        owner = self.owner.ident if self.owner is not None else 0
        return f"<{state} _thread.RLock object owner={owner} count={self._count} at {id(self):#x}>"
