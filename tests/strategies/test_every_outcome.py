"""What the exhaustive search finds of programs that wait with a limit, ask without a lock, or fail at what they try.

Each is the smallest program that has an outcome which is easily overlooked: the search must find all that executing
every schedule finds.
"""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from harness.strategies.dpor.search import ExhaustiveStrategy
from tests.strategies.test_classes import EverySchedule, executed

if TYPE_CHECKING:
    from collections.abc import Callable


def releases_what_nobody_has() -> str:
    lock = threading.Lock()
    thread = threading.Thread(target=lock.acquire)
    thread.start()
    try:
        lock.release()
    except RuntimeError:
        return "too early"
    finally:
        thread.join()
    return "released"


def gives_back_what_nobody_took() -> str:
    semaphore = threading.BoundedSemaphore()
    thread = threading.Thread(target=semaphore.acquire)
    thread.start()
    try:
        semaphore.release()
    except ValueError:
        return "too early"
    finally:
        thread.join()
    return "given back"


def gives_up_while_another_has_the_lock() -> tuple[bool, ...]:
    lock = threading.Lock()
    had: tuple[bool, ...] = ()

    def tries_twice() -> None:
        nonlocal had
        first = lock.acquire(timeout=1)
        if first:
            lock.release()
        had = (first, lock.acquire())

    thread = threading.Thread(target=tries_twice)
    thread.start()
    with lock:
        pass
    thread.join()
    return had


def asks_who_waits_at_a_barrier() -> tuple[int, bool]:
    barrier = threading.Barrier(2)

    def waits() -> None:
        try:
            barrier.wait(timeout=1)
        except threading.BrokenBarrierError:
            pass

    thread = threading.Thread(target=waits)
    thread.start()
    seen = barrier.n_waiting, barrier.broken
    thread.join()
    return seen


def asks_whether_a_loop_runs() -> bool:
    seen = False

    def asks(loop: asyncio.AbstractEventLoop) -> None:
        nonlocal seen
        seen = loop.is_running()

    async def starts() -> threading.Thread:
        thread = threading.Thread(target=asks, args=(asyncio.get_running_loop(),))
        thread.start()
        return thread

    asyncio.run(starts()).join()
    return seen


async def hands_over_to_a_loop_that_goes_to_sleep() -> None:
    event = asyncio.Event()
    loop = asyncio.get_running_loop()
    threading.Thread(target=loop.call_soon, args=(event.set,)).start()
    await event.wait()


async def hands_over_to_a_loop_that_ends() -> bool:
    loop = asyncio.get_running_loop()
    done: list[int] = []
    threading.Thread(target=loop.call_soon_threadsafe, args=(done.append, 1)).start()
    await asyncio.sleep(0)
    return bool(done)


async def hands_over_unsafely_to_a_loop_that_ends() -> bool:
    loop = asyncio.get_running_loop()
    done: list[int] = []
    threading.Thread(target=loop.call_soon, args=(done.append, 1)).start()
    await asyncio.sleep(0)
    return bool(done)


async def sleeps_in_a_thread_and_in_a_loop() -> bool:
    done = False

    def sleeps() -> None:
        nonlocal done
        time.sleep(2)
        done = True

    threading.Thread(target=sleeps).start()
    await asyncio.sleep(1)
    return done


async def cancels_the_sooner_of_two_timers() -> int:
    loop = asyncio.get_running_loop()
    begin, box = loop.time(), {"x": 0}
    sooner = loop.call_later(1, int)
    loop.call_later(2, int)
    box["x"] = 1  # time may pass here, up to the sooner one
    sooner.cancel()
    await asyncio.sleep(0)
    return int(loop.time() - begin)


async def leaves_a_timeout_while_another_timer_runs() -> int:
    loop = asyncio.get_running_loop()
    begin, box = loop.time(), {"x": 0}
    async with asyncio.timeout(1):  # noqa: ASYNC100  # time may pass at any access
        loop.call_later(2, int)
        box["x"] = 1
    await asyncio.sleep(0)
    return int(loop.time() - begin)


@pytest.mark.parametrize(
    "program",
    [
        cancels_the_sooner_of_two_timers,
        leaves_a_timeout_while_another_timer_runs,
        releases_what_nobody_has,
        gives_back_what_nobody_took,
        gives_up_while_another_has_the_lock,
        asks_who_waits_at_a_barrier,
        asks_whether_a_loop_runs,
        hands_over_to_a_loop_that_goes_to_sleep,
        hands_over_to_a_loop_that_ends,
        hands_over_unsafely_to_a_loop_that_ends,
        sleeps_in_a_thread_and_in_a_loop,
    ],
)
def test_no_outcome_is_overlooked(program: Callable[[], Any]) -> None:
    every = executed(program, EverySchedule(), 20_000)
    assert every is not None
    search = ExhaustiveStrategy()
    found = executed(program, search, len(every[0]))
    assert found is not None and search.exhausted
    assert found[1] == every[1]
    assert len(every[1]) > 1
