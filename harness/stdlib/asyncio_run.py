"""What ``asyncio`` offers beside the loop: ``run``, ``all_tasks``, the policy, hooks for asynchronous generators."""

from __future__ import annotations

import asyncio
import asyncio.runners
import contextvars
import sys
from asyncio import events
from typing import TYPE_CHECKING, Any, Final

from harness.engine.protocol import door
from harness.stdlib.event_loop import Loop, begin_task_names, skip_task_names
from harness.stdlib.hashes import OrderedSet, Task
from harness.stdlib.patch import Patch, controlled, guarded

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.engine.actor import LoopState

__all__ = ["PATCHES", "Policy", "begin_again", "report_unretrieved", "reset_hooks", "run", "set_hooks"]

_real_all_tasks = asyncio.all_tasks
_asyncio_run = asyncio.run


_BasePolicy: Any = getattr(events, "_BaseDefaultEventLoopPolicy", None) or events.BaseDefaultEventLoopPolicy


class Policy(_BasePolicy):  # type: ignore[misc]
    """CPython's policy. New loops are controlled ones; the current loop is a matter of the virtual thread."""

    _loop_factory = Loop

    def __init__(self) -> None:  # CPython's makes a threading.local, which _local here stands in for
        pass

    @property
    def _local(self) -> LoopState:
        return door.execution.turns.current.policy


_policy: Final = Policy()
"""A program that has set another one gets CPython's ``asyncio.run``."""
_outer_hooks: list[Any] = []


def _set_policy() -> None:
    """The policy that a program finds, and finds again after ``set_event_loop_policy(None)``."""
    events._event_loop_policy = _policy  # type: ignore[attr-defined]


def begin_again() -> None:
    """An execution begins: the policy is ours, and tasks are counted from 1."""
    _set_policy()
    begin_task_names()


def set_hooks() -> None:
    """Let asynchronous generators of virtual threads be known to the loops that iterate them."""
    _outer_hooks.append(sys.get_asyncgen_hooks())
    sys.set_asyncgen_hooks(_first_iteration, _finalize)


def reset_hooks() -> None:
    """Undo :func:`set_hooks`."""
    sys.set_asyncgen_hooks(*_outer_hooks.pop())


def report_unretrieved() -> None:
    """The main thread has ended: an exception that no one has asked a task for fails the execution."""
    for loop in door.execution.loops:
        exc = loop.unretrieved()
        if exc is not None:
            door.execution.fail_with(exc)


def _all_tasks(loop: Any = None) -> set[Any]:
    """``asyncio.all_tasks``, walked in the same order in every run."""
    if loop is None:
        loop = asyncio.get_running_loop()
    if isinstance(loop, Loop) and loop._task_factory is None:
        return OrderedSet([task for task in loop._tasks if not task.done()])
    return OrderedSet(_real_all_tasks(loop))


def _first_iteration(agen: Any) -> None:
    """Hook: an asynchronous generator is iterated for the first time; its loop wants to know."""
    loop = events._get_running_loop()
    if loop is not None:
        loop._asyncgen_firstiter_hook(agen)  # type: ignore[attr-defined]


def _finalize(agen: Any) -> None:
    """Hook: an asynchronous generator is collected; its loop closes it."""
    for loop in door.execution.loops:
        if agen in loop._asyncgens and door.execution.recording:
            loop._asyncgen_finalizer_hook(agen)


def run(main: Any, *, debug: bool | None = None, loop_factory: Any = None) -> Any:
    """``asyncio.run``, without what only matters to a real loop (signals, debug mode): ``Lib/asyncio/runners.py``."""
    plain = events._event_loop_policy is _policy and asyncio.iscoroutine(main)  # type: ignore[attr-defined]
    if not plain or debug is not None or loop_factory is not None or events._get_running_loop():
        options: dict[str, Any] = {} if loop_factory is None else {"loop_factory": loop_factory}
        return _asyncio_run(main, debug=debug, **options)
    actor = door.execution.turns.current
    loop = Loop()
    actor.policy._loop, actor.policy._set_called = loop, True
    try:
        return loop.run_until_complete(loop.create_task(main, context=contextvars.copy_context()))
    finally:
        try:
            for task in loop._tasks:
                if not task.done():
                    asyncio.runners._cancel_all_tasks(loop)  # type: ignore[attr-defined]
                    break
            if loop.can_shut_down_at_once():
                skip_task_names(2)
            else:
                loop.run_until_complete(loop.shutdown_asyncgens())
                loop.run_until_complete(loop.shutdown_default_executor())
        finally:
            actor.policy._loop = None
            loop.close()


def _registering(register: Callable[[Any], None]) -> Callable[[Any], None]:
    """Our loops keep their tasks themselves; the weak set of all tasks costs more than making a task does."""

    def add(task: Any) -> None:
        if type(task) is not Task:
            register(task)
        else:
            hash(task)  # a set would ask for it here

    return add


_registers: Final = [
    getattr(asyncio.tasks, name)
    for name in ("_scheduled_tasks", "_all_tasks")  # the second is its name in Python 3.11
    if hasattr(asyncio.tasks, name)
]
PATCHES: Final = (
    Patch(events, "_event_loop_policy", _policy),
    Patch(events, "_init_event_loop_policy", _set_policy, is_guarded=True),
    guarded(asyncio, "run", run),
    controlled(asyncio, "all_tasks", _all_tasks),
    controlled(asyncio.tasks, "all_tasks", _all_tasks),
    *(Patch(register, "add", _registering(register.add)) for register in _registers),
)
