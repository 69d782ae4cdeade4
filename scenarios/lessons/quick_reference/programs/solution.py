"""The two versions of ``_update_job_status`` in "The Solution", and a reader beside them.

A job that is completed has a progress of 100: the two are set by one update, and a reader that sees one without the
other sees a conflict.
"""

from __future__ import annotations

import asyncio
import threading
from typing import Any

__all__ = [
    "After",
    "Before",
    "Job",
    "after_with_a_task",
    "after_with_a_thread",
    "before_with_a_task",
    "before_with_a_thread",
]

PAUSE = 0.001  # seconds, of virtual time: a schedule may let any of them take longer


class Job:
    """What is shared."""

    def __init__(self) -> None:
        self.status = "processing"
        self.progress = 40


class Before:
    """Before: no lock."""

    def __init__(self) -> None:
        self.jobs = {"job": Job()}

    def _update_job_status(self, job_id: str, **kwargs: Any) -> None:
        job = self.jobs[job_id]
        for key, value in kwargs.items():
            setattr(job, key, value)

    async def complete(self) -> None:
        await asyncio.sleep(PAUSE)
        self._update_job_status("job", status="completed", progress=100)

    def look(self) -> None:
        job = self.jobs["job"]
        if job.status == "completed":
            progress = job.progress
            assert progress == 100, f"a completed job at {progress} %"

    async def look_as_a_task(self) -> None:
        await asyncio.sleep(PAUSE)
        self.look()


class After(Before):
    """After: the update takes an ``asyncio.Lock``."""

    def __init__(self) -> None:
        super().__init__()
        self.job_lock = asyncio.Lock()

    async def _update_job_status(self, job_id: str, **kwargs: Any) -> None:  # type: ignore[override]
        async with self.job_lock:
            job = self.jobs[job_id]
            for key, value in kwargs.items():
                setattr(job, key, value)

    async def complete(self) -> None:
        await asyncio.sleep(PAUSE)
        await self._update_job_status("job", status="completed", progress=100)

    async def look_as_a_task(self) -> None:
        await asyncio.sleep(PAUSE)
        async with self.job_lock:
            self.look()


def before_with_a_task() -> None:
    """Updated by one task, read by another."""
    asyncio.run(_two_tasks(Before()))


def after_with_a_task() -> None:
    """The same under the lock."""
    asyncio.run(_two_tasks(After()))


def before_with_a_thread() -> None:
    """Updated by a task, read by a worker thread."""
    _task_and_thread(Before())


def after_with_a_thread() -> None:
    """The update is locked; the thread has no lock that it could take."""
    _task_and_thread(After())


async def _two_tasks(service: Before) -> None:
    await asyncio.gather(
        asyncio.create_task(service.complete(), name="main task"),
        asyncio.create_task(service.look_as_a_task(), name="reader"),
    )


def _task_and_thread(service: Before) -> None:
    seen: list[BaseException] = []

    def worker() -> None:
        try:
            service.look()
        except AssertionError as error:
            seen.append(error)

    thread = threading.Thread(target=worker, name="worker")
    thread.start()
    asyncio.run(service.complete())
    thread.join()
    if seen:
        raise seen[0]
