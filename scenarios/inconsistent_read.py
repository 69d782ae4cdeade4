"""The frontend shows an inconsistent state: two fields, read while they are being written.

The main task completes the job: it sets the status, then the progress. The frontend's request is served by a worker
thread, as web frameworks do. It reads the status and then the progress, and if it comes between the two writes it
shows a completed job at 40 %.

It only reads, and to get a job from the dict is one atomic step: both are said to need no lock. But what it gets is
the live record, and two reads of it are two moments. Updates that belong together must be read under the lock that
they are written under, or from a copy made under it. The ``asyncio.Lock`` is none that a thread could take.

Origin: "frontend shows inconsistent state" among the symptoms; "lock get_job_status" is left among the optional ones.
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
    shown = store.get_job_status(JOB)
    if shown["status"] == "completed":
        assert shown["progress"] == 100, f"the frontend shows a completed job at {shown['progress']} %"


def check(store: JobStore) -> None:
    job = store.jobs[JOB]
    assert (job.status, job.progress) == ("completed", 100)


scenario = Scenario(
    "inconsistent-read",
    setup=setup,
    main_task=main_task,
    workers=(frontend,),
    check=check,
    expect={
        "unlocked": "fails",  # the thread reads between two setattr
        "asyncio-lock": "fails",  # the same: it takes no lock
        "asyncio-lock-complete": "fails",  # the thread takes the lock in a loop of its own
        "thread-lock": "safe",
        "per-job-lock": "safe",
        "loop-confined": "safe",
        "versioned": "safe",  # the record that it reads never changes
        "sqlite": "safe",  # one SELECT is one moment
        "sqlite-versioned": "safe",
    },
)
