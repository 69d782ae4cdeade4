"""Going through all jobs while one is deleted: ``RuntimeError: dictionary changed size during iteration``.

The main task lists the jobs for a dashboard. A worker thread runs the cleanup. It deletes a job while the list is half
done, and the next step of the loop raises. It only reads, and reading is said to need no lock.

One read needs none: ``len(jobs)`` and ``jobs.get(id)`` are single steps. A loop is many steps, and a comprehension is a
loop. Either the lock is held for all of it, or the loop goes over ``list(jobs)``, a copy that is made in one step; then
each job has to be looked for again, as it may be gone.

Origin: "just reading, no lock needed", said of ``len``, and easily taken for true of every reader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.scenario import Scenario

if TYPE_CHECKING:
    from harness.stores.interface import JobStore

__all__ = ["scenario"]

OLD, NEW = "job-1", "job-2"


def setup(store: JobStore) -> None:
    store.create(OLD)
    store.create(NEW)
    store.report_error(OLD, "no space left on device")


async def main_task(store: JobStore) -> None:
    statuses = await store.list_jobs()
    assert statuses[NEW] == "processing"


def worker(store: JobStore) -> None:
    store.cleanup()


def check(store: JobStore) -> None:
    assert list(store.jobs) == [NEW]


scenario = Scenario(
    "iterating-while-cleaning-up",
    setup=setup,
    main_task=main_task,
    workers=(worker,),
    check=check,
    expect={
        "unlocked": "fails",
        "asyncio-lock": "fails",  # the task holds a lock that the thread does not take
        "asyncio-lock-complete": "fails",  # the thread takes the lock in a loop of its own
        "thread-lock": "safe",
        "per-job-lock": "safe",  # by the lock on the dict, not by those of the jobs
        "loop-confined": "safe",
        "versioned": "safe",
        "sqlite": "safe",  # one SELECT is one moment
        "sqlite-versioned": "safe",
    },
)
