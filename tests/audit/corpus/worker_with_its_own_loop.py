"""The worker thread takes the tasks' lock, in a loop of its own."""

import asyncio
import threading


class Store:
    def __init__(self):
        self.lock = asyncio.Lock()  # finding: wrong-lock
        self.progress = {}

    async def advance(self, job_id, by):
        async with self.lock:
            self.progress[job_id] = self.progress.get(job_id, 0) + by

    def _work(self, job_id):
        for _ in range(10):
            asyncio.run(self.advance(job_id, 1))

    async def main(self):
        thread = threading.Thread(target=self._work, args=("a",))
        thread.start()
        for _ in range(10):
            await self.advance("a", 1)
            await asyncio.sleep(0.1)
