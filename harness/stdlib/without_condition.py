"""What ``threading.Event`` and ``threading.Semaphore`` under control have in common: they need no ``Condition``.

CPython builds both on one; under its lock every operation is one step already, so the lock need not be a switch point
of its own. The functions that stand in for their methods are put on the classes, so that instances made before the
exploration, subclasses and names bound early are all covered.
"""

from __future__ import annotations

import _thread
import threading
from typing import Any, Final

from harness.engine.protocol import door

__all__ = ["NO_CONDITION", "adopt"]

NO_CONDITION: Final = threading.Condition(_thread.allocate_lock())
"""CPython keeps a condition in each. Under control nothing needs it; it is there for those that outlive their
execution, such as the queue of an executor that is collected later. One with another condition is from before."""


def adopt(self: Any) -> None:
    """Let an object from before the exploration begin each execution as it was, and be so again afterwards."""
    state = self.__dict__
    if "_race_epoch" in state:
        return
    saved = dict(state)

    def restore() -> None:
        state.clear()
        state.update(saved)

    state["_race_epoch"] = door.execution.epoch
    door.execution.on_end.append(restore)
