"""The store with one ``threading.Lock``, taken by tasks and threads alike.

It is held for a few assignments and never across an ``await``: a task that slept with it would block the whole loop,
and a second task that wanted it then would stop the loop for ever.
"""

from __future__ import annotations

import asyncio
import threading
from datetime import datetime
from typing import Any

from harness.stores.record import Job

__all__ = ["ThreadLockStore"]

MESSAGE = 0.001  # seconds that a message to the frontend takes
PART = 0.002  # seconds that a part of the work takes


class ThreadLockStore:
    """Keeps jobs in a dict; everybody takes turns."""

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
            if self.jobs[job_id].status != "processing":
                return False
            self._set(job_id, fields)
            return True

    async def advance(self, job_id: str, by: int) -> None:
        await asyncio.sleep(PART)
        self.report_progress(job_id, by)

    async def heartbeat(self, job_id: str) -> None:
        await self._send(job_id, {"alive": True})
        with self.lock:
            job = self.jobs[job_id]
            job.last_heartbeat = datetime.now()

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
