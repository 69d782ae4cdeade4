"""``threading.RLock`` under control: only its outermost ``acquire`` and ``release`` are operations."""

from __future__ import annotations

import _thread
import threading
from typing import TYPE_CHECKING, Any, Final

from harness.engine.protocol import door, is_inside
from harness.model.kind import Kind
from harness.stdlib.lock import check_timeout
from harness.stdlib.patch import Exchange, controlled

if TYPE_CHECKING:
    from harness.engine.actor import Actor

__all__ = ["EXCHANGES", "PATCHES", "RLock"]

_real_rlock: Final = _thread.RLock
_ACQUIRE, _RELEASE, _TRY, _TAKE = int(Kind.ACQUIRE), int(Kind.RELEASE), int(Kind.TRY), int(Kind.TAKE)


class RLock:
    """A ``threading.RLock``: the thread that has it may take it again, and only that thread may release it."""

    __slots__ = ("__weakref__", "_count", "_epoch", "owner")
    race_in_c = True
    race_wait_name = "an RLock"

    def __new__(cls, *ignored: Any, **options: Any) -> RLock:
        return object.__new__(cls) if is_inside() else _real_rlock(*ignored, **options)  # type: ignore[return-value]

    def __init__(self, *ignored: Any, **options: Any) -> None:  # CPython's C class takes anything too
        self._epoch = door.execution.epoch
        self.owner: Actor | None = None
        self._count = 0  # > 0 exactly while owner is not None

    def _free(self) -> bool:
        return self.owner is None

    def _fresh(self) -> None:
        if self._epoch != door.execution.epoch:
            self._epoch = door.execution.epoch
            self.owner = None
            self._count = 0

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        execution = door.execution
        if self._epoch != execution.epoch:
            self._fresh()
        if self.owner is execution.turns.current:
            self._count += 1
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
        self._count = 1
        return True

    __enter__ = acquire

    def release(self) -> None:
        execution = door.execution
        self._fresh()
        if self.owner is not execution.turns.current:
            if not execution.recording:
                return
            raise RuntimeError("cannot release un-acquired lock")
        if self._count == 1:
            execution.switch_point(_RELEASE, self)
            self.owner = None
        self._count -= 1

    def __exit__(self, *exc: object) -> None:
        self.release()

    def locked(self) -> bool:
        self._fresh()
        door.execution.switch_point(_TRY, self)
        return self.owner is not None

    # The protocol of threading.Condition.

    def _is_owned(self) -> bool:
        self._fresh()
        return self.owner is door.execution.turns.current

    def _release_save(self) -> Any:
        if not self._is_owned():
            raise RuntimeError("cannot release un-acquired lock")
        door.execution.switch_point(_RELEASE, self)
        state, self.owner, self._count = (self._count, self.owner), None, 0
        return state

    def _acquire_restore(self, state: Any) -> None:
        if door.execution.recording:
            door.execution.wait_until(_ACQUIRE, self, self._free)
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


PATCHES: Final = (
    controlled(threading, "_CRLock", RLock),  # threading.RLock makes one of these
    controlled(_thread, "RLock", RLock),
)
EXCHANGES: Final = (Exchange(_real_rlock, RLock), Exchange(threading.RLock, RLock))
