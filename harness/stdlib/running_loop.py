"""What CPython keeps per OS thread about event loops, swapped when the turn goes from one virtual thread to another.

The running loop (``asyncio.events._get_running_loop``), and from 3.14 on the current task,
which moved from a dictionary of loops into the thread state (``Modules/_asynciomodule.c``).
"""

from __future__ import annotations

import asyncio
from asyncio import events
from typing import TYPE_CHECKING, Any

from harness.cpython import CURRENT_TASK_IN_THREAD

if TYPE_CHECKING:
    from harness.engine.actor import Actor

__all__ = ["Outer", "enter", "leave", "swap", "swap_in"]

Outer = tuple[Any, Any]
"""What the thread of the caller had: running loop and current task."""

_swap_current_task: Any = getattr(asyncio.tasks, "_swap_current_task", None)
_set_running_loop = events._set_running_loop


def swap(old: Actor, new: Actor) -> None:
    """Take the turn from ``old`` to ``new``, whose loops differ."""
    if CURRENT_TASK_IN_THREAD and old.loop is not None:
        old.task = _swap_current_task(old.loop, None)
    swap_in(new)


def swap_in(new: Actor) -> None:
    """Make what CPython believes about loops true for ``new``."""
    loop = new.loop
    _set_running_loop(loop)
    if CURRENT_TASK_IN_THREAD and new.task is not None:
        _swap_current_task(loop, new.task)
        new.task = None


def enter() -> Outer:
    """Set aside what the caller has (an exploration may be called from a coroutine): no loop runs."""
    loop = events._get_running_loop()
    task = _swap_current_task(loop, None) if CURRENT_TASK_IN_THREAD and loop is not None else None
    _set_running_loop(None)
    return loop, task


def leave(outer: Outer) -> None:
    """Put back what :func:`enter` set aside: an execution has ended."""
    loop, task = outer
    _set_running_loop(loop)
    if task is not None:
        _swap_current_task(loop, task)
