"""Tasks of one loop; the queue is asyncio's, and the pending set changes only between awaits."""

import asyncio


class RetryQueue:
    def __init__(self, send):
        self.send = send
        self.queue = asyncio.Queue()
        self.in_flight = set()
        self.attempts = {}

    async def submit(self, key, payload):
        if key in self.in_flight:
            return False
        self.in_flight.add(key)
        await self.queue.put((key, payload))
        return True

    async def worker(self):
        while True:
            key, payload = await self.queue.get()
            try:
                await self.send(payload)
            except OSError:
                self.attempts[key] = self.attempts.get(key, 0) + 1
                if self.attempts[key] < 3:
                    self.queue.put((key, payload))  # finding: missing-await
                    continue
            self.in_flight.discard(key)
