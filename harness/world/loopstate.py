"""What CPython keeps per OS thread about event loops, swapped when the turn goes from one virtual thread to another.

The running loop (``asyncio.events._get_running_loop``), the hooks for asynchronous generators, and from 3.14 on the
current task, which moved from a dictionary of loops into the thread state (``Modules/_asynciomodule.c``).
"""

from __future__ import annotations

import asyncio
import sys
from asyncio import events
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from harness.world.actor import Actor

__all__ = ["leave", "swap", "swap_in"]

_TASK_IN_THREAD: Final = sys.version_info >= (3, 14)
_swap_current_task: Any = getattr(asyncio.tasks, "_swap_current_task", None)
_set_running_loop = events._set_running_loop


def swap(old: Actor, new: Actor) -> None:
    """Take the turn from ``old`` to ``new``, whose loops differ."""
    if _TASK_IN_THREAD and old.loop is not None:
        old.task = _swap_current_task(old.loop, None)
    swap_in(new)


def swap_in(new: Actor) -> None:
    """Make what CPython believes about loops true for ``new``."""
    loop = new.loop
    _set_running_loop(loop)
    if loop is None:
        sys.set_asyncgen_hooks(None, None)
        return
    sys.set_asyncgen_hooks(loop._asyncgen_firstiter_hook, loop._asyncgen_finalizer_hook)
    if _TASK_IN_THREAD and new.task is not None:
        _swap_current_task(loop, new.task)
        new.task = None


def leave() -> None:
    """No loop runs: an execution has ended."""
    _set_running_loop(None)
    sys.set_asyncgen_hooks(None, None)
