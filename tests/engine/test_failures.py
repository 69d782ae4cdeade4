"""What the world itself calls wrong, and what it refuses to run."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import threading
from typing import Any

import pytest

import harness


def run_threads(*functions: Any) -> None:
    threads = [threading.Thread(target=function, name=function.__name__) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_deadlock_names_actors_what_they_wait_for_where_and_who_holds_it() -> None:
    def program() -> None:
        one, other = threading.Lock(), threading.Lock()

        def forwards() -> None:
            with one:
                with other:
                    pass

        def backwards() -> None:
            with other:
                with one:
                    pass

        run_threads(forwards, backwards)

    failure = harness.explore(program).failure
    assert failure.kind == "deadlock"
    assert "forwards waits for a Lock at" in failure.message
    assert "backwards holds it" in failure.message
    assert "main waits for the end of forwards" in failure.message
    assert "test_failures.py:" in failure.message


def test_a_loop_blocked_on_a_thread_lock_is_a_deadlock() -> None:
    def program() -> None:
        lock = threading.Lock()

        async def first() -> None:
            with lock:
                await asyncio.sleep(0)

        async def main() -> None:
            await asyncio.gather(first(), first())

        asyncio.run(main())

    failure = harness.explore(program).failure
    assert failure.kind == "deadlock"
    assert "main waits for a Lock" in failure.message


def test_a_future_set_from_the_wrong_thread_leaves_the_loop_asleep() -> None:
    def program() -> None:
        async def main() -> None:
            future = asyncio.get_running_loop().create_future()
            threading.Thread(target=future.set_result, args=(1,), name="setter").start()
            await future

        asyncio.run(main())

    failure = harness.explore(program).failure
    assert failure.kind == "deadlock"
    assert "without call_soon_threadsafe" in failure.message


def test_an_asyncio_lock_shared_by_two_loops_leaves_one_of_them_waiting() -> None:
    def program() -> None:
        lock = asyncio.Lock()

        async def use() -> None:
            async with lock:
                await asyncio.sleep(0.01)
                async with asyncio.timeout(1):
                    await asyncio.sleep(0)

        def other() -> None:
            asyncio.run(use())

        thread = threading.Thread(target=other)
        thread.start()
        asyncio.run(use())
        thread.join()

    kinds = {failure.kind for failure in harness.explore(program, stop_on_failure=False).distinct_failures}
    assert kinds <= {"exception", "deadlock"}
    assert "deadlock" in kinds


@pytest.mark.parametrize("where", ["thread", "task", "callback"])
def test_an_exception_that_nobody_retrieves_fails_the_execution(where: str) -> None:
    def broken(*_: object) -> None:
        raise ValueError("broken")

    async def broken_task() -> None:
        broken()

    async def main() -> None:
        loop = asyncio.get_running_loop()
        if where == "thread":
            thread = threading.Thread(target=broken)
            thread.start()
            await asyncio.to_thread(thread.join)
        elif where == "task":
            task = asyncio.create_task(broken_task())
            await asyncio.wait([task])
        else:
            loop.call_soon(broken)
            await asyncio.sleep(0.1)

    failure = harness.explore(main, schedules=5).failure
    assert failure.kind == "exception"
    assert "ValueError: broken" in failure.message


def open_socket() -> None:
    socket.socket()


def fork() -> None:
    os.fork()


@pytest.mark.parametrize(("program", "call"), [(open_socket, "socket"), (fork, "os.fork")])
def test_what_cannot_be_controlled_is_named_with_its_line(program: Any, call: str) -> None:
    with pytest.raises(harness.UncontrolledError, match=rf"{call}.*test_failures\.py:\d+"):
        harness.explore(program)


def test_an_executor_that_is_cut_off_with_its_execution_logs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    async def program() -> None:
        event = threading.Event()
        waiting = asyncio.create_task(asyncio.to_thread(event.wait))
        await asyncio.sleep(0.1)
        assert waiting.done()

    assert harness.explore(program, schedules=20).verdict == "failed"
    assert not caplog.records


def test_a_coroutine_that_was_never_awaited_is_told_with_the_failure_that_it_leads_to() -> None:
    class Jobs:
        progress = 0

        async def update(self) -> None:
            self.progress = 100

    async def program() -> None:
        jobs = Jobs()
        jobs.update()
        await asyncio.sleep(0)
        assert jobs.progress == 100, "nothing was done"

    failure = harness.explore(program, schedules=20).failure
    assert failure is not None
    assert failure.message.splitlines()[0] == "AssertionError: nothing was done"
    assert re.search(r"RuntimeWarning: coroutine '.*Jobs\.update' was never awaited", failure.message)
    assert failure.message.count("never awaited") == 1
