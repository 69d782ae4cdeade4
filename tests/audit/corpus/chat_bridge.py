"""A bridge between a blocking client library, in a thread, and subscribers on the loop."""

import asyncio
import threading
import time


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
        self.connected.set()  # finding: foreign-thread
        for message in self.client:
            self.incoming.put_nowait(message)  # finding: foreign-thread

    async def messages(self):
        await self.connected.wait()
        while True:
            yield await self.incoming.get()

    async def close(self):
        self.client.close()
        time.sleep(0.1)  # finding: blocked-loop
        self.thread.join()  # finding: blocked-loop
