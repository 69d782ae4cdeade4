"""The store after the usual fix: an ``asyncio.Lock`` around what the tasks do.

1. The lock is made in ``__init__``. 2. Updates are async and take it. 3. Every caller awaits them. 4. The heartbeat
takes it too, and touches its own field only. Slow things stay outside the lock.

It holds for every task of the loop. The worker threads are as they were: an ``asyncio.Lock`` is nothing that a thread
could wait for, so they go on without it, at any line of a task that believes itself alone.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from harness.stores.job import Job, Status

__all__ = ["MESSAGE", "PART", "AsyncioLockStore"]

MESSAGE = 0.001  # seconds that a message to the frontend takes
PART = 0.002  # seconds that a part of the work takes


class AsyncioLockStore:
    """Keeps jobs in a dict; its tasks take turns."""

    def __init__(self) -> None:
        self.jobs: dict[str, Job] = {}
        self.job_lock = asyncio.Lock()

    def create(self, job_id: str, **fields: Any) -> None:
        self.jobs[job_id] = Job(job_id, status="processing", created=datetime.now(), **fields)

    async def update_job_status(self, job_id: str, **fields: Any) -> None:
        async with self.job_lock:
            self._set(job_id, fields)

    async def update_if_processing(self, job_id: str, **fields: Any) -> bool:
        await self._send(job_id, fields)
        async with self.job_lock:
            if job_id not in self.jobs or self.jobs[job_id].status != "processing":
                return False
            self._set(job_id, fields)
            return True

    async def advance(self, job_id: str, by: int) -> None:
        await asyncio.sleep(PART)
        async with self.job_lock:
            job = self.jobs[job_id]
            job.progress = min(100, job.progress + by)

    async def finish(self, job_id: str, parts: int) -> None:
        for _ in range(parts):
            await asyncio.sleep(PART)
        await self.update_job_status(job_id, status="completed", progress=100)

    async def heartbeat(self, job_id: str) -> bool:
        await self._send(job_id, {"alive": True})
        async with self.job_lock:
            if job_id not in self.jobs:
                return False
            job = self.jobs[job_id]
            job.last_heartbeat = datetime.now()
            return True

    async def list_jobs(self) -> dict[str, Status]:
        async with self.job_lock:
            return {job_id: job.status for job_id, job in self.jobs.items()}

    async def _send(self, job_id: str, message: dict[str, Any]) -> None:
        await asyncio.sleep(MESSAGE)

    def _set(self, job_id: str, fields: dict[str, Any]) -> None:
        job = self.jobs[job_id]
        for key, value in fields.items():
            setattr(job, key, value)

    # The worker threads come here, with no lock to take.

    def get_job_status(self, job_id: str) -> dict[str, Any]:
        job = self.jobs[job_id]
        return {"status": job.status, "progress": job.progress}

    def report_progress(self, job_id: str, by: int) -> None:
        job = self.jobs[job_id]
        job.progress = min(100, job.progress + by)

    def report_error(self, job_id: str, error: str) -> None:
        self._set(job_id, {"status": "failed", "error": error})

    def cleanup(self) -> None:
        for job_id in list(self.jobs):
            if self.jobs[job_id].status in ("completed", "failed"):
                del self.jobs[job_id]

    def count(self) -> int:
        return len(self.jobs)

    def find(self, job_id: str) -> Job | None:
        return self.jobs.get(job_id)  # atomic, but what it returns is the live record
