"""Classic bugs of an event loop and threads together."""

from __future__ import annotations

import asyncio
import queue
import threading
from types import SimpleNamespace

__all__ = ["PROGRAMS"]


async def asyncio_lock_against_a_thread() -> None:
    """Wrong lock: the tasks take turns, the thread does not know of it."""
    job = SimpleNamespace(progress=0)
    lock = asyncio.Lock()

    async def task() -> None:
        async with lock:
            job.progress = job.progress + 20

    def worker() -> None:
        job.progress = job.progress + 10

    thread = threading.Thread(target=worker)
    thread.start()
    await asyncio.gather(task(), task())
    thread.join()
    assert job.progress == 50, job.progress


async def lock_order_of_loop_and_thread() -> None:
    """ABBA deadlock between a task, which blocks its whole loop, and a thread."""
    jobs, log = threading.Lock(), threading.Lock()

    async def task() -> None:
        with jobs:
            with log:
                pass

    def worker() -> None:
        with log:
            with jobs:
                pass

    thread = threading.Thread(target=worker)
    thread.start()
    await task()
    thread.join()


def report_to_a_closed_loop() -> None:
    """Order violation: the worker reports to a loop that may have been closed."""
    reports: list[str] = []
    failed = []

    async def main() -> asyncio.AbstractEventLoop:
        thread.start()
        await asyncio.sleep(0.01)
        return loop_of[0]

    def worker() -> None:
        try:
            loop_of[0].call_soon_threadsafe(reports.append, "done")
        except RuntimeError as error:
            failed.append(str(error))

    loop_of: list[asyncio.AbstractEventLoop] = []
    thread = threading.Thread(target=worker)

    async def remember_and_run() -> None:
        loop_of.append(asyncio.get_running_loop())
        await main()

    asyncio.run(remember_and_run())
    thread.join()
    assert not failed, failed


async def empty_then_get() -> None:
    """Check, then act: between ``empty`` and ``get_nowait`` the thread takes the last item."""
    items: queue.Queue[int] = queue.Queue()
    items.put(1)
    failed = []

    def take() -> None:
        if not items.empty():
            try:
                items.get_nowait()
            except queue.Empty:
                failed.append("it was there a moment ago")

    async def task() -> None:
        take()

    thread = threading.Thread(target=take)
    thread.start()
    await task()
    thread.join()
    assert not failed, failed


async def half_an_update() -> None:
    """A task reads two fields of a job that a thread sets one after the other."""
    job = SimpleNamespace(status="running", result=None)
    seen = []

    def worker() -> None:
        job.status = "completed"
        job.result = 42

    async def frontend() -> None:
        for _ in range(2):
            seen.append((job.status, job.result))
            await asyncio.sleep(0)

    thread = threading.Thread(target=worker)
    thread.start()
    await frontend()
    thread.join()
    assert ("completed", None) not in seen, seen


PROGRAMS = {
    asyncio_lock_against_a_thread: "assertion",
    lock_order_of_loop_and_thread: "deadlock",
    report_to_a_closed_loop: "assertion",
    empty_then_get: "assertion",
    half_an_update: "assertion",
}
