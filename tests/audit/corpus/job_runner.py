"""Runs jobs and remembers results; holds the lock while the work is done."""

import asyncio


class JobRunner:
    def __init__(self, http):
        self.http = http
        self.results = {}
        self.running = 0
        self.lock = asyncio.Lock()

    async def run(self, job_id, url):
        async with self.lock:
            self.running += 1
            response = await self.http.get(url)  # finding: slow-in-lock
            self.results[job_id] = response.text
            self.running -= 1

    async def status(self, job_id):
        async with self.lock:
            return self.results.get(job_id), self.running

    async def run_well(self, job_id, url):
        response = await self.http.get(url)
        async with self.lock:
            self.results[job_id] = response.text
