"""Calls that no schedule decides about and that no audit event tells the guard of: they are refused by name."""

from __future__ import annotations

import _thread
import os
import signal
import sys
from typing import TYPE_CHECKING, Any, Final

from harness.engine.protocol import door
from harness.stdlib.patch import guarded

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["PATCHES"]


def _refusal(call: str) -> Callable[..., Any]:
    def refuse(*args: Any) -> Any:
        if sys._getframe(2).f_globals["__name__"] == "asyncio.runners":
            raise ValueError("what Runner expects in all threads but the main one")
        door.execution.refuse(call)

    return refuse


PATCHES: Final = (
    *(
        guarded(signal, name, _refusal(f"signal.{name}"))
        for name in ("signal", "raise_signal", "alarm", "setitimer", "pause", "sigwait")
    ),
    guarded(_thread, "interrupt_main", _refusal("_thread.interrupt_main")),
    guarded(os, "_exit", _refusal("os._exit")),
    guarded(os, "abort", _refusal("os.abort")),
)
