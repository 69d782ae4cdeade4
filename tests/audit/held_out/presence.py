"""Who is online. A heartbeat coroutine and a janitor task of the same loop, with a lock they share."""

import asyncio
from datetime import datetime, timedelta


class Presence:
    def __init__(self, publish):
        self.publish = publish
        self.last_seen = {}
        self.lock = asyncio.Lock()

    async def heartbeat(self, user):
        async with self.lock:
            new = user not in self.last_seen
            self.last_seen[user] = datetime.now()
        if new:
            self.publish_online(user)  # finding: missing-await

    async def publish_online(self, user):
        await self.publish({"user": user, "online": True})

    async def janitor(self):
        while True:
            await asyncio.sleep(30)
            async with self.lock:
                for user, seen in list(self.last_seen.items()):
                    if datetime.now() - seen > timedelta(minutes=2):
                        await self.publish({"user": user, "online": False})  # finding: slow-in-lock
                        del self.last_seen[user]

    async def online(self):
        return sorted(self.last_seen)
