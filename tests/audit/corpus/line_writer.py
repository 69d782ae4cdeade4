"""Writes frames to one connection; the lock is there so that two frames are never mixed."""

import asyncio


class FrameWriter:
    def __init__(self, writer: asyncio.StreamWriter):
        self._writer = writer
        self._write_lock = asyncio.Lock()
        self._closed = False

    async def send(self, payload: bytes):
        async with self._write_lock:
            self._writer.write(len(payload).to_bytes(4, "big"))
            self._writer.write(payload)
            await self._writer.drain()

    async def close(self):
        if self._closed:
            return
        self._closed = True
        self._writer.close()
        await self._writer.wait_closed()
