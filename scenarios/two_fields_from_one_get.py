"""Two fields from one ``get``: it is atomic, and what it returns is live.

A worker thread gets the job once, atomically, and then reads two fields from it. The main task completes the job,
status and progress together, under its lock. Between the thread's two reads the record changes in its hand: a
completed job at 40 %. In ``inconsistent-read`` the store reads the two fields; here the caller does, when whatever lock
the store has is free again.

No lock inside the store can help a caller who holds the live record. Return a copy that is made under the lock, or
records that never change and are only replaced, as ``versioned`` does. A row from a database is a copy too.

Origin: "``dict.get()`` is atomic", which is true of the dict and says nothing of the job in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.scenario import Scenario

if TYPE_CHECKING:
    from harness.stores.interface import JobStore

__all__ = ["scenario"]

JOB = "job-1"


def setup(store: JobStore) -> None:
    store.create(JOB, progress=40)


async def main_task(store: JobStore) -> None:
    await store.update_job_status(JOB, status="completed", progress=100)


def frontend(store: JobStore) -> None:
    job = store.find(JOB)
    assert job is not None
    if job.status == "completed":
        progress = job.progress
        assert progress == 100, f"the frontend shows a completed job at {progress} %"


def check(store: JobStore) -> None:
    job = store.jobs[JOB]
    assert (job.status, job.progress) == ("completed", 100)


scenario = Scenario(
    "two-fields-from-one-get",
    setup=setup,
    main_task=main_task,
    workers=(frontend,),
    check=check,
    expect={
        "unlocked": "fails",
        "asyncio-lock": "fails",
        "asyncio-lock-complete": "fails",  # get is left without a lock, as "already atomic"
        "thread-lock": "safe",  # returns a copy
        "thread-lock-without-copy": "fails",
        "per-job-lock": "safe",
        "loop-confined": "safe",
        "versioned": "safe",  # the record never changes
        "sqlite": "safe",
        "sqlite-versioned": "safe",
    },
)
