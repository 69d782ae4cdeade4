"""Sends mail through a queue of its own; all state belongs to the one consumer task."""

import asyncio
from contextlib import suppress


class Mailer:
    def __init__(self, transport, limit=50):
        self.transport = transport
        self.outbox: asyncio.Queue[str] = asyncio.Queue(maxsize=limit)
        self.sent = 0
        self._consumer: asyncio.Task | None = None

    async def __aenter__(self):
        self._consumer = asyncio.create_task(self._consume())
        return self

    async def __aexit__(self, *exc):
        await self.outbox.join()
        self._consumer.cancel()
        with suppress(asyncio.CancelledError):
            await self._consumer

    async def post(self, message):
        await self.outbox.put(message)

    async def _consume(self):
        while True:
            message = await self.outbox.get()
            before = self.sent
            await self.transport.send(message)
            self.sent = before + 1
            self.outbox.task_done()
