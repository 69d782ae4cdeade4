"""The list of primitives, and their names put in place while an exploration is open.

What could make it wrong: code of other OS threads (a progress bar, a test runner) uses the same names at the same time.
A guarded replacement first asks whether it is called inside an execution; if not, it is the original.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from harness.engine.protocol import is_inside
from harness.stdlib import (
    asyncio_objects,
    asyncio_run,
    barrier,
    event_loop,
    executors,
    hashes,
    import_lock,
    lock,
    randomness,
    refused,
    rlock,
    semaphore,
    simple_queue,
    thread,
    thread_event,
    thread_local,
    timekeeping,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from harness.stdlib.patch import Patch

__all__ = ["ATOMIC", "PRIMITIVES", "Patches"]

PRIMITIVES: Final[tuple[Any, ...]] = (
    timekeeping, thread, randomness, refused, hashes, thread_event, semaphore, barrier, lock, rlock, import_lock,
    thread_local, simple_queue, executors, event_loop, asyncio_run, asyncio_objects,
)  # fmt: skip
"""Each has ``PATCHES``, and ``EXCHANGES`` if rewritten code finds more of it under other names."""
ATOMIC: Final = (lock.Lock, rlock.RLock, simple_queue.SimpleQueue)
"""Twins of types whose methods are C functions, with no check of the eval breaker inside."""
_MISSING: Final = object()


class Patches:
    """Replaces the names of all primitives, and puts them back.

    Attributes:
        substitutes: Callable of the standard library -> what stands in for it where rewritten code calls it.
    """

    def __init__(self) -> None:
        self.substitutes: dict[Any, Callable[..., Any]] = {
            exchange.old: exchange.new for primitive in PRIMITIVES for exchange in getattr(primitive, "EXCHANGES", ())
        }
        self._old: list[tuple[Any, str, Any]] = []

    def apply(self) -> None:
        """Put everything in place."""
        for patch in _patches():
            if patch.is_guarded and not hasattr(patch.owner, patch.name):
                continue
            self._old.append((patch.owner, patch.name, patch.owner.__dict__.get(patch.name, _MISSING)))
            new = self._new(patch)
            if patch.is_exchanged:
                self.substitutes.setdefault(getattr(patch.owner, patch.name), new)
            setattr(patch.owner, patch.name, new)

    def restore(self) -> None:
        """Put everything back."""
        while self._old:
            owner, name, old = self._old.pop()
            if old is _MISSING:
                delattr(owner, name)
            else:
                setattr(owner, name, old)

    @staticmethod
    def _new(patch: Patch) -> Any:
        if not patch.is_guarded:
            return patch.new
        original = getattr(patch.owner, patch.name)
        if isinstance(original, property):
            assert original.fget is not None
            return property(_stand_in(patch.new, original.fget))
        return _stand_in(patch.new, original)


def _patches() -> Iterator[Patch]:
    for primitive in PRIMITIVES:
        yield from primitive.PATCHES
    if "sqlite3" in sys.modules:  # it is imported by a program that uses it
        from harness.stdlib import sqlite

        yield from sqlite.PATCHES


def _stand_in(controlled: Callable[..., Any], original: Callable[..., Any]) -> Callable[..., Any]:
    def stand_in(*args: Any, **kwargs: Any) -> Any:
        if is_inside():
            return controlled(*args, **kwargs)
        return original(*args, **kwargs)

    for name in ("__module__", "__name__", "__qualname__", "__doc__"):
        if hasattr(original, name):
            setattr(stand_in, name, getattr(original, name))
    return stand_in
