"""Background workers on one loop: the base class runs the queue, the subclasses do the work; counts need no lock."""

import asyncio
import logging

logger = logging.getLogger(__name__)


class Worker:
    def __init__(self, queue: asyncio.Queue, concurrency: int = 4) -> None:
        self.queue = queue
        self.concurrency = concurrency
        self.done = 0
        self.errors: list[str] = []
        self._tasks: list[asyncio.Task] = []

    async def __aenter__(self) -> "Worker":
        self._tasks = [asyncio.create_task(self._loop(), name=f"worker-{n}") for n in range(self.concurrency)]
        return self

    async def __aexit__(self, *exc_info) -> None:
        await self.queue.join()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _loop(self) -> None:
        while True:
            item = await self.queue.get()
            try:
                await self.handle(item)
            except ValueError as error:
                self.errors.append(str(error))
            else:
                self.done += 1
            finally:
                self.queue.task_done()

    async def handle(self, item) -> None:
        raise NotImplementedError


class ImportWorker(Worker):
    def __init__(self, queue: asyncio.Queue, db) -> None:
        super().__init__(queue, concurrency=8)
        self.db = db
        self.rows = 0

    async def handle(self, item) -> None:
        rows = await asyncio.to_thread(self._parse, item)
        await self.db.insert_many(rows)
        self.rows += len(rows)

    @staticmethod
    def _parse(item) -> list[tuple[str, ...]]:
        return [tuple(line.split(",")) for line in item.splitlines()]


async def import_files(names, db) -> int:
    queue: asyncio.Queue = asyncio.Queue()
    for name in names:
        queue.put_nowait(name)
    async with ImportWorker(queue, db) as worker:
        pass
    logger.info("%d rows, %d errors", worker.rows, len(worker.errors))
    return worker.rows
