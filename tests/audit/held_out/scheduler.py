"""Runs periodic callbacks in one loop; add and remove are safe because nothing waits in between."""

import asyncio
import heapq
import time


class Scheduler:
    def __init__(self):
        self._heap = []
        self._cancelled = set()
        self._sequence = 0
        self._wake = asyncio.Event()

    async def add(self, delay, callback):
        self._sequence += 1
        number = self._sequence
        heapq.heappush(self._heap, (time.monotonic() + delay, number, callback))
        self._wake.set()
        return number

    async def cancel(self, number):
        if number not in self._cancelled:
            self._cancelled.add(number)

    async def run(self):
        while True:
            while not self._heap:
                self._wake.clear()
                await self._wake.wait()
            when, number, callback = self._heap[0]
            pause = when - time.monotonic()
            if pause > 0:
                await asyncio.sleep(pause)
                continue
            heapq.heappop(self._heap)
            if number in self._cancelled:
                self._cancelled.discard(number)
                continue
            await callback()
