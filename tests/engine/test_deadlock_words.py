"""A deadlock is told in the calls that the user wrote, with what each of them waits for."""

from __future__ import annotations

import asyncio
import queue
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed

import pytest

import harness


async def nothing() -> None: ...


async def result_on_its_own_loop() -> None:
    asyncio.run_coroutine_threadsafe(nothing(), asyncio.get_running_loop()).result()


def nested_submit() -> None:
    with ThreadPoolExecutor(1, thread_name_prefix="album") as pool:
        pool.submit(lambda: pool.submit(int).result()).result()


def queue_join() -> None:
    jobs: queue.Queue[str] = queue.Queue()
    jobs.put("job")
    jobs.join()


def queue_put() -> None:
    jobs: queue.Queue[str] = queue.Queue(1)
    jobs.put("job")
    jobs.put("another")


def queue_get() -> None:
    jobs: queue.Queue[str] = queue.Queue()
    thread = threading.Thread(target=jobs.get, name="worker")
    thread.start()
    thread.join()


def cancelled_by_shutdown() -> None:
    pool = ThreadPoolExecutor(1)
    gate = threading.Event()
    futures = [pool.submit(gate.wait), pool.submit(bool)]
    pool.shutdown(wait=False, cancel_futures=True)
    gate.set()
    for future in as_completed(futures):
        future.cancelled()


def lock_in_a_with() -> None:
    lock = threading.Lock()
    with lock, lock:
        pass


WORDS = [
    (result_on_its_own_loop, "main waits in asyncio.run_coroutine_threadsafe(nothing(), ", ": its call has not begun"),
    (nested_submit, "album_0 waits in pool.submit(int).result() at ", ": its call has not begun"),
    (
        nested_submit,
        "main waits in pool.submit(lambda: pool.submit(int).result()).result() ",
        ": its call has not ended",
    ),
    (queue_join, "main waits in jobs.join() at ", ": 1 item has had no task_done()"),
    (queue_put, 'main waits in jobs.put("another") at ', ": the queue is full, with 1 in it"),
    (queue_get, "worker waits in Queue.get() at ", ": the queue is empty"),
    (queue_get, "main waits for the end of worker at ", ""),
    (cancelled_by_shutdown, "main waits in as_completed(futures) at ", ": 1 of its futures was cancelled"),
    (lock_in_a_with, "main waits for a Lock at ", "; main holds it"),
]


@pytest.mark.parametrize(("program", "waits", "reason"), WORDS)
def test_the_call_and_what_it_waits_for_are_named(program: object, waits: str, reason: str) -> None:
    failure = harness.explore(program, time_limit=20).failure  # type: ignore[arg-type]
    assert failure is not None
    assert failure.kind == "deadlock"
    (line,) = [line for line in failure.message.splitlines() if waits in line]
    assert line.endswith(reason)
