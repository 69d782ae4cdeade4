"""The worker thread asks the loop to take the lock."""

import asyncio
import threading


class Store:
    def __init__(self):
        self.lock = asyncio.Lock()
        self.progress = {}

    async def advance(self, job_id, by):
        async with self.lock:
            self.progress[job_id] = self.progress.get(job_id, 0) + by

    def _work(self, job_id, loop):
        for _ in range(10):
            asyncio.run_coroutine_threadsafe(self.advance(job_id, 1), loop).result()

    async def main(self):
        loop = asyncio.get_running_loop()
        thread = threading.Thread(target=self._work, args=("a", loop))
        thread.start()
        for _ in range(10):
            await self.advance("a", 1)
            await asyncio.sleep(0.1)
