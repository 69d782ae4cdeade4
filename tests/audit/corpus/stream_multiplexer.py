"""Hands out stream numbers; one helper waits between asking and taking."""

import asyncio


class Multiplexer:
    next_stream = 1

    def __init__(self, limit=100):
        self.limit = limit
        self.streams = {}

    async def _wait_for_room(self):
        while len(self.streams) >= self.limit:
            await asyncio.sleep(0.01)

    async def open(self):
        number = Multiplexer.next_stream
        await self._wait_for_room()
        Multiplexer.next_stream = number + 2  # finding: read-modify-write
        self.streams[number] = []
        return number

    async def close(self, number):
        if number in self.streams:
            await self._flush(number)  # finding: check-then-act
            del self.streams[number]  # finding: check-then-act

    async def _flush(self, number):
        await asyncio.sleep(0)
        self.streams[number].clear()  # finding: stale-value
