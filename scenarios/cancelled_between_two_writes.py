"""Cancelled between two writes: a lock gives no all-or-nothing.

The main task finishes the job, runs out of patience and cancels that. ``cancel`` raises ``CancelledError`` at the
``await`` where the task is: while it works, while it waits for a lock, or between setting the status and setting the
progress, if an ``await`` stands there. Then the job is completed at 50 %, for ever, and no task is left to go on.

That a lock is held changes nothing: ``async with`` gives it back on the way out, and what has been written stays. The
remedy is to have no ``await`` between two writes that belong together. Afterwards a heartbeat must still get the
lock: one that was waited for, or held, must not be lost with the task.

Origin: the lock around "existing code" in the fix, which is taken to make that code safe whatever it does.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from harness.scenario import Scenario

if TYPE_CHECKING:
    from harness.stores.interface import JobStore

__all__ = ["scenario"]

JOB = "job-1"
PATIENCE = 0.0025  # seconds: the work takes 2 ms, and a message 1 ms


def setup(store: JobStore) -> None:
    store.create(JOB, progress=50)


async def main_task(store: JobStore) -> None:
    finishing = asyncio.create_task(store.finish(JOB, parts=1), name="finishing")
    await asyncio.sleep(PATIENCE)
    finishing.cancel()
    with suppress(asyncio.CancelledError):
        await finishing
    await store.heartbeat(JOB)  # must get the lock, if there is one


async def heartbeat(store: JobStore) -> None:
    await store.heartbeat(JOB)


def check(store: JobStore) -> None:
    job = store.jobs[JOB]
    found = (job.status, job.progress)
    assert found in (("processing", 50), ("completed", 100)), f"half of the update was made: {found}"


scenario = Scenario(
    "cancelled-between-two-writes",
    setup=setup,
    main_task=main_task,
    heartbeat=heartbeat,
    check=check,
    expect={
        "unlocked": "fails",  # sends a message between the two writes
        "asyncio-lock": "safe",
        "asyncio-lock-held-during-work": "fails",  # works between the two writes, under the lock
        "asyncio-lock-complete": "safe",
        "thread-lock": "safe",
        "per-job-lock": "safe",
        "loop-confined": "safe",
        "versioned": "safe",
        "sqlite": "safe",  # saves both with one statement
        "sqlite-versioned": "safe",
    },
)
