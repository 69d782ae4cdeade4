"""What ``asyncio`` offers beside the loop: ``run``, ``all_tasks``, the policy, hooks for asynchronous generators."""

from __future__ import annotations

import asyncio
import asyncio.runners
import contextvars
from asyncio import events
from typing import TYPE_CHECKING, Any

from harness.stdlib.event_loop import Loop
from harness.stdlib.hashes import OrderedSet

if TYPE_CHECKING:
    from harness.engine.actor import LoopState
    from harness.engine.world import World

__all__ = ["Policy", "all_tasks", "bind", "finalize", "first_iteration", "run"]

_world: World
_policy: Any  # of the world: a program that has set another gets CPython's asyncio.run
_all_tasks = asyncio.all_tasks
_asyncio_run = asyncio.run


def bind(world: World, policy: Policy) -> None:
    """Let everything here be about ``world``, whose policy is ``policy``."""
    global _world, _policy
    _world, _policy = world, policy


_BasePolicy: Any = getattr(events, "_BaseDefaultEventLoopPolicy", None) or events.BaseDefaultEventLoopPolicy


class Policy(_BasePolicy):  # type: ignore[misc]
    """CPython's policy. New loops are controlled ones; the current loop is a matter of the virtual thread."""

    _loop_factory = Loop

    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def _local(self) -> LoopState:
        return self._world.current.policy


def all_tasks(loop: Any = None) -> set[Any]:
    """``asyncio.all_tasks``, walked in the same order in every run."""
    if loop is None:
        loop = asyncio.get_running_loop()
    if isinstance(loop, Loop) and loop._task_factory is None:
        return OrderedSet([task for task in loop._tasks if not task.done()])
    return OrderedSet(_all_tasks(loop))


def first_iteration(agen: Any) -> None:
    """Hook: an asynchronous generator is iterated for the first time; its loop wants to know."""
    loop = events._get_running_loop()
    if loop is not None:
        loop._asyncgen_firstiter_hook(agen)  # type: ignore[attr-defined]


def finalize(agen: Any) -> None:
    """Hook: an asynchronous generator is collected; its loop closes it."""
    for loop in _world.loops:
        if agen in loop._asyncgens and not _world.dying:
            loop._asyncgen_finalizer_hook(agen)


def run(main: Any, *, debug: bool | None = None, loop_factory: Any = None) -> Any:
    """``asyncio.run``, without what only matters to a real loop (signals, debug mode): ``Lib/asyncio/runners.py``."""
    plain = events._event_loop_policy is _policy and asyncio.iscoroutine(main)  # type: ignore[attr-defined]
    if not plain or debug is not None or loop_factory is not None or events._get_running_loop():
        options: dict[str, Any] = {} if loop_factory is None else {"loop_factory": loop_factory}
        return _asyncio_run(main, debug=debug, **options)
    actor = _world.current
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
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.run_until_complete(loop.shutdown_default_executor())
        finally:
            actor.policy._loop = None
            loop.close()
