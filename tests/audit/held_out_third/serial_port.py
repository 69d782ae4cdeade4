"""A thread reads the port; everything it reads is handed to the loop, which alone touches the state."""

import asyncio
import threading
from dataclasses import dataclass


@dataclass
class Reading:
    sensor: str
    value: float


class PortMonitor:
    def __init__(self, port, loop: asyncio.AbstractEventLoop) -> None:
        self._port = port
        self._loop = loop
        self._latest: dict[str, Reading] = {}
        self._count = 0
        self._waiters: list[asyncio.Future] = []
        self._thread = threading.Thread(target=self._read_forever, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def _read_forever(self) -> None:
        for line in self._port:
            sensor, _, value = line.partition("=")
            self._loop.call_soon_threadsafe(self._take, Reading(sensor, float(value)))

    def _take(self, reading: Reading) -> None:
        self._latest[reading.sensor] = reading
        self._count += 1
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(reading)

    async def next_reading(self) -> Reading:
        waiter = self._loop.create_future()
        self._waiters.append(waiter)
        return await waiter

    async def latest(self, sensor: str) -> Reading | None:
        return self._latest.get(sensor)

    async def reset(self) -> int:
        count, self._count = self._count, 0
        self._latest.clear()
        return count
