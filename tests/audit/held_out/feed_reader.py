"""Polls feeds from tasks; the set of seen entries lives at the top of the module."""

import asyncio

import aiohttp

seen: set[str] = set()
failures: dict[str, int] = {}


async def poll(session: aiohttp.ClientSession, url: str, notify):
    while True:
        try:
            async with session.get(url) as response:
                entries = await response.json()
            failures[url] = 0
        except aiohttp.ClientError:
            failures[url] = failures.get(url, 0) + 1
            entries = []
        for entry in entries:
            if entry["id"] not in seen:
                await notify(entry)
                seen.add(entry["id"])  # finding: check-then-act
        await asyncio.sleep(60)


async def main(urls, notify):
    async with aiohttp.ClientSession() as session:
        async with asyncio.TaskGroup() as group:
            for url in urls:
                group.create_task(poll(session, url, notify))
