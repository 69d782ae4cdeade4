"""One missed section: a lock protects only from those that take it.

The main task updates the job as it should, through the store. A worker thread, from another module, reaches into
``store.jobs`` and adds to the progress itself. It is one line, and it undoes the work of all the others: it can read
before and write after the main task's update, which is then lost.

No store can help here, whatever its lock: each of these fails, also the best one. That is why the last step of every
fix is to look for all the other accesses, and why a store had better not show its records at all. A database does not:
what one gets from it is a copy, and this line would change nothing but that.

Origin: "still seeing race conditions: missed a critical section", and "search for all ``self.jobs`` access".
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


async def main_task(store: JobStore) -> None:
    await store.advance(JOB, by=20)


def worker(store: JobStore) -> None:
    job = store.jobs[JOB]
    job.progress = job.progress + 10  # no lock, no method of the store


def check(store: JobStore) -> None:
    progress = store.jobs[JOB].progress
    assert progress == 30, f"20 and 10 were done, and the progress is stuck at {progress}"


scenario = Scenario(
    "one-missed-section",
    setup=setup,
    main_task=main_task,
    workers=(worker,),
    check=check,
    expect={
        "unlocked": "fails",
        "asyncio-lock": "fails",
        "asyncio-lock-complete": "fails",
        "thread-lock": "fails",
        "per-job-lock": "fails",
        "loop-confined": "fails",
        "versioned": "fails",  # the record is changed in place, and replaced by one made from what it was
    },
)
