"""The cleanup deletes a job in the middle of an update: ``KeyError``, or a job that is back from the dead.

The main task completes the job. It looks first whether the job is there and still being processed, and at that moment
it is. A worker thread gives the job up, and the cleanup, which the thread runs next, forgets everything that is
finished. When the main task comes to write, there is nothing to write to.

To delete is to write: "is it in the dict?" and "change it" are check and act, and a deletion can come between the two
like any other change. So the cleanup takes the lock that the updates take, and the check is made under it. Where
records are saved whole, there is not even an error: the update writes the deleted job anew.

Origin: check-then-act among the places that need a lock; "lock job deletion in cleanup" is left among the optional
changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.scenario import Scenario

if TYPE_CHECKING:
    from harness.stores.interface import JobStore

__all__ = ["scenario"]

JOB = "job-1"


def setup(store: JobStore) -> None:
    store.create(JOB, progress=50)


async def main_task(store: JobStore) -> None:
    await store.update_if_processing(JOB, status="completed", progress=100)


def worker(store: JobStore) -> None:
    store.report_error(JOB, "no space left on device")
    store.cleanup()


def check(store: JobStore) -> None:
    assert JOB not in store.jobs, f"the job was deleted, and it is back: {store.jobs[JOB].status}"


scenario = Scenario(
    "cleanup-deletes-a-job",
    setup=setup,
    main_task=main_task,
    workers=(worker,),
    check=check,
    expect={
        "unlocked": "fails",  # an await stands between check and act
        "asyncio-lock": "fails",  # the thread deletes between check and act, under the tasks' lock
        "asyncio-lock-complete": "fails",  # the thread takes the lock in a loop of its own
        "thread-lock": "safe",
        "per-job-lock": "safe",
        "loop-confined": "safe",
        "versioned": "safe",
        "sqlite": "fails",  # saves the record that it loaded: the row is back
        "sqlite-versioned": "safe",
    },
)
