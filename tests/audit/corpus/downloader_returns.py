"""Downloads in a pool; the threads only return, and the loop adds up."""

import asyncio
from dataclasses import dataclass
from urllib.request import urlopen


@dataclass
class Totals:
    files: int = 0
    size: int = 0


class Downloader:
    def __init__(self):
        self.totals = Totals()

    @staticmethod
    def _fetch(url):
        return len(urlopen(url).read())

    async def fetch(self, url):
        size = await asyncio.to_thread(self._fetch, url)
        self.totals.files += 1
        self.totals.size += size

    async def run(self, urls):
        async with asyncio.TaskGroup() as group:
            for url in urls:
                group.create_task(self.fetch(url))
        return self.totals
