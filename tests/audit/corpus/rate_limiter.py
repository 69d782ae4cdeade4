"""Lets so many calls through in each window; waits inside its lock."""

import asyncio
import time


class RateLimiter:
    def __init__(self, limit):
        self.limit = limit
        self.used = 0
        self.window = time.monotonic()
        self.lock = asyncio.Lock()

    async def acquire(self):
        async with self.lock:
            if self.used >= self.limit:
                await asyncio.sleep(1)  # finding: slow-in-lock
                self.used = 0
                self.window = time.monotonic()
            self.used += 1

    async def left(self):
        async with self.lock:
            return self.limit - self.used
