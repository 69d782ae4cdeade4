"""Makes presentations: the same service, with one lock that everybody takes."""

import asyncio
import threading
from datetime import datetime


class PresentationService:
    def __init__(self):
        self.jobs = {}
        self.lock = threading.Lock()

    async def start(self, job_id):
        with self.lock:
            self.jobs[job_id] = {"status": "processing", "progress": 0, "beat": None}
        asyncio.create_task(self._heartbeat(job_id))
        threading.Thread(target=self._convert, args=(job_id,), daemon=True).start()

    async def _heartbeat(self, job_id):
        while True:
            with self.lock:
                if job_id not in self.jobs:
                    break
                self.jobs[job_id]["beat"] = datetime.now()
            await asyncio.sleep(5)

    def _convert(self, job_id):
        for _ in range(10):
            with self.lock:
                self.jobs[job_id]["progress"] += 10

    async def forget(self, job_id):
        with self.lock:
            self.jobs.pop(job_id, None)
