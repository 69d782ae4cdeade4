import asyncio
import threading

import harness


class Jobs:
    def __init__(self):
        self.progress = 0
        self.lock = asyncio.Lock()

    async def advance(self):
        async with self.lock:  # keeps the tasks apart ...
            self.progress = min(100, self.progress + 50)

    def report(self):  # ... and does nothing for this thread
        self.progress = min(100, self.progress + 50)


async def service():
    jobs = Jobs()
    worker = threading.Thread(target=jobs.report, name="worker")
    worker.start()
    await jobs.advance()
    await asyncio.to_thread(worker.join)
    assert jobs.progress == 100, f"both have ended, and the progress is {jobs.progress}"


def test_service():
    harness.explore(service).raise_if_failed()
