"""A completed job is still updated: check, then act.

The main task completes the job. The heartbeat gives up on a job that has shown no sign of life for too long, and marks
it as failed. Each checks first that the job is still being processed, and that check is right when it is made. But the
message to the frontend goes out between check and act: when the act comes, the other one has finished the job, and a
completed job becomes a failed one.

Nothing stale is written here, and no update is lost by a wrong sum: what is stale is the decision. A lock helps only if
it is held over both, check and act; and the slow message belongs before it, not inside it.

Origin: "status check races with completion" among the symptoms, and check-then-act among the places that need a lock.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from harness.scenario import Scenario

if TYPE_CHECKING:
    from harness.stores.interface import JobStore

__all__ = ["scenario"]

JOB = "job-1"
LAST_PART = 0.002  # seconds of work before the job is complete
PATIENCE = 0.004  # seconds without a sign of life


def setup(store: JobStore) -> None:
    store.create(JOB, progress=50)


async def main_task(store: JobStore) -> None:
    await asyncio.sleep(LAST_PART)
    await store.update_if_processing(JOB, status="completed", progress=100)


async def heartbeat(store: JobStore) -> None:
    await asyncio.sleep(PATIENCE)
    await store.update_if_processing(JOB, status="failed", error="no sign of life")


def check(store: JobStore) -> None:
    job = store.jobs[JOB]
    found = (job.status, job.progress, job.error)
    completed, failed = ("completed", 100, None), ("failed", 50, "no sign of life")
    assert found in (completed, failed), f"the job was finished twice: {found}"


scenario = Scenario(
    "completed-job-still-updating",
    setup=setup,
    main_task=main_task,
    heartbeat=heartbeat,
    check=check,
    expect={
        "unlocked": "fails",  # an await stands between check and act
        "asyncio-lock": "safe",  # tasks only, and both under the lock
        "asyncio-lock-complete": "safe",
        "thread-lock": "safe",
        "per-job-lock": "safe",
        "loop-confined": "safe",
        "versioned": "safe",
        # sqlite: the job is finished twice there too, but the last whole record wins, and it looks right by itself
        "sqlite-versioned": "safe",
    },
)
