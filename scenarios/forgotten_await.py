"""A forgotten ``await``: the update never runs.

The update has become async, and one of its callers still calls it the old way. That makes a coroutine, throws it away,
and goes on: no error, no lock taken, nothing written. The job is done and stays "processing" for ever.

It is no race: it fails under every schedule, and one run of any test that looks at the result finds it. Python says so
too, once the coroutine is destroyed: ``RuntimeWarning: coroutine ... was never awaited``. That is a line on standard
error, in the middle of the log, and the program goes on. Where the harness finds a failure, it adds that line to it.

Origin: "add await to all status update calls", the third item of the checklist, and "linter errors: forgot to add
await".
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
    await store.finish(JOB, parts=1)


def check(store: JobStore) -> None:
    job = store.jobs[JOB]
    assert (job.status, job.progress) == ("completed", 100), f"the job is done, and says {job.status}, {job.progress} %"


scenario = Scenario(
    "forgotten-await",
    setup=setup,
    main_task=main_task,
    check=check,
    expect={
        "unlocked": "safe",  # its update is a plain function, which needs no await
        "asyncio-lock": "safe",
        "asyncio-lock-not-awaited": "fails",
        "asyncio-lock-complete": "safe",
        "thread-lock": "safe",
        "thread-lock-not-awaited": "fails",
        "per-job-lock": "safe",
        "loop-confined": "safe",
        "versioned": "safe",
        "sqlite": "safe",
        "sqlite-versioned": "safe",
    },
)
