"""User profiles with a cache in front; after a change the cached copy has to go, and other services hear of it."""

from __future__ import annotations

import asyncio
import functools
from typing import Any


def logged(function):
    @functools.wraps(function)
    async def wrapper(*args, **kwargs):
        try:
            return await function(*args, **kwargs)
        except Exception as error:
            print(f"{function.__name__} failed: {error}")
            raise

    return wrapper


class ProfileCache:
    def __init__(self, redis: Any) -> None:
        self._redis = redis

    async def load(self, user: str) -> bytes | None:
        return await self._redis.get(f"profile:{user}")

    async def invalidate(self, user: str) -> None:
        await self._redis.delete(f"profile:{user}")
        await self._redis.publish("profiles", user)


class ProfileService:
    def __init__(self, db: Any, cache: ProfileCache) -> None:
        self.db = db
        self.cache = cache
        self._background: set[asyncio.Task] = set()

    @logged
    async def rename(self, user: str, name: str) -> None:
        await self.db.execute("update profiles set name = ? where id = ?", name, user)
        self.cache.invalidate(user)  # finding: missing-await

    @logged
    async def delete(self, user: str) -> None:
        await self.db.execute("delete from profiles where id = ?", user)
        await self.cache.invalidate(user)

    def touch(self, user: str) -> None:
        task = asyncio.create_task(self.cache.invalidate(user))
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def drain(self) -> None:
        await asyncio.gather(*self._background)

    async def refresh_all(self, users: list[str]) -> None:
        await asyncio.gather(*(self.cache.invalidate(user) for user in users))
