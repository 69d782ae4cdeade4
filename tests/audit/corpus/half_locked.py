"""An asyncio.Lock for the tasks, and a thread that goes on without it."""

import asyncio
import threading


class Tracker:
    def __init__(self):
        self._lock = asyncio.Lock()  # finding: wrong-lock
        self._open = 0

    async def opened(self):
        async with self._lock:
            self._open += 1

    async def watch(self):
        threading.Thread(target=self._reap).start()
        while True:
            await asyncio.sleep(1)
            async with self._lock:
                print(self._open)

    def _reap(self):
        self._open -= 1  # finding: read-modify-write
