"""``threading.Barrier``: CPython's own, on a controlled ``Condition``; to ask it for its state is a step."""

from __future__ import annotations

import threading
from typing import Any, Final

from harness.engine.protocol import door
from harness.model.kind import Kind
from harness.stdlib.patch import methods

__all__ = ["PATCHES"]

_TRY = int(Kind.TRY)


def _look_at_barrier(self: Any) -> None:
    """Announce a look at a barrier: CPython looks without the lock, at what changes only under the lock."""
    door.execution.switch_point(_TRY, self._cond._lock)


def _barrier_broken(self: Any) -> bool:
    _look_at_barrier(self)
    return bool(_is_broken(self))


def _barrier_waiting(self: Any) -> int:
    _look_at_barrier(self)
    return int(_how_many_wait(self))


_is_broken: Any = threading.Barrier.__dict__["broken"].fget
_how_many_wait: Any = threading.Barrier.__dict__["n_waiting"].fget
PATCHES: Final = tuple(methods(threading.Barrier, {"broken": _barrier_broken, "n_waiting": _barrier_waiting}))
