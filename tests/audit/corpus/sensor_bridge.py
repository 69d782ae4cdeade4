"""A thread reads a sensor and hands each value to the loop, which alone keeps the statistics."""

import asyncio
import threading


class SensorBridge:
    def __init__(self, device):
        self.device = device
        self.count = 0
        self.total = 0.0
        self.latest = {}

    async def run(self):
        self.loop = asyncio.get_running_loop()
        thread = threading.Thread(target=self._read, daemon=True)
        thread.start()
        while True:
            await asyncio.sleep(1)
            if self.count:
                print(self.total / self.count, self.latest)

    def _read(self):
        while True:
            name, value = self.device.read()
            self.loop.call_soon_threadsafe(self._on_value, name, value)

    def _on_value(self, name, value):
        self.count += 1
        self.total += value
        if value > self.latest.get(name, 0):
            self.latest[name] = value
