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
import collections
import functools
import inspect
from asyncio import locks, queues
from typing import TYPE_CHECKING, Any, Final

from harness.engine.protocol import door, is_inside
from harness.engine.record import identity
from harness.model.kind import Kind
from harness.stdlib.hashes import Task
from harness.stdlib.patch import Patch

if TYPE_CHECKING:
    from collections.abc import Callable

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
_Task: Final = asyncio.Task
_OBJECTS: Final = (asyncio.Future, *_PRIMITIVES)
_OTHERS: Final = frozenset({bool, dict, float, int, list, set, str, tuple, collections.deque, type(None)})
"""Types of most values that are none of them."""
_FOLDER: Final = asyncio.__file__.removesuffix("__init__.py")


def touch_objects_of(handle: Any) -> None:
    """Record that a callback is about to touch what it is about.

    Each callback beside a thread comes through here. So there are no generators, the types that are there most of the
    time are told by a set (0.7 µs less than ``isinstance`` with eleven classes), and no frame is made for a coroutine
    that is not asyncio's.

    Args:
        handle: An ``asyncio.Handle`` that is to be run now.
    """
    owner = getattr(handle._callback, "__self__", None)
    found: dict[int, Any] = {}  # by identity, in the order in which they are come to
    if owner is not None:
        _add(owner, found)
    for value in handle._args or ():
        _add(value, found)
    if owner is not None and type(owner).__module__.startswith("asyncio."):
        for value in getattr(owner, "__dict__", {}).values():  # a timeout knows its task
            if isinstance(value, _Task):
                _add(value, found)
    if found:
        door.execution.record_all_in_step(_USE, found)


def _add(value: Any, found: dict[int, Any]) -> None:
    """Add ``value``, if it is an object of asyncio's; of a task also what it waits for and holds."""
    kind = type(value)
    if kind is not Task and not isinstance(value, _Task):
        if kind not in _OTHERS and isinstance(value, _OBJECTS):
            found.setdefault(identity(value), value)
        return
    found.setdefault(identity(value), value)
    waiter = getattr(value, "_fut_waiter", None)
    if waiter is not None:
        found.setdefault(identity(waiter), waiter)
    awaitable: Any = value.get_coro()
    while awaitable is not None:
        code = getattr(awaitable, "cr_code", None)
        if code is not None and code.co_filename.startswith(_FOLDER):
            frame = awaitable.cr_frame
            for held in frame.f_locals.values() if frame is not None else ():
                if type(held) not in _OTHERS and isinstance(held, _OBJECTS):
                    found.setdefault(identity(held), held)
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
