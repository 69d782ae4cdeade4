"""``threading.Semaphore`` and ``BoundedSemaphore``, each operation one step.

Kept exactly: one may be taken by a thread that never waited (``Lib/threading.py``).
"""

from __future__ import annotations

import threading
from typing import Any, Final

from harness.engine.protocol import door
from harness.model.kind import Kind
from harness.stdlib.patch import methods
from harness.stdlib.without_condition import NO_CONDITION, adopt

__all__ = ["PATCHES"]

_ACQUIRE, _RELEASE, _TRY = int(Kind.ACQUIRE), int(Kind.RELEASE), int(Kind.TRY)
_TAKE, _ADD = int(Kind.TAKE), int(Kind.ADD)


def _semaphore_init(self: Any, value: int = 1) -> None:
    if value < 0:
        raise ValueError("semaphore initial value must be >= 0")
    self._cond = NO_CONDITION
    self._value = value


def _semaphore_acquire(self: Any, blocking: bool = True, timeout: float | None = None) -> bool:
    if self._cond is not NO_CONDITION:
        adopt(self)
    if not blocking and timeout is not None:
        raise ValueError("can't specify timeout for non-blocking acquire")
    if blocking:
        if not door.execution.wait_until(_ACQUIRE, self, lambda: self._value > 0, timeout):
            return False
    else:
        door.execution.switch_point(_TRY, self)
        if self._value <= 0:
            return False
        door.execution.reclassify_last(_TAKE)
    self._value -= 1
    return True


def _semaphore_release(self: Any, n: int = 1) -> None:
    if self._cond is not NO_CONDITION:
        adopt(self)
    if n < 1:
        raise ValueError("n must be one or more")
    door.execution.switch_point(_RELEASE, self)
    if self._value > 0:
        door.execution.reclassify_last(_ADD)
    self._value += n


def _bounded_init(self: Any, value: int = 1) -> None:
    _semaphore_init(self, value)
    self._initial_value = value


def _bounded_release(self: Any, n: int = 1) -> None:
    if self._cond is not NO_CONDITION:
        adopt(self)
    if n < 1:
        raise ValueError("n must be one or more")
    door.execution.switch_point(_RELEASE, self)
    if self._value + n > self._initial_value:
        door.execution.reclassify_last(_TRY)
        raise ValueError("Semaphore released too many times")
    if self._value > 0:
        door.execution.reclassify_last(_ADD)
    self._value += n


PATCHES: Final = (
    *methods(
        threading.Semaphore,
        {
            "__init__": _semaphore_init,
            "acquire": _semaphore_acquire,
            "__enter__": _semaphore_acquire,
            "release": _semaphore_release,
        },
    ),
    *methods(threading.BoundedSemaphore, {"__init__": _bounded_init, "release": _bounded_release}),
)
