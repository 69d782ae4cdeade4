"""Many jobs at once: what a lock covers.

The main task finishes one job, slowly. The heartbeat is another job's. The two have nothing to do with each other, and
the second should not notice the first. If there is one lock for all jobs and it is held during the work, it does: one
slow job makes every job look dead.

There are two ways out. Hold the lock for a few assignments only: then one lock for all is enough. Or give each job its
own: then to hold one too long hurts that job alone, which is what ``per-job-lock-held-during-work`` shows, and it
costs a second kind of lock for the question which jobs there are.

Origin: ``self.job_lock``, one lock for the whole of ``self.jobs``; "tested with concurrent requests" in its last list.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from harness.scenario import Scenario

if TYPE_CHECKING:
    from harness.stores.interface import JobStore

__all__ = ["scenario"]

SLOW, OTHER = "job-1", "job-2"
PARTS = 6  # of work, 2 ms each
PATIENCE = 0.008  # seconds that a heartbeat may take


def setup(store: JobStore) -> None:
    store.create(SLOW, progress=50)
    store.create(OTHER)


async def main_task(store: JobStore) -> None:
    await store.finish(SLOW, parts=PARTS)


async def heartbeat(store: JobStore) -> None:
    loop = asyncio.get_running_loop()
    longest = 0.0
    for _ in range(2):
        began = loop.time()
        await store.heartbeat(OTHER)
        longest = max(longest, loop.time() - began)
    assert longest <= PATIENCE, f"{SLOW} is slow, and a heartbeat of {OTHER} took {longest * 1000:.0f} ms"


def check(store: JobStore) -> None:
    slow, other = store.jobs[SLOW], store.jobs[OTHER]
    assert (slow.status, slow.progress) == ("completed", 100)
    assert other.status == "processing"
    assert other.last_heartbeat is not None


scenario = Scenario(
    "many-jobs-at-once",
    setup=setup,
    main_task=main_task,
    heartbeat=heartbeat,
    check=check,
    expect={
        "unlocked": "safe",  # two jobs share nothing but the dict
        "asyncio-lock": "safe",
        "asyncio-lock-held-during-work": "fails",
        "asyncio-lock-complete": "safe",
        "thread-lock": "safe",
        "thread-lock-held-during-work": "fails",  # stands still for ever
        "per-job-lock": "safe",
        "per-job-lock-held-during-work": "safe",  # held for the one job, and this is the other
        "loop-confined": "safe",
        "versioned": "safe",
        "sqlite": "safe",
        "sqlite-versioned": "safe",
    },
)
