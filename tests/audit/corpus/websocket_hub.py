"""A hub that lives in the loop; its plain methods must be called there."""

import asyncio


class Hub:
    def __init__(self):
        self.clients = {}
        self.dropped = 0
        self.tasks = set()

    def connect(self, name, queue):
        self.clients[name] = queue

    def publish(self, message):
        for queue in self.clients.values():
            try:
                queue.put_nowait(message)
            except asyncio.QueueFull:
                self.dropped += 1
        task = asyncio.get_running_loop().create_task(self.archive(message))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def archive(self, message):
        await asyncio.sleep(0.1)
        print(message, self.dropped)
