"""Updates jobs; two of the callers were not changed when update became async."""

import asyncio


class Jobs:
    def __init__(self):
        self.jobs = {}
        self.lock = asyncio.Lock()

    async def update(self, job_id, **fields):
        async with self.lock:
            self.jobs.setdefault(job_id, {}).update(fields)

    async def is_done(self, job_id):
        async with self.lock:
            return self.jobs[job_id]["status"] == "done"

    async def process(self, job_id):
        self.update(job_id, status="processing")  # finding: missing-await
        await asyncio.sleep(1)
        if self.is_done(job_id):  # finding: missing-await
            return
        asyncio.sleep(0.1)  # finding: missing-await
        task = asyncio.create_task(self.update(job_id, progress=50))
        await task
        await self.update(job_id, status="done")

    def later(self, job_id):
        return self.update(job_id, status="later")
