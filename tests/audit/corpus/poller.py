"""One background task owns its state; others only read it."""

import asyncio


class Poller:
    def __init__(self, source):
        self._source = source
        self._offset = 0
        self._task = None

    async def start(self):
        self._task = asyncio.create_task(self._run())

    async def _run(self):
        while True:
            batch = await self._source.read(self._offset)
            self._offset = self._offset + len(batch)
            await self._commit()

    async def _commit(self):
        offset = self._offset
        await self._source.commit(offset)
        self._offset = offset + 1

    @property
    def offset(self):
        return self._offset
