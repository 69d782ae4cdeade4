"""The optimistic store: no writer waits; one that comes too late notices, and begins again.

A record is never changed. An update makes a new one from the one that it read, and puts it in the dict only if the one
that it read is still there: compare and swap. If not, another writer was faster, and the whole read-modify-write starts
over with what is there now.

The lock guards the one comparison and the one assignment, which Python cannot do in one step. And because a record is
never changed, every reader may keep one and read it at leisure: two fields of it always belong together.
"""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from datetime import datetime
from typing import Any

from harness.stores.job import Job, Status

__all__ = ["VersionedStore"]

MESSAGE = 0.001  # seconds that a message to the frontend takes
PART = 0.002  # seconds that a part of the work takes


class VersionedStore:
    """Keeps records that never change in a dict, and replaces them if they are still the ones it read."""

    def __init__(self) -> None:
        self.jobs: dict[str, Job] = {}
        self.lock = threading.Lock()

    def create(self, job_id: str, **fields: Any) -> None:
        with self.lock:
            self.jobs[job_id] = Job(job_id, status="processing", created=datetime.now(), **fields)

    def _swap(self, old: Job, new: Job | None) -> bool:
        """Replace ``old`` with ``new``, or with nothing; False if ``old`` is no longer what is there."""
        with self.lock:
            if self.jobs.get(old.id) is not old:
                return False
            if new is None:
                del self.jobs[old.id]
            else:
                self.jobs[old.id] = new
            return True

    async def update_job_status(self, job_id: str, **fields: Any) -> None:
        self._set(job_id, fields)

    async def update_if_processing(self, job_id: str, **fields: Any) -> bool:
        await self._send(job_id, fields)
        while True:
            job = self.jobs.get(job_id)
            if job is None or job.status != "processing":
                return False
            if self._swap(job, replace(job, **fields)):
                return True

    async def advance(self, job_id: str, by: int) -> None:
        await asyncio.sleep(PART)
        self.report_progress(job_id, by)

    async def finish(self, job_id: str, parts: int) -> None:
        for _ in range(parts):
            await asyncio.sleep(PART)
        self._set(job_id, {"status": "completed", "progress": 100})

    async def heartbeat(self, job_id: str) -> bool:
        await self._send(job_id, {"alive": True})
        while True:
            job = self.jobs.get(job_id)
            if job is None:
                return False
            if self._swap(job, replace(job, last_heartbeat=datetime.now())):
                return True

    async def list_jobs(self) -> dict[str, Status]:
        with self.lock:  # which jobs there are is no record, and does change
            return {job_id: job.status for job_id, job in self.jobs.items()}

    async def _send(self, job_id: str, message: dict[str, Any]) -> None:
        await asyncio.sleep(MESSAGE)

    def _set(self, job_id: str, fields: dict[str, Any]) -> None:
        while True:
            job = self.jobs[job_id]
            if self._swap(job, replace(job, **fields)):
                return

    def get_job_status(self, job_id: str) -> dict[str, Any]:
        job = self.jobs[job_id]
        return {"status": job.status, "progress": job.progress}

    def report_progress(self, job_id: str, by: int) -> None:
        while True:
            job = self.jobs[job_id]
            if self._swap(job, replace(job, progress=min(100, job.progress + by))):
                return

    def report_error(self, job_id: str, error: str) -> None:
        self._set(job_id, {"status": "failed", "error": error})

    def cleanup(self) -> None:
        for job_id in list(self.jobs):
            while True:
                job = self.jobs.get(job_id)
                if job is None or job.status not in ("completed", "failed") or self._swap(job, None):
                    break

    def count(self) -> int:
        return len(self.jobs)

    def find(self, job_id: str) -> Job | None:
        return self.jobs.get(job_id)
