"""AMQP channels, one for each exchange; the base class keeps them, the subclass knows how to open one."""

import asyncio
from abc import ABC, abstractmethod
from typing import Any


class Keyed(ABC):
    def __init__(self) -> None:
        self._open: dict[str, Any] = {}

    @abstractmethod
    async def _make(self, key: str) -> Any: ...

    async def get(self, key: str) -> Any:
        if key not in self._open:
            made = await self._make(key)
            self._open[key] = made  # finding: check-then-act
        return self._open[key]

    async def close_all(self) -> None:
        opened, self._open = self._open, {}
        for each in opened.values():
            await each.close()


class ChannelCache(Keyed):
    def __init__(self, connection: Any, prefetch: int = 16) -> None:
        super().__init__()
        self._connection = connection
        self._prefetch = prefetch

    async def _make(self, key: str) -> Any:
        channel = await self._connection.channel()
        await channel.set_qos(prefetch_count=self._prefetch)
        return await channel.get_exchange(key)

    async def publish(self, exchange: str, routing_key: str, body: bytes) -> None:
        target = await self.get(exchange)
        await target.publish(body, routing_key=routing_key)


async def relay(cache: ChannelCache, messages: asyncio.Queue) -> None:
    async with asyncio.TaskGroup() as group:
        while True:
            exchange, key, body = await messages.get()
            group.create_task(cache.publish(exchange, key, body))
