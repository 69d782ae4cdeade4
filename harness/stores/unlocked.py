"""The store as it was written first: no lock anywhere.

Each method looks right on its own. What is wrong stands between two of its lines: others may have a turn
there, tasks at an ``await``, and worker threads anywhere.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from harness.stores.job import Job, Status

__all__ = ["UnlockedStore"]

MESSAGE = 0.001  # seconds that a message to the frontend takes
PART = 0.002  # seconds that a part of the work takes


class UnlockedStore:
    """Keeps jobs in a dict and hopes for the best."""

    def __init__(self) -> None:
        self.jobs: dict[str, Job] = {}

    def create(self, job_id: str, **fields: Any) -> None:
        self.jobs[job_id] = Job(job_id, status="processing", created=datetime.now(), **fields)

    def _update_job_status(self, job_id: str, **kwargs: Any) -> None:
        job = self.jobs[job_id]
        for key, value in kwargs.items():
            setattr(job, key, value)  # between two fields, a thread can look

    async def update_job_status(self, job_id: str, **fields: Any) -> None:
        self._update_job_status(job_id, **fields)

    async def update_if_processing(self, job_id: str, **fields: Any) -> bool:
        if job_id not in self.jobs or self.jobs[job_id].status != "processing":  # the check ...
            return False
        await self._send(job_id, fields)
        self._update_job_status(job_id, **fields)  # ... and the act, when it may no longer hold
        return True

    async def advance(self, job_id: str, by: int) -> None:
        job = self.jobs[job_id]
        progress = job.progress  # read
        await asyncio.sleep(PART)
        job.progress = progress + by  # write what was right before the work began

    async def finish(self, job_id: str, parts: int) -> None:
        for _ in range(parts):
            await asyncio.sleep(PART)
        self._update_job_status(job_id, status="completed")
        await self._send(job_id, {"status": "completed"})
        self._update_job_status(job_id, progress=100)  # unless it is cancelled in between

    async def heartbeat(self, job_id: str) -> bool:
        if job_id not in self.jobs:
            return False
        job = self.jobs[job_id]
        record = {
            "status": job.status,
            "progress": job.progress,
            "error": job.error,
            "last_heartbeat": datetime.now(),
        }
        await self._send(job_id, record)
        self._update_job_status(job_id, **record)  # saves what it sent: a whole record, stale by now
        return True

    async def list_jobs(self) -> dict[str, Status]:
        return {job_id: job.status for job_id, job in self.jobs.items()}

    async def _send(self, job_id: str, message: dict[str, Any]) -> None:
        await asyncio.sleep(MESSAGE)

    def get_job_status(self, job_id: str) -> dict[str, Any]:
        job = self.jobs[job_id]  # the live record, not a copy
        return {"status": job.status, "progress": job.progress}

    def report_progress(self, job_id: str, by: int) -> None:
        job = self.jobs[job_id]
        job.progress = min(100, job.progress + by)

    def report_error(self, job_id: str, error: str) -> None:
        self._update_job_status(job_id, status="failed", error=error)

    def cleanup(self) -> None:
        for job_id in list(self.jobs):
            if self.jobs[job_id].status in ("completed", "failed"):
                del self.jobs[job_id]

    def count(self) -> int:
        return len(self.jobs)

    def find(self, job_id: str) -> Job | None:
        return self.jobs.get(job_id)  # atomic, but what it returns is the live record
