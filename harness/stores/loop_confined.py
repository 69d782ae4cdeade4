"""The store that only one thread ever touches: the event loop's. It needs no lock at all.

Tasks take turns only at an ``await``, so what stands between two of them is theirs alone. A worker thread does not
reach into the dict; it hands the loop a function with ``call_soon_threadsafe`` and waits for the answer. (With a
coroutine, that is what ``run_coroutine_threadsafe`` does.)

Two conditions come with it. The loop must outlive its threads, or they wait for an answer that never comes. And it
must stay one loop: a thread that runs the async methods in another one is inside the dict, with nothing to stop it.
"""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from harness.stores.job import Job, Status

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["LoopConfinedStore"]

MESSAGE = 0.001  # seconds that a message to the frontend takes
PART = 0.002  # seconds that a part of the work takes

Result = TypeVar("Result")


class LoopConfinedStore:
    """Keeps jobs in a dict that belongs to the event loop; threads ask the loop."""

    def __init__(self) -> None:
        self.jobs: dict[str, Job] = {}
        self.loop: asyncio.AbstractEventLoop | None = None
        self.thread = threading.get_ident()

    async def start(self) -> None:
        self.loop, self.thread = asyncio.get_running_loop(), threading.get_ident()

    def create(self, job_id: str, **fields: Any) -> None:
        self.jobs[job_id] = Job(job_id, status="processing", created=datetime.now(), **fields)

    async def update_job_status(self, job_id: str, **fields: Any) -> None:
        self._set(job_id, fields)

    async def update_if_processing(self, job_id: str, **fields: Any) -> bool:
        await self._send(job_id, fields)
        if job_id not in self.jobs or self.jobs[job_id].status != "processing":  # from here on no await ...
            return False
        self._set(job_id, fields)  # ... so the check still holds
        return True

    async def advance(self, job_id: str, by: int) -> None:
        await asyncio.sleep(PART)
        self._add(job_id, by)

    async def finish(self, job_id: str, parts: int) -> None:
        for _ in range(parts):
            await asyncio.sleep(PART)
        self._set(job_id, {"status": "completed", "progress": 100})

    async def heartbeat(self, job_id: str) -> bool:
        await self._send(job_id, {"alive": True})
        if job_id not in self.jobs:
            return False
        job = self.jobs[job_id]
        job.last_heartbeat = datetime.now()
        return True

    async def list_jobs(self) -> dict[str, Status]:
        return {job_id: job.status for job_id, job in self.jobs.items()}

    async def _send(self, job_id: str, message: dict[str, Any]) -> None:
        await asyncio.sleep(MESSAGE)

    def _set(self, job_id: str, fields: dict[str, Any]) -> None:
        job = self.jobs[job_id]
        for key, value in fields.items():
            setattr(job, key, value)

    def _add(self, job_id: str, by: int) -> None:
        job = self.jobs[job_id]
        job.progress = min(100, job.progress + by)

    def _status(self, job_id: str) -> dict[str, Any]:
        job = self.jobs[job_id]
        return {"status": job.status, "progress": job.progress}

    def _forget_finished(self) -> None:
        for job_id in list(self.jobs):
            if self.jobs[job_id].status in ("completed", "failed"):
                del self.jobs[job_id]

    def _copy(self, job_id: str) -> Job | None:
        job = self.jobs.get(job_id)
        return None if job is None else replace(job)

    # The worker threads come here, and ask the loop to do it.

    def get_job_status(self, job_id: str) -> dict[str, Any]:
        return self._ask(lambda: self._status(job_id))

    def report_progress(self, job_id: str, by: int) -> None:
        self._ask(lambda: self._add(job_id, by))

    def report_error(self, job_id: str, error: str) -> None:
        self._ask(lambda: self._set(job_id, {"status": "failed", "error": error}))

    def cleanup(self) -> None:
        self._ask(self._forget_finished)

    def count(self) -> int:
        return len(self.jobs)

    def find(self, job_id: str) -> Job | None:
        return self._ask(lambda: self._copy(job_id))

    def _ask(self, function: Callable[[], Result]) -> Result:
        """Let the loop call ``function`` between two of its tasks' steps, and wait for the result."""
        if self.loop is None or threading.get_ident() == self.thread:
            return function()  # we are the loop's own thread, which would wait for itself
        answer: Future[Result] = Future()
        self.loop.call_soon_threadsafe(_give, answer, function)
        return answer.result()


def _give(answer: Future[Result], function: Callable[[], Result]) -> None:
    try:
        answer.set_result(function())
    except Exception as exc:
        answer.set_exception(exc)
