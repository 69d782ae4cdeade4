"""Downloads in a pool and adds up what came."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.request import urlopen


@dataclass
class Totals:
    files: int = 0
    size: int = 0
    errors: list[str] = field(default_factory=list)


class Downloader:
    def __init__(self):
        self.totals = Totals()
        self.pool = ThreadPoolExecutor(4)

    def _fetch(self, url):
        try:
            data = urlopen(url).read()
        except OSError as exc:
            self.totals.errors.append(str(exc))
            return
        self.totals.files += 1  # finding: read-modify-write
        self.totals.size += len(data)  # finding: read-modify-write

    async def run(self, urls):
        loop = asyncio.get_running_loop()
        await asyncio.gather(*(loop.run_in_executor(self.pool, self._fetch, url) for url in urls))
        return self.totals
