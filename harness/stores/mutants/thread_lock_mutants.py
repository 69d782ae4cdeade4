"""The ``thread-lock`` store with one item of the checklist left out: one class an item."""

from __future__ import annotations

import asyncio
import threading
from datetime import datetime
from typing import Any

from harness.stores.job import Job, Status
from harness.stores.thread_lock import MESSAGE, PART, ThreadLockStore

__all__ = [
    "ThreadLockHeldDuringWork",
    "ThreadLockMadeForEachCall",
    "ThreadLockNotAwaited",
    "ThreadLockWithoutCheckInHeartbeat",
    "ThreadLockWithoutCopy",
    "ThreadLockWithoutLockInCleanup",
    "ThreadLockWithoutLockInCreate",
    "ThreadLockWithoutLockInHeartbeat",
    "ThreadLockWithoutLockInIteration",
    "ThreadLockWithoutLockInRead",
    "ThreadLockWithoutLockInThreads",
    "ThreadLockWithoutLockInUpdate",
]


class ThreadLockMadeForEachCall(ThreadLockStore):
    """Item 1, the lock in ``__init__``: every caller has a lock, and each has another one."""

    @property
    def lock(self) -> threading.Lock:
        return threading.Lock()

    @lock.setter
    def lock(self, value: threading.Lock) -> None: ...


class ThreadLockWithoutLockInUpdate(ThreadLockStore):
    """Item 2, the lock in the update."""

    async def update_job_status(self, job_id: str, **fields: Any) -> None:
        self._set(job_id, fields)


class ThreadLockNotAwaited(ThreadLockStore):
    """Item 3, ``await`` before every update: a coroutine is made, thrown away, and never runs."""

    async def finish(self, job_id: str, parts: int) -> None:
        for _ in range(parts):
            await asyncio.sleep(PART)
        self.update_job_status(job_id, status="completed", progress=100)  # type: ignore[unused-coroutine]


class ThreadLockWithoutLockInHeartbeat(ThreadLockStore):
    """Item 4, the lock in the heartbeat."""

    async def heartbeat(self, job_id: str) -> bool:
        await asyncio.sleep(MESSAGE)
        if job_id not in self.jobs:
            return False
        job = self.jobs[job_id]
        job.last_heartbeat = datetime.now()
        return True


class ThreadLockWithoutCheckInHeartbeat(ThreadLockStore):
    """Item 4, the question whether there still is such a job."""

    async def heartbeat(self, job_id: str) -> bool:
        await asyncio.sleep(MESSAGE)
        with self.lock:
            job = self.jobs[job_id]
            job.last_heartbeat = datetime.now()
            return True


class ThreadLockWithoutLockInRead(ThreadLockStore):
    """Optional item, the lock in ``get_job_status``."""

    def get_job_status(self, job_id: str) -> dict[str, Any]:
        job = self.jobs[job_id]
        return {"status": job.status, "progress": job.progress}


class ThreadLockWithoutLockInCleanup(ThreadLockStore):
    """Optional item, the lock in the cleanup."""

    def cleanup(self) -> None:
        for job_id in list(self.jobs):
            if self.jobs[job_id].status in ("completed", "failed"):
                del self.jobs[job_id]


class ThreadLockWithoutLockInThreads(ThreadLockStore):
    """Optional item, the lock in what worker threads do."""

    def report_progress(self, job_id: str, by: int) -> None:
        job = self.jobs[job_id]
        job.progress = min(100, job.progress + by)

    def report_error(self, job_id: str, error: str) -> None:
        self._set(job_id, {"status": "failed", "error": error})


class ThreadLockWithoutLockInIteration(ThreadLockStore):
    """No item at all, and needed: the lock in what goes through all jobs."""

    async def list_jobs(self) -> dict[str, Status]:
        return {job_id: job.status for job_id, job in self.jobs.items()}


class ThreadLockWithoutLockInCreate(ThreadLockStore):
    """No item at all: the lock in what adds a job."""

    def create(self, job_id: str, **fields: Any) -> None:
        self.jobs[job_id] = Job(job_id, status="processing", created=datetime.now(), **fields)


class ThreadLockWithoutCopy(ThreadLockStore):
    """``dict.get`` needs no lock, and what it returns is live."""

    def find(self, job_id: str) -> Job | None:
        return self.jobs.get(job_id)


class ThreadLockHeldDuringWork(ThreadLockStore):
    """The slow work inside the lock: a task that wants it now stops the whole loop, and so it is never given back."""

    async def finish(self, job_id: str, parts: int) -> None:
        with self.lock:
            for _ in range(parts):
                await asyncio.sleep(PART)
            self._set(job_id, {"status": "completed", "progress": 100})
