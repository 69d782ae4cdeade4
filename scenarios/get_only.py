"""Only getting: ``jobs.get(id)`` needs no lock.

The main task looks a job up, while a worker thread runs the cleanup, which deletes it. ``dict.get`` is one step in C:
it returns the job or None, whichever was right at some moment, and never raises. ``if id in jobs: jobs[id]`` is two
steps, and the job can be gone between them.

So this scenario holds for every store, also for the one without a lock, and that is proved, not assumed. What it does
not say is that the job may be *read* without a lock: what ``get`` returns is the live record, and
``two-fields-from-one-get`` shows what comes of it.

Origin: "no lock needed: already atomic", and its example, ``self.jobs.get(job_id)``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.scenario import Scenario

if TYPE_CHECKING:
    from harness.stores.interface import JobStore

__all__ = ["scenario"]

JOB = "job-1"


def setup(store: JobStore) -> None:
    store.create(JOB)
    store.report_error(JOB, "no space left on device")


async def main_task(store: JobStore) -> None:
    job = store.find(JOB)
    assert job is None or job.id == JOB


def worker(store: JobStore) -> None:
    store.cleanup()


def check(store: JobStore) -> None:
    assert store.find(JOB) is None


scenario = Scenario(
    "get-only",
    setup=setup,
    main_task=main_task,
    workers=(worker,),
    check=check,
    expect={
        "unlocked": "safe",
        "asyncio-lock": "safe",
        "asyncio-lock-complete": "safe",  # no task waits for the lock, so it never notices the second loop
        "thread-lock": "safe",
        "per-job-lock": "safe",
        "loop-confined": "safe",
        "versioned": "safe",
        "sqlite": "safe",
        "sqlite-versioned": "safe",
    },
)
