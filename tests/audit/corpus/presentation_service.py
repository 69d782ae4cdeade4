"""Makes presentations: a main task, a heartbeat and a converter thread, all on one dict."""

import asyncio
import threading
from datetime import datetime


class PresentationService:
    def __init__(self):
        self.jobs = {}

    async def start(self, job_id):
        self.jobs[job_id] = {"status": "processing", "progress": 0, "beat": None}
        asyncio.create_task(self._heartbeat(job_id))
        threading.Thread(target=self._convert, args=(job_id,), daemon=True).start()

    async def _heartbeat(self, job_id):
        while True:
            if job_id not in self.jobs:
                break
            self.jobs[job_id]["beat"] = datetime.now()  # finding: check-then-act
            await asyncio.sleep(5)

    def _convert(self, job_id):
        for _ in range(10):
            self.jobs[job_id]["progress"] += 10  # finding: read-modify-write
        self.jobs.pop(job_id, None)

    async def rewind(self, job_id):
        self.jobs[job_id]["progress"] = 0

    async def forget(self, job_id):
        if job_id in self.jobs:
            del self.jobs[job_id]  # finding: check-then-act
