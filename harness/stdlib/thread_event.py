"""``threading.Event``, each operation one step.

Kept exactly: a waiter that ``set`` has woken returns True even when ``clear`` comes before it runs
(``Lib/threading.py``).
"""

from __future__ import annotations

import threading
from typing import Any, Final

from harness.engine.protocol import door
from harness.model.kind import Kind
from harness.stdlib.patch import methods
from harness.stdlib.without_condition import NO_CONDITION, adopt

__all__ = ["PATCHES"]

_WAIT, _WAKE, _NOTIFY, _CLEAR = int(Kind.WAIT), int(Kind.WAKE), int(Kind.NOTIFY), int(Kind.CLEAR)
_TRY, _SEEN = int(Kind.TRY), int(Kind.SEEN)


class _Waiter:
    __slots__ = ("woken",)

    def __init__(self) -> None:
        self.woken = False

    def is_woken(self) -> bool:
        return self.woken


def _event_init(self: Any) -> None:
    self._flag = False
    self._cond = NO_CONDITION
    self._waiting = []


def _event_is_set(self: Any) -> bool:
    if self._cond is not NO_CONDITION:
        adopt(self)
    door.execution.switch_point(_TRY, self)
    if self._flag:
        door.execution.reclassify_last(_SEEN)
        return True
    return False


def _event_set(self: Any) -> None:
    if self._cond is not NO_CONDITION:
        adopt(self)
    door.execution.switch_point(_NOTIFY, self)
    self._flag = True
    for waiter in self.__dict__.get("_waiting", ()):
        waiter.woken = True


def _event_clear(self: Any) -> None:
    if self._cond is not NO_CONDITION:
        adopt(self)
    door.execution.switch_point(_CLEAR, self)
    self._flag = False


def _event_wait(self: Any, timeout: float | None = None) -> bool:
    if self._cond is not NO_CONDITION:
        adopt(self)
    execution = door.execution
    execution.switch_point(_WAIT, self)
    if self._flag:
        execution.reclassify_last(_SEEN)
        return True
    if not execution.recording:
        return False
    waiter = _Waiter()
    waiting = self.__dict__.setdefault("_waiting", [])
    waiting.append(waiter)
    try:
        return execution.wait_until(_WAKE, self, waiter.is_woken, timeout)
    finally:
        waiting.remove(waiter)


PATCHES: Final = tuple(
    methods(
        threading.Event,
        {
            "__init__": _event_init,
            "is_set": _event_is_set,
            "set": _event_set,
            "clear": _event_clear,
            "wait": _event_wait,
        },
    )
)
