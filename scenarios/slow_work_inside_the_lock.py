"""Slow work inside the lock: the heartbeat starves.

The main task finishes the job, which takes a while, and the heartbeat shows every few milliseconds that it is alive. If
the lock is held for all of the work, each heartbeat waits until the end of it: the service is alive and looks dead,
and its watchdog kills it. Nothing is wrong with the data, so no check of the data finds it. This one looks at the
clock, in virtual time: how long did the longest heartbeat take?

With a ``threading.Lock`` it is worse. The heartbeat that wants it does not wait as a task, it stops the whole loop, and
with it the one who would give the lock back. So: do the work first, then take the lock for the few assignments.

Origin: "code hangs or freezes: long operation inside lock", and "move slow operations outside lock".
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from harness.scenario import Scenario

if TYPE_CHECKING:
    from harness.stores.interface import JobStore

__all__ = ["scenario"]

JOB = "job-1"
PARTS = 6  # of work, 2 ms each
PATIENCE = 0.008  # seconds that a heartbeat may take


def setup(store: JobStore) -> None:
    store.create(JOB, progress=50)


async def main_task(store: JobStore) -> None:
    await store.finish(JOB, parts=PARTS)


async def heartbeat(store: JobStore) -> None:
    loop = asyncio.get_running_loop()
    longest = 0.0
    for _ in range(2):
        began = loop.time()
        await store.heartbeat(JOB)
        longest = max(longest, loop.time() - began)
    assert longest <= PATIENCE, f"the longest heartbeat took {longest * 1000:.0f} ms"


def check(store: JobStore) -> None:
    assert store.jobs[JOB].last_heartbeat is not None


scenario = Scenario(
    "slow-work-inside-the-lock",
    setup=setup,
    main_task=main_task,
    heartbeat=heartbeat,
    check=check,
    expect={
        "unlocked": "safe",
        "asyncio-lock": "safe",  # works first, and takes the lock afterwards
        "asyncio-lock-held-during-work": "fails",
        "asyncio-lock-complete": "safe",
        "thread-lock": "safe",
        "thread-lock-held-during-work": "fails",  # stands still for ever
        "per-job-lock": "safe",
        "per-job-lock-held-during-work": "fails",  # the same: it is the same job
        "loop-confined": "safe",
        "versioned": "safe",
        "sqlite": "safe",
        "sqlite-versioned": "safe",
    },
)
