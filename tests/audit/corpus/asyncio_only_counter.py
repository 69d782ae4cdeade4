"""Counts in one event loop: no await between read and write, so nothing can come between."""

import asyncio


class Counter:
    def __init__(self):
        self.hits = 0
        self.seen = {}

    async def hit(self, path):
        self.hits += 1
        if path not in self.seen:
            self.seen[path] = 0
        self.seen[path] += 1
        await asyncio.sleep(0.01)

    async def reset(self):
        await asyncio.sleep(0)
        if self.hits > 1000:
            self.hits = 0
            self.seen.clear()


async def main():
    counter = Counter()
    await asyncio.gather(*(counter.hit("/") for _ in range(100)))
    await counter.reset()


asyncio.run(main())
