"""Alerts: silenced, raised and escalated by coroutines that take one lock through a context manager."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator


class AlertManager:
    def __init__(self, pager, *, cooldown: float = 300.0) -> None:
        self._pager = pager
        self._cooldown = cooldown
        self._lock = asyncio.Lock()
        self._last_sent: dict[str, float] = {}
        self._silenced: set[str] = set()

    @contextlib.asynccontextmanager
    async def _exclusive(self) -> AsyncIterator[None]:
        async with self._lock:
            yield

    async def silence(self, alert: str) -> None:
        async with self._exclusive():
            self._silenced.add(alert)

    async def unsilence(self, alert: str) -> None:
        async with self._exclusive():
            self._silenced.discard(alert)

    async def raise_alert(self, alert: str, text: str) -> bool:
        async with self._exclusive():
            if alert in self._silenced:
                return False
            if time.monotonic() - self._last_sent.get(alert, 0.0) < self._cooldown:
                return False
            self._last_sent[alert] = time.monotonic()
        await self._pager.page(alert, text)
        return True

    async def escalate(self, alert: str) -> None:
        async with self._exclusive():
            self._silenced.discard(alert)
            self._last_sent[alert] = time.monotonic()
            await self._pager.page_manager(alert)  # finding: slow-in-lock
