"""``concurrent.futures.ThreadPoolExecutor``: CPython's own, on controlled threads and queues.

What is replaced is what all executors of a process share: the lock around it, and the register of worker threads with
their queues by which the interpreter ends them.
"""

from __future__ import annotations

import concurrent.futures.thread as pool
import itertools
from typing import Any, Final

from harness.engine.protocol import door
from harness.stdlib.patch import Patch

__all__ = ["PATCHES", "NoLock", "begin_again", "close", "tell_executors"]


class NoLock:
    """Stands in for a lock around what is one step, or what other locks guard as well."""

    def __enter__(self) -> None: ...

    def __exit__(self, *exc: object) -> None: ...

    def acquire(self) -> bool:
        return True

    def release(self) -> None: ...


def begin_again() -> None:
    """An execution begins: no executor is there."""
    pool._threads_queues.clear()  # type: ignore[attr-defined]
    pool._shutdown = False
    pool.ThreadPoolExecutor._counter = itertools.count().__next__  # type: ignore[attr-defined]


def tell_executors() -> None:
    """The main thread has ended: tell the executors to finish, as the interpreter does (``_python_exit``)."""
    queues = pool._threads_queues
    if queues:
        pool._shutdown = True
        door.execution.on_end.append(_forget_executors)
        for work in list(queues.values()):
            work.put(None)


def close() -> None:
    """The exploration is over: executors of the caller's may be used again."""
    pool._shutdown = False


def _forget_executors() -> None:
    queues: Any = pool._threads_queues
    queues.clear()
    pool._shutdown = False


PATCHES: Final = (
    Patch(pool.ThreadPoolExecutor, "_counter", itertools.count().__next__),  # of the names of their threads
    Patch(pool, "_global_shutdown_lock", NoLock()),
    Patch(pool, "_threads_queues", {}),  # CPython's forgets threads that are gone; begin_again does so here
)
