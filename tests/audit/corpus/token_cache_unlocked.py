"""Fetches a token when there is none."""

import time


class TokenCache:
    def __init__(self, client):
        self._client = client
        self._token = None
        self._fetched = 0

    async def get(self):
        if self._token is None:
            self._token = await self._client.fetch_token()  # finding: check-then-act
            self._fetched = time.monotonic()
        return self._token

    async def invalidate(self):
        self._token = None
