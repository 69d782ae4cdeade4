"""Used in one loop only. Nothing in this file says so except this line."""

import asyncio


class Budget:
    def __init__(self, limit):
        self.limit = limit
        self.spent = 0

    def spend(self, amount):
        self.spent += amount

    async def wait(self):
        while self.spent >= self.limit:
            await asyncio.sleep(1)
