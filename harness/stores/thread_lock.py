"""The store with one ``threading.Lock``, taken by tasks and threads alike.

It is held for a few assignments and never across an ``await``: a task that slept with it would block the whole loop,
and a second task that wanted it then would stop the loop for ever.
"""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from datetime import datetime
from typing import Any

from harness.stores.job import Job, Status

__all__ = ["MESSAGE", "PART", "ThreadLockStore"]

MESSAGE = 0.001  # seconds that a message to the frontend takes
PART = 0.002  # seconds that a part of the work takes


class ThreadLockStore:
    """Keeps jobs in a dict; tasks and threads take turns."""

    def __init__(self) -> None:
        self.jobs: dict[str, Job] = {}
        self.lock = threading.Lock()

    def create(self, job_id: str, **fields: Any) -> None:
        with self.lock:
            self.jobs[job_id] = Job(job_id, status="processing", created=datetime.now(), **fields)

    async def update_job_status(self, job_id: str, **fields: Any) -> None:
        with self.lock:
            self._set(job_id, fields)

    async def update_if_processing(self, job_id: str, **fields: Any) -> bool:
        await self._send(job_id, fields)
        with self.lock:
            if job_id not in self.jobs or self.jobs[job_id].status != "processing":
                return False
            self._set(job_id, fields)
            return True

    async def advance(self, job_id: str, by: int) -> None:
        await asyncio.sleep(PART)
        self.report_progress(job_id, by)

    async def finish(self, job_id: str, parts: int) -> None:
        for _ in range(parts):
            await asyncio.sleep(PART)
        await self.update_job_status(job_id, status="completed", progress=100)

    async def heartbeat(self, job_id: str) -> bool:
        await self._send(job_id, {"alive": True})
        with self.lock:
            if job_id not in self.jobs:
                return False
            job = self.jobs[job_id]
            job.last_heartbeat = datetime.now()
            return True

    async def list_jobs(self) -> dict[str, Status]:
        with self.lock:
            return {job_id: job.status for job_id, job in self.jobs.items()}

    async def _send(self, job_id: str, message: dict[str, Any]) -> None:
        await asyncio.sleep(MESSAGE)

    def _set(self, job_id: str, fields: dict[str, Any]) -> None:
        job = self.jobs[job_id]
        for key, value in fields.items():
            setattr(job, key, value)

    def get_job_status(self, job_id: str) -> dict[str, Any]:
        with self.lock:
            job = self.jobs[job_id]
            return {"status": job.status, "progress": job.progress}

    def report_progress(self, job_id: str, by: int) -> None:
        with self.lock:
            job = self.jobs[job_id]
            job.progress = min(100, job.progress + by)

    def report_error(self, job_id: str, error: str) -> None:
        with self.lock:
            self._set(job_id, {"status": "failed", "error": error})

    def cleanup(self) -> None:
        with self.lock:
            for job_id in list(self.jobs):
                if self.jobs[job_id].status in ("completed", "failed"):
                    del self.jobs[job_id]

    def count(self) -> int:
        return len(self.jobs)  # one atomic step, which needs no lock

    def find(self, job_id: str) -> Job | None:
        with self.lock:
            job = self.jobs.get(job_id)
            return None if job is None else replace(job)  # a copy: the lock is free when the caller reads it
