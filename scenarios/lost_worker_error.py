"""The worker thread's error is lost: all three lanes of the diagram at once.

A worker thread runs out of disk space and marks the job as failed. The main task, which has just seen that the job is
still being processed, completes it and clears the error. Or the heartbeat saves the record that it read before. Either
way the last word is not the worker's: the job is completed, its error is gone, and its result is half a file.

The ``asyncio.Lock`` keeps main task and heartbeat apart, and that is all it does: the thread writes at any moment, also
between the check and the act that the lock is held for. Only a lock that all three take lets the error survive, and it
must be held for a few assignments only, never across an ``await``.

Origin: the diagram's third lane, "write error", which neither its tables nor its fix mention again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.scenario import Scenario

if TYPE_CHECKING:
    from harness.stores.interface import JobStore

__all__ = ["scenario"]

JOB = "job-1"
ERROR = "no space left on device"


def setup(store: JobStore) -> None:
    store.create(JOB, progress=50)


async def main_task(store: JobStore) -> None:
    await store.update_if_processing(JOB, status="completed", progress=100, error=None)


async def heartbeat(store: JobStore) -> None:
    await store.heartbeat(JOB)


def worker(store: JobStore) -> None:
    store.report_error(JOB, ERROR)


def check(store: JobStore) -> None:
    job = store.jobs[JOB]
    assert (job.status, job.error) == ("failed", ERROR), f"the error is lost: {job.status}, error={job.error}"


scenario = Scenario(
    "lost-worker-error",
    setup=setup,
    main_task=main_task,
    heartbeat=heartbeat,
    workers=(worker,),
    check=check,
    expect={
        "unlocked": "fails",  # the main task acts on an old check, the heartbeat saves an old record
        "asyncio-lock": "fails",  # the thread writes between check and act, under the tasks' lock
        "asyncio-lock-complete": "fails",  # the thread takes the lock in a loop of its own
        "thread-lock": "safe",
        "per-job-lock": "safe",
        "loop-confined": "safe",
        "versioned": "safe",
        "sqlite": "fails",  # saves every column of a record that it loaded earlier
        "sqlite-versioned": "safe",
    },
)
