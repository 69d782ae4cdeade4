"""What is measured: the stores, the bare locks, and a store or a lock of the user's own.

A lock is anything to be entered with ``with`` or ``async with``; a store is anything with ``update_job_status``. Both
are made anew for each measurement, in the loop in which it runs.
"""

from __future__ import annotations

import asyncio
import inspect
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from harness.loading import load_object
from harness.model.errors import UsageError
from harness.stores import STORES, UnlockedStore
from harness.stores import load as load_store

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "BARE",
    "JOB",
    "LOCKS",
    "UNLOCKED",
    "Subject",
    "is_async",
    "is_sync",
    "load_subject",
    "make_store",
    "stores_to_measure",
]

JOB: Final = "job-1"
BARE: Final = "unlocked"


@dataclass(frozen=True, slots=True)
class Subject:
    """Something to be measured.

    Attributes:
        name: As people call it.
        make: Makes a new one.
        is_store: Otherwise it is a lock.
    """

    name: str
    make: Callable[[], Any]
    is_store: bool

    def new(self) -> Any:
        """A new one.

        Raises:
            UsageError: Making it failed.
        """
        try:
            return self.make()
        except Exception as exc:
            raise UsageError(f"making {self.name} failed: {type(exc).__name__}: {exc}") from exc


LOCKS: Final = (
    Subject("asyncio.Lock", asyncio.Lock, is_store=False),
    Subject("threading.Lock", threading.Lock, is_store=False),
    Subject("threading.RLock", threading.RLock, is_store=False),
)


UNLOCKED: Final = Subject(BARE, UnlockedStore, is_store=True)
"""The store that has no lock."""


def stores_to_measure() -> list[Subject]:
    """Every store that comes with the harness, but the one that all are held against."""
    return [Subject(name, store, is_store=True) for name, store in STORES.items() if name != BARE]


def load_subject(name: str) -> Subject:
    """A store by its name, or a store or a lock of the user's own as ``module:name``.

    >>> load_subject("threading:Lock").is_store
    False

    Raises:
        UsageError: There is no such thing, or it is neither.
    """
    if ":" not in name:
        return Subject(name, load_store(name), is_store=True)
    found: Any = load_object(name, "a store or a lock")
    if not callable(found):
        if not _is_lock(found):
            raise _neither(name, found)
        return Subject(name, lambda: found, is_store=False)
    if hasattr(found, "update_job_status"):
        return Subject(name, found, is_store=True)
    made = Subject(name, found, is_store=False).new()
    if hasattr(made, "update_job_status"):
        return Subject(name, found, is_store=True)
    if not _is_lock(made):
        raise _neither(name, made)
    return Subject(name, found, is_store=False)


def is_async(lock: Subject) -> bool:
    """Whether tasks enter this lock with ``async with``.

    >>> [is_async(each) for each in LOCKS]
    [True, False, False]
    """
    return hasattr(lock.new(), "__aenter__")


def is_sync(lock: Subject) -> bool:
    """Whether threads can enter this lock, with ``with``.

    >>> [is_sync(each) for each in LOCKS]
    [False, True, True]
    """
    return hasattr(lock.new(), "__enter__")


async def make_store(subject: Subject) -> Any:
    """A new store with one job in it, started in the running loop if it wants to be."""
    store = subject.new()
    try:
        if hasattr(store, "start"):
            started = store.start()
            if inspect.isawaitable(started):
                await started
        if hasattr(store, "create"):
            store.create(JOB)
    except Exception as exc:
        raise UsageError(f"{subject.name} failed before it was measured: {type(exc).__name__}: {exc}") from exc
    return store


def _is_lock(found: object) -> bool:
    return hasattr(found, "__aenter__") or hasattr(found, "__enter__")


def _neither(name: str, found: object) -> UsageError:
    return UsageError(
        f"{name} gives a {type(found).__name__}, which is neither a lock (with ... or async with ...) "
        f"nor a store (async def update_job_status(job_id, **fields))"
    )
