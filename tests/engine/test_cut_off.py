"""An execution that is cut off in the middle: nothing of it is heard, and nothing is left for the next one."""

from __future__ import annotations

import asyncio
import dataclasses
import gc
import threading
from typing import Any

import pytest

import harness
from harness.exploration.session import Session
from harness.strategies.random import RandomStrategy
from harness.strategies.scripted import Scripted
from tests.programs import Box


def everything() -> None:
    box = Box()

    def add() -> None:
        box.value += 1

    async def main() -> None:
        thread = threading.Thread(target=add)
        thread.start()
        await asyncio.gather(asyncio.to_thread(add), asyncio.sleep(0.1))
        thread.join()

    asyncio.run(main())


def test_wherever_it_is_cut_off_the_same_schedule_makes_the_same_execution_again() -> None:
    strategy = RandomStrategy(0)
    with Session(everything) as session:
        for last in [*range(1, 60)] * 4:
            session.engine.settings = dataclasses.replace(session.engine.settings, max_steps=last)
            run = session.run(strategy)
            again = session.run(Scripted(run.deviations))
            assert again.problem == run.problem
            assert [event[:4] for event in again.history.events] == [event[:4] for event in run.history.events]


def test_nobody_is_told_of_threads_and_coroutines_that_were_cut_off(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    for last in (9, 16, 30, 47):
        harness.explore(everything, strategy="random", schedules=20, max_steps=last)
        gc.collect()
    assert caplog.records == []
    assert capsys.readouterr() == ("", "")


def test_an_exception_that_a_worker_logs_itself_is_heard(caplog: pytest.LogCaptureFixture) -> None:
    async def program() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda loop, context: None)
        asyncio.log.logger.error("said by the program")
        await asyncio.sleep(0)
        raise ZeroDivisionError

    assert not harness.explore(program, schedules=1).ok
    assert [record.message for record in caplog.records] == ["said by the program"]


def test_finally_blocks_of_what_was_cut_off_run() -> None:
    unwound = iter(range(9))  # which cannot be put back, as a list would be

    def program() -> None:
        lock = threading.Lock()

        def waits() -> None:
            try:
                lock.acquire()
            finally:
                next(unwound)

        lock.acquire()
        threading.Thread(target=waits).start()
        lock.acquire()

    failure = harness.explore(program, strategy="random", schedules=1).failure
    assert failure is not None
    assert failure.kind == "deadlock"
    assert next(unwound) > 0


def test_a_thread_that_will_not_be_ended_is_left_where_it_is() -> None:
    def program() -> None:
        lock = threading.Lock()

        def stubborn() -> None:
            while True:
                try:
                    lock.acquire()
                except BaseException:
                    pass

        lock.acquire()
        thread = threading.Thread(target=stubborn)
        thread.start()
        thread.join()

    for _ in range(2):
        result = harness.explore(program, strategy="random", schedules=3)
        assert result.failure is not None
        assert result.failure.kind == "deadlock"


def test_events_and_semaphores_that_outlive_their_execution_go_on_working() -> None:
    kept: list[Any] = []

    def program() -> None:
        kept[:] = [threading.Event(), threading.Semaphore(2), threading.BoundedSemaphore(1), threading.Lock()]

    harness.explore(program, schedules=1)
    event, semaphore, bounded, lock = kept
    assert not event.is_set()
    event.set()
    assert event.wait(0)
    assert [semaphore.acquire(blocking=False) for _ in range(3)] == [True, True, False]
    with bounded:
        assert not bounded.acquire(blocking=False)
    with pytest.raises(ValueError, match="released too many times"):
        bounded.release()
    with lock:
        pass
