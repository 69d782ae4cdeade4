"""What stands in ``asyncio`` behaves as documented: tasks and what they wait for."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest

from tests.programs import Box, outcomes


def test_a_task_group_waits_for_all_and_cancels_the_others_if_one_fails() -> None:
    async def program() -> tuple[str, ...]:
        said: list[str] = []

        async def sleep(seconds: float) -> None:
            await asyncio.sleep(seconds)
            said.append("slept")

        async def forever() -> None:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                said.append("cancelled")
                raise

        async def fail() -> None:
            await asyncio.sleep(1)
            raise ValueError("one")

        async with asyncio.TaskGroup() as group:
            group.create_task(sleep(2))
            group.create_task(sleep(1))
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(forever())
                group.create_task(fail())
        except* ValueError as errors:
            said.extend(map(str, errors.exceptions))
        return tuple(said)

    assert outcomes(program) == {("slept", "slept", "cancelled", "one")}


def test_a_timeout_cancels_what_takes_too_long_and_nothing_else() -> None:
    async def program() -> tuple[bool, ...]:
        async with asyncio.timeout(None) as enough:
            await asyncio.sleep(1)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1) as short:
                await asyncio.Event().wait()
        return enough.expired(), short.expired()

    assert outcomes(program) == {(False, True)}


def test_wait_for_gives_up_and_cancels() -> None:
    async def program() -> bool:
        task = asyncio.create_task(asyncio.Event().wait())
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(task, 1)
        return task.cancelled()

    assert outcomes(program) == {True}


def test_wait_returns_when_the_first_is_done() -> None:
    async def program() -> tuple[int, int]:
        tasks = {asyncio.create_task(each) for each in (asyncio.sleep(1), asyncio.Event().wait())}
        done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        return len(done), len(pending)

    assert outcomes(program) == {(1, 1)}


def test_cancelling_runs_finally_blocks_and_shield_protects() -> None:
    async def program() -> tuple[str, ...]:
        said: list[str] = []

        async def work(name: str) -> None:
            try:
                await asyncio.sleep(1)
                said.append(f"{name} done")
            finally:
                said.append(f"{name} finally")

        inner = asyncio.create_task(work("inner"))
        outer = asyncio.create_task(work("outer"))

        async def protect() -> None:
            await asyncio.shield(inner)

        protector = asyncio.create_task(protect())
        await asyncio.sleep(0)
        outer.cancel()
        protector.cancel()
        await asyncio.gather(outer, protector, inner, return_exceptions=True)
        return tuple(said)

    assert outcomes(program) == {("outer finally", "inner done", "inner finally")}


def test_an_asyncio_queue_hands_over_in_order() -> None:
    async def program() -> tuple[int, ...]:
        items: asyncio.Queue[int] = asyncio.Queue(maxsize=1)
        got: list[int] = []

        async def produce() -> None:
            for item in range(3):
                await items.put(item)

        async def consume() -> None:
            while True:
                got.append(await items.get())
                items.task_done()

        consumer = asyncio.create_task(consume())
        await produce()
        await items.join()
        consumer.cancel()
        return tuple(got)

    assert outcomes(program) == {(0, 1, 2)}


def test_an_asyncio_lock_and_condition_and_semaphore_exclude_tasks() -> None:
    async def program() -> int:
        lock, semaphore, condition, box = asyncio.Lock(), asyncio.Semaphore(1), asyncio.Condition(), Box()

        async def add(guard: Any) -> None:
            async with guard:
                seen = box.value
                await asyncio.sleep(0.01)
                box.value = seen + 1

        for guard in (lock, semaphore, condition):
            await asyncio.gather(add(guard), add(guard))
        return box.value

    assert outcomes(program) == {6}


def test_async_generators_are_closed_when_their_loop_ends() -> None:
    def program() -> tuple[str, ...]:
        said: list[str] = []

        async def count() -> Any:
            try:
                for each in range(10):
                    yield each
                    await asyncio.sleep(0)
            finally:
                said.append("closed")

        async def main() -> None:
            generator = count()
            async for each in generator:
                said.append(str(each))
                if each == 1:
                    break
            kept.append(generator)

        kept: list[Any] = []
        asyncio.run(main())
        return tuple(said)

    assert outcomes(program, schedules=10) == {("0", "1", "closed")}


@pytest.mark.skipif(sys.version_info < (3, 12), reason="eager tasks are new in Python 3.12")
def test_eager_tasks_begin_at_once() -> None:
    async def program() -> tuple[str, ...]:
        said: list[str] = []

        async def work(name: str) -> None:
            task = asyncio.current_task()
            assert task is not None
            said.append(f"{name} begins")
            await asyncio.sleep(0)
            said.append(f"{name} ends")

        asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)  # type: ignore[attr-defined]
        tasks = [asyncio.create_task(work(name)) for name in "ab"]
        said.append("main")
        await asyncio.gather(*tasks)
        return tuple(said)

    assert outcomes(program) == {("a begins", "b begins", "main", "a ends", "b ends")}
