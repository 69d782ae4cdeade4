"""The bridge again: the thread asks the loop, and the loop waits for the thread in another one."""

import asyncio
import threading


class Bridge:
    def __init__(self, client):
        self.client = client
        self.loop = asyncio.get_running_loop()
        self.incoming = asyncio.Queue(100)
        self.connected = asyncio.Event()
        self.thread = threading.Thread(target=self._receive, daemon=True)

    def start(self):
        self.thread.start()

    def _receive(self):
        self.client.connect()
        self.loop.call_soon_threadsafe(self.connected.set)
        for message in self.client:
            asyncio.run_coroutine_threadsafe(self.incoming.put(message), self.loop).result()

    async def messages(self):
        await self.connected.wait()
        while True:
            yield await self.incoming.get()

    async def close(self):
        self.client.close()
        await asyncio.to_thread(self.thread.join)
