"""A thread reads a sensor and keeps the statistics itself, which the loop resets."""

import asyncio
import threading


class SensorBridge:
    def __init__(self, device):
        self.device = device
        self.count = 0
        self.total = 0.0
        self.stopping = False

    async def run(self):
        thread = threading.Thread(target=self._read, daemon=True)
        thread.start()
        while not self.stopping:
            await asyncio.sleep(1)
            if self.count:
                print(self.total / self.count)
                self.count = 0  # finding: check-then-act
                self.total = 0.0

    def _read(self):
        while not self.stopping:
            value = self.device.read()
            self.count += 1  # finding: read-modify-write
            self.total += value  # finding: read-modify-write

    def stop(self):
        self.stopping = True
