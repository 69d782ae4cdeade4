"""Programs of tasks and threads whose outcome does not depend on the schedule: whatever they share, they add to.

Nothing has a timeout: a step may take long on a busy machine, so a deadline makes the outcome depend on the schedule.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

__all__ = ["TASK_STEPS", "THREAD_STEPS", "program_of"]


class Shared:
    """What all take part in."""

    def __init__(self) -> None:
        self.total = 0
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.started = threading.Event()
        self.places = threading.BoundedSemaphore(2)
        self.items: queue.Queue[int] = queue.Queue()
        self.pool = ThreadPoolExecutor(2)
        self.task_lock: asyncio.Lock
        self.loop: asyncio.AbstractEventLoop

    def add(self, amount: int) -> int:
        with self.changed:
            self.total += amount
            self.changed.notify_all()
        return amount

    async def add_in_turn(self, amount: int) -> int:
        async with self.task_lock:
            await asyncio.sleep(0)
            return self.add(amount)


def locked(shared: Shared) -> object:
    return shared.add(1)


def limited(shared: Shared) -> object:
    with shared.places:
        return shared.add(2)


def waited(shared: Shared) -> object:
    shared.add(3)
    with shared.changed:
        return shared.changed.wait_for(lambda: shared.total >= 3)


def announced(shared: Shared) -> object:
    shared.started.set()
    return shared.started.wait()


def queued(shared: Shared) -> object:
    shared.items.put(1)
    shared.items.get()
    shared.items.task_done()
    return shared.add(4)


def pooled(shared: Shared) -> object:
    return sum(shared.pool.map(shared.add, (5, 6)))


def in_a_thread(shared: Shared) -> object:
    seen: list[int] = []
    thread = threading.Thread(target=lambda: seen.append(shared.add(7)))
    thread.start()
    thread.join()
    return seen, thread.is_alive()


def through_the_loop(shared: Shared) -> object:
    return asyncio.run_coroutine_threadsafe(shared.add_in_turn(8), shared.loop).result()


def asked_of_the_loop(shared: Shared) -> object:
    done = threading.Event()
    shared.loop.call_soon_threadsafe(lambda: (shared.add(9), done.set()))
    return done.wait()


async def in_turn(shared: Shared) -> object:
    return await shared.add_in_turn(10)


async def gathered(shared: Shared) -> object:
    return await asyncio.gather(*[shared.add_in_turn(amount) for amount in (1, 2)])


async def grouped(shared: Shared) -> object:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(shared.add_in_turn(amount)) for amount in (3, 4)]
    return [task.result() for task in tasks]


async def to_thread(shared: Shared) -> object:
    return await asyncio.to_thread(shared.add, 11)


async def in_executor(shared: Shared) -> object:
    return await asyncio.get_running_loop().run_in_executor(shared.pool, shared.add, 12)


async def without_a_limit(shared: Shared) -> object:
    async with asyncio.timeout(None):
        return await shared.add_in_turn(13)


async def cancelled(shared: Shared) -> object:
    task = asyncio.create_task(asyncio.Event().wait())
    await asyncio.sleep(0)
    task.cancel()
    results = await asyncio.gather(task, return_exceptions=True)
    return [type(result).__name__ for result in results]


async def failed(shared: Shared) -> object:
    async def fail() -> None:
        raise ValueError(shared.add(14))

    seen = []
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail())
    except* ValueError as caught:
        seen += [str(each) for each in caught.exceptions]
    return seen


async def handed_over(shared: Shared) -> object:
    channel: asyncio.Queue[int] = asyncio.Queue(1)

    async def produce() -> None:
        for number in range(3):
            await channel.put(number)

    producer = asyncio.create_task(produce())
    seen = [await channel.get() for _ in range(3)]
    await producer
    return seen


THREAD_STEPS: list[Callable[[Shared], object]] = [
    locked, limited, waited, announced, queued, pooled, in_a_thread, through_the_loop, asked_of_the_loop,
]  # fmt: skip
TASK_STEPS: list[Any] = [
    in_turn, gathered, grouped, to_thread, in_executor, without_a_limit, cancelled, failed, handed_over,
]  # fmt: skip


def program_of(
    threads: list[list[Callable[[Shared], object]]], tasks: list[list[Any]]
) -> Callable[[], tuple[int, list[Any]]]:
    """Threads and tasks that do these steps; returns the total, and what each step returned."""

    def program() -> tuple[int, list[Any]]:
        shared = Shared()
        results: dict[str, list[object]] = {}

        def work(name: str, steps: list[Callable[[Shared], object]]) -> None:
            results[name] = [step(shared) for step in steps]

        async def task(name: str, steps: list[Any]) -> None:
            results[name] = [await step(shared) for step in steps]

        async def main() -> None:
            shared.task_lock = asyncio.Lock()
            shared.loop = asyncio.get_running_loop()
            workers = [
                threading.Thread(target=work, args=(f"thread {number}", steps)) for number, steps in enumerate(threads)
            ]
            for worker in workers:
                worker.start()
            await asyncio.gather(*[task(f"task {number}", steps) for number, steps in enumerate(tasks)])
            for worker in workers:
                await asyncio.to_thread(worker.join)
            shared.pool.shutdown()

        asyncio.run(main())
        return shared.total, sorted(results.items())

    return program
