"""What asyncio's own code does to tasks, futures, locks and queues, said aloud where another thread may look on.

These objects belong to one loop and are not safe in the hands of threads, but threads get hold of them. What a thread
does to one is announced by its rewritten code; what asyncio does is not, since its code is not rewritten and some of it
is C. So while other threads are there, each callback that a loop runs records a ``USE`` of the objects that it is
about: of a task's step the task, the future that it waits for, and what the suspended coroutines of asyncio inside it
hold; of another callback its owner and its arguments. A primitive that is used without being waited for is touched by
its methods.

What could make it wrong: an object that asyncio comes to by another way. Futures inside a ``gather`` or a queue's list
of waiters are found one step deep.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
from asyncio import locks, queues
from typing import TYPE_CHECKING, Any, Final

from harness.engine.protocol import door, is_inside
from harness.model.kind import Kind
from harness.stdlib.patch import Patch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["PATCHES", "touch_objects_of"]

_USE: Final = int(Kind.USE)
_PRIMITIVES: Final = tuple(
    getattr(module, name)
    for module, names in (
        (locks, ("Lock", "Event", "Condition", "Semaphore", "BoundedSemaphore", "Barrier")),
        (queues, ("Queue", "LifoQueue", "PriorityQueue")),
    )
    for name in names
)
_OBJECTS: Final = (asyncio.Future, *_PRIMITIVES)
_FOLDER: Final = asyncio.__file__.removesuffix("__init__.py")


def touch_objects_of(handle: Any) -> None:
    """Record that a callback is about to touch what it is about.

    Args:
        handle: An ``asyncio.Handle`` that is to be run now, or has been run.
    """
    record = door.execution.record_in_step
    known: set[int] = set()
    for obj in _objects_of(handle):
        if id(obj) not in known:
            known.add(id(obj))
            record(_USE, obj)


def _objects_of(handle: Any) -> Iterator[Any]:
    callback = handle._callback
    owner = getattr(callback, "__self__", None)
    if isinstance(owner, asyncio.Task):
        yield from _objects_of_task(owner)
    for value in (owner, *(handle._args or ())):
        if isinstance(value, asyncio.Task):
            yield from _objects_of_task(value)
        elif isinstance(value, _OBJECTS):
            yield value
    if owner is not None and type(owner).__module__.startswith("asyncio."):
        for value in getattr(owner, "__dict__", {}).values():  # a timeout knows its task
            if isinstance(value, asyncio.Task):
                yield from _objects_of_task(value)


def _objects_of_task(task: asyncio.Task[Any]) -> Iterator[Any]:
    yield task
    waiter = getattr(task, "_fut_waiter", None)
    if waiter is not None:
        yield waiter
    awaitable: Any = task.get_coro()
    while awaitable is not None:
        frame = getattr(awaitable, "cr_frame", None)
        if frame is not None and frame.f_code.co_filename.startswith(_FOLDER):
            yield from (value for value in frame.f_locals.values() if isinstance(value, _OBJECTS))
        awaitable = getattr(awaitable, "cr_await", None)


def _touching(original: Callable[..., Any]) -> Callable[..., Any]:
    """A method of a primitive that says so when it is called while other threads are there."""
    if inspect.iscoroutinefunction(original):

        async def later(self: Any, *args: Any, **kwargs: Any) -> Any:
            door.execution.record_in_step(_USE, self)
            return await original(self, *args, **kwargs)

        @functools.wraps(original)
        def start(self: Any, *args: Any, **kwargs: Any) -> Any:
            if is_inside() and door.execution.turns.is_threaded:
                return later(self, *args, **kwargs)
            return original(self, *args, **kwargs)

        return start

    @functools.wraps(original)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        if is_inside() and door.execution.turns.is_threaded:
            door.execution.record_in_step(_USE, self)
        return original(self, *args, **kwargs)

    return call


PATCHES: Final = tuple(
    Patch(cls, name, _touching(function))
    for cls in _PRIMITIVES
    for name, function in vars(cls).items()
    if inspect.isfunction(function) and not name.startswith("_")
)
