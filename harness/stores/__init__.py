"""The job stores, one small readable file each, by the names that the command line knows.

Scenarios drive them through :class:`harness.stores.interface.JobStore`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from harness.loading import load_object, unknown_name
from harness.model.errors import UsageError
from harness.stores.asyncio_lock import AsyncioLockStore
from harness.stores.asyncio_lock_complete import AsyncioLockCompleteStore
from harness.stores.job import Job
from harness.stores.loop_confined import LoopConfinedStore
from harness.stores.mutants import MUTANTS
from harness.stores.per_job_lock import PerJobLockStore
from harness.stores.sqlite import SqliteStore
from harness.stores.sqlite_versioned import SqliteVersionedStore
from harness.stores.thread_lock import ThreadLockStore
from harness.stores.unlocked import UnlockedStore
from harness.stores.versioned import VersionedStore

if TYPE_CHECKING:
    from collections.abc import Mapping

    from harness.stores.interface import JobStore

__all__ = [
    "DEFAULT_STORES",
    "MUTANTS",
    "STORES",
    "AsyncioLockStore",
    "Job",
    "ThreadLockStore",
    "UnlockedStore",
    "load",
    "name_of",
]

DEFAULT_STORES = (
    "unlocked",
    "asyncio-lock",
    "asyncio-lock-complete",
    "thread-lock",
    "per-job-lock",
    "loop-confined",
    "versioned",
)
"""The stores of a run that names none: all but those on a database, whose executions take ten times as long."""

STORES: Mapping[str, type[JobStore]] = {
    "unlocked": UnlockedStore,
    "asyncio-lock": AsyncioLockStore,
    "asyncio-lock-complete": AsyncioLockCompleteStore,
    "thread-lock": ThreadLockStore,
    "per-job-lock": PerJobLockStore,
    "loop-confined": LoopConfinedStore,
    "versioned": VersionedStore,
    "sqlite": SqliteStore,
    "sqlite-versioned": SqliteVersionedStore,
}
"""The stores that come with the harness: name on the command line to class."""


def load(name: str) -> type[JobStore]:
    """The store called ``name``, or one of your own as ``module:Class``.

    >>> load("thread-lock").__name__
    'ThreadLockStore'

    Raises:
        UsageError: There is no such store, or what the name leads to is no class.
    """
    if ":" not in name:
        known = {**STORES, **MUTANTS}
        if name not in known:
            near = MUTANTS if any(name.startswith(f"{store}-") for store in STORES) else {}
            raise unknown_name(name, [*STORES, *near, "module:Class"], "store")
        return known[name]
    found = load_object(name, "a store")
    if not isinstance(found, type):
        raise UsageError(f"{name} is a {type(found).__name__}; a store is a class that can be made with no arguments")
    return cast("type[JobStore]", found)


def name_of(store: type[Any]) -> str:
    """What :func:`load` calls this class.

    >>> name_of(ThreadLockStore)
    'thread-lock'
    """
    for name, known in (*STORES.items(), *MUTANTS.items()):
        if known is store:
            return name
    return f"{store.__module__}:{store.__qualname__}"
