"""Devices report from MQTT threads, the web side reads; a lock made in the wrong world."""

import asyncio
import threading


class DeviceRegistry:
    def __init__(self, broker):
        self.devices = {}
        self.guard = asyncio.Lock()  # finding: wrong-lock
        self.broker = broker
        self.messages = 0

    def listen(self):
        for topic in self.broker.topics:
            threading.Thread(target=self._listen, args=(topic,), daemon=True).start()

    def _listen(self, topic):
        for device, value in self.broker.read(topic):
            self.messages += 1  # finding: read-modify-write
            if device not in self.devices:
                self.devices[device] = {"value": None, "count": 0}  # finding: check-then-act
            self.devices[device]["value"] = value
            self.devices[device]["count"] += 1  # finding: read-modify-write

    async def forget(self, device):
        async with self.guard:
            if device in self.devices:
                del self.devices[device]

    async def overview(self):
        async with self.guard:
            return [(name, entry["value"]) for name, entry in self.devices.items()]
