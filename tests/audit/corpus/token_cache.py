"""Fetches a token once for everybody; those who come meanwhile wait for it."""

import asyncio
import time


class TokenCache:
    def __init__(self, client):
        self._client = client
        self._token = None
        self._expires = 0.0
        self._lock = asyncio.Lock()

    async def get(self):
        if self._token is not None and time.monotonic() < self._expires:
            return self._token
        async with self._lock:
            if self._token is None or time.monotonic() >= self._expires:
                self._token = await self._client.fetch_token()
                self._expires = time.monotonic() + 3600
            return self._token
