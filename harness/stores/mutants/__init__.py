"""Stores with one mistake each: a good store, and one item of the checklist left out.

They answer the question what an item is good for: some scenario catches each of them, or the item is good for nothing.
A name says what is left out of which store.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.stores.mutants.asyncio_lock_mutants import (
    AsyncioLockHeldDuringWork,
    AsyncioLockNotAwaited,
    AsyncioLockWithoutLock,
)
from harness.stores.mutants.per_job_lock_mutants import PerJobLockHeldDuringWork
from harness.stores.mutants.thread_lock_mutants import (
    ThreadLockHeldDuringWork,
    ThreadLockMadeForEachCall,
    ThreadLockNotAwaited,
    ThreadLockWithoutCheckInHeartbeat,
    ThreadLockWithoutCopy,
    ThreadLockWithoutLockInCleanup,
    ThreadLockWithoutLockInCreate,
    ThreadLockWithoutLockInHeartbeat,
    ThreadLockWithoutLockInIteration,
    ThreadLockWithoutLockInRead,
    ThreadLockWithoutLockInThreads,
    ThreadLockWithoutLockInUpdate,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from harness.stores.interface import JobStore

__all__ = ["MUTANTS"]

MUTANTS: Mapping[str, type[JobStore]] = {
    "thread-lock-made-for-each-call": ThreadLockMadeForEachCall,
    "thread-lock-without-lock-in-update": ThreadLockWithoutLockInUpdate,
    "thread-lock-not-awaited": ThreadLockNotAwaited,
    "thread-lock-without-lock-in-heartbeat": ThreadLockWithoutLockInHeartbeat,
    "thread-lock-without-check-in-heartbeat": ThreadLockWithoutCheckInHeartbeat,
    "thread-lock-without-lock-in-read": ThreadLockWithoutLockInRead,
    "thread-lock-without-lock-in-cleanup": ThreadLockWithoutLockInCleanup,
    "thread-lock-without-lock-in-threads": ThreadLockWithoutLockInThreads,
    "thread-lock-without-lock-in-iteration": ThreadLockWithoutLockInIteration,
    "thread-lock-without-lock-in-create": ThreadLockWithoutLockInCreate,
    "thread-lock-without-copy": ThreadLockWithoutCopy,
    "thread-lock-held-during-work": ThreadLockHeldDuringWork,
    "per-job-lock-held-during-work": PerJobLockHeldDuringWork,
    "asyncio-lock-held-during-work": AsyncioLockHeldDuringWork,
    "asyncio-lock-not-awaited": AsyncioLockNotAwaited,
    "asyncio-lock-without-lock": AsyncioLockWithoutLock,
}
"""Name on the command line to class."""
