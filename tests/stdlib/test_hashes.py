"""Sets of threads, tasks and futures are walked in the same order in every run, wherever in memory they stand."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future, ThreadPoolExecutor, as_completed, wait
from typing import TYPE_CHECKING, Any

import pytest

import harness
from harness.exploration.session import Session
from harness.strategies.scripted import Scripted
from tests.programs import Box, failure_of, outcomes

if TYPE_CHECKING:
    from collections.abc import Callable

BEFORE = {threading.Thread(): "a thread", Future[int](): "a future"}


def write_down(box: Box, values: Any) -> None:
    for value in values:
        setattr(box, f"n{value}", value)


def joins_a_set_of_threads() -> None:
    threads = {threading.Thread(target=pow, args=(2, 2)) for _ in range(5)}
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def shuts_an_executor_down() -> None:
    with ThreadPoolExecutor(4) as pool:
        for _ in range(4):
            pool.submit(pow, 2, 2)


def waits_for_futures() -> None:
    with ThreadPoolExecutor(2) as pool:
        done, _ = wait([pool.submit(pow, 2, each) for each in range(5)])
    write_down(Box(), (future.result() for future in done))


def takes_what_is_complete() -> None:
    with ThreadPoolExecutor(2) as pool:
        write_down(Box(), (each.result() for each in as_completed([pool.submit(pow, 2, n) for n in range(5)])))


async def waits_for_executors() -> None:
    loop = asyncio.get_running_loop()
    done, _ = await asyncio.wait([loop.run_in_executor(None, pow, 2, each) for each in range(5)])
    write_down(Box(), (future.result() for future in done))


async def waits_for_gathered() -> None:
    async def one(value: int) -> int:
        return value

    done, _ = await asyncio.wait([asyncio.gather(one(each)) for each in range(5)])
    write_down(Box(), (future.result()[0] for future in done))


async def waits_for_plain_futures() -> None:
    made = [asyncio.get_running_loop().create_future() for _ in range(5)]
    for number, future in enumerate(made):
        future.set_result(number)
    write_down(Box(), (future.result() for future in set(made)))


async def leaves_tasks_behind() -> None:
    box = Box()

    async def stays(value: int) -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            write_down(box, [value])

    tasks = {asyncio.create_task(stays(each)) for each in range(5)}
    await asyncio.sleep(1)
    tasks.clear()


PROGRAMS: list[Callable[[], Any]] = [
    joins_a_set_of_threads,
    leaves_tasks_behind,
    shuts_an_executor_down,
    takes_what_is_complete,
    waits_for_executors,
    waits_for_futures,
    waits_for_gathered,
    waits_for_plain_futures,
]


def elsewhere(index: int) -> list[Any]:
    """Objects that take places in memory, so that the next ones get others."""
    kinds = (threading.Thread, Future, object, ThreadPoolExecutor)
    return [kinds[(index + each) % 4]() for each in range(index * 7 % 11)]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_every_run_of_a_schedule_is_the_same(program: Callable[[], Any]) -> None:
    kept, seen = [], set()
    for index in range(12):
        kept.append(elsewhere(index))
        with Session(program) as session:
            seen.add(str([event[:4] for event in session.run(Scripted([])).history.events]))
    assert len(seen) == 1


def test_a_key_from_before_is_found() -> None:
    def program() -> None:
        for key in list(BEFORE):
            assert key in BEFORE

    assert outcomes(program, schedules=1) == {None}


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_real_threads_follow_in_the_same_order(program: Callable[[], Any]) -> None:
    def fails() -> Any:
        result = program()
        if asyncio.iscoroutine(result):
            asyncio.run(result)
        raise LookupError("at the end")

    answer = harness.confirm(fails, failure_of(fails).token)
    assert answer.confirmed, answer.reason
