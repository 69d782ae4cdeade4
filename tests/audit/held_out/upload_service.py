"""Uploads in chunks under an asyncio lock, one lock for each file."""

import asyncio


class UploadService:
    def __init__(self, bucket):
        self.bucket = bucket
        self.uploads = {}
        self.locks = {}
        self.bytes_total = 0

    def _lock(self, name):
        return self.locks.setdefault(name, asyncio.Lock())

    async def begin(self, name, size):
        async with self._lock(name):
            self.uploads[name] = {"size": size, "sent": 0}

    async def chunk(self, name, data):
        async with self._lock(name):
            upload = self.uploads[name]
            offset = upload["sent"]
            await self.bucket.put(name, offset, data)  # finding: slow-in-lock
            upload["sent"] = offset + len(data)
        total = self.bytes_total
        await self._report(name)
        self.bytes_total = total + len(data)  # finding: read-modify-write

    async def _report(self, name):
        await asyncio.sleep(0)
        print(name, self.uploads[name]["sent"])

    async def finish(self, name):
        async with self._lock(name):
            upload = self.uploads.pop(name)
        if upload["sent"] != upload["size"]:
            self.abort(name)  # finding: missing-await

    async def abort(self, name):
        await self.bucket.delete(name)
