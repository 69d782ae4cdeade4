"""Statistics of one loop. The plain methods are called by its coroutines only."""

import asyncio


class Stats:
    def __init__(self):
        self.requests = 0
        self.slowest = 0.0

    def note(self, seconds):
        self.requests += 1
        if seconds > self.slowest:
            self.slowest = seconds


class Server:
    def __init__(self):
        self.stats = Stats()

    async def handle(self, reader, writer):
        loop = asyncio.get_running_loop()
        before = loop.time()
        line = await reader.readline()
        writer.write(line)
        await writer.drain()
        self.stats.note(loop.time() - before)


async def main():
    server = Server()
    async with await asyncio.start_server(server.handle, "127.0.0.1", 8888) as listening:
        await listening.serve_forever()
