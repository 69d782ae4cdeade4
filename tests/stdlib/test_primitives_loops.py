"""What stands in ``asyncio`` between threads behaves as documented: loops, executors, contexts."""

from __future__ import annotations

import asyncio
import contextvars
import threading

from tests.programs import Box, failure_of, in_threads, outcomes

number: contextvars.ContextVar[int] = contextvars.ContextVar("number", default=0)


def test_two_loops_run_in_two_threads_and_know_their_own_tasks() -> None:
    def program() -> tuple[str, ...]:
        names: list[str] = []

        async def main(name: str) -> None:
            loop = asyncio.get_running_loop()
            for _ in range(2):
                await asyncio.sleep(0.01)
                assert asyncio.get_running_loop() is loop
                task = asyncio.current_task()
                assert task is not None and task.get_loop() is loop
                assert asyncio.all_tasks() == {task}
            names.append(name)

        in_threads(lambda: asyncio.run(main("a")), lambda: asyncio.run(main("b")))
        return tuple(names)

    assert outcomes(program) == {("a", "b"), ("b", "a")}


def test_there_is_no_running_loop_outside_of_one() -> None:
    async def program() -> list[str]:
        said: list[str] = []

        def look() -> None:
            try:
                asyncio.get_running_loop()
            except RuntimeError as error:
                said.append(str(error))

        thread = threading.Thread(target=look)
        thread.start()
        await asyncio.to_thread(thread.join)
        return said

    assert outcomes(program) == {"['no running event loop']"}


def test_a_coroutine_is_handed_to_the_loop_of_another_thread() -> None:
    def program() -> int:
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever)
        thread.start()

        async def double(value: int) -> int:
            await asyncio.sleep(0.1)
            assert threading.current_thread() is thread
            return value * 2

        result = asyncio.run_coroutine_threadsafe(double(4), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
        return result

    assert outcomes(program) == {8}


def test_waiting_in_a_loop_for_its_own_coroutine_is_a_deadlock() -> None:
    async def program() -> None:
        asyncio.run_coroutine_threadsafe(asyncio.sleep(0), asyncio.get_running_loop()).result()

    assert failure_of(program).kind == "deadlock"


def test_what_a_thread_hands_over_wakes_the_loop_and_keeps_its_order() -> None:
    async def program() -> tuple[int, ...]:
        loop, seen, done = asyncio.get_running_loop(), [], asyncio.Event()

        def work() -> None:
            for each in (1, 2, 3):
                loop.call_soon_threadsafe(seen.append, each)
            loop.call_soon_threadsafe(done.set)

        thread = threading.Thread(target=work)
        thread.start()
        await done.wait()
        thread.join()
        return tuple(seen)

    assert outcomes(program) == {(1, 2, 3)}


def test_to_thread_runs_beside_the_loop_with_its_context() -> None:
    async def program() -> tuple[int, bool]:
        number.set(5)
        box, me = Box(), threading.current_thread()

        def work() -> int:
            box.value += 1
            assert threading.current_thread() is not me
            seen = number.get()
            number.set(6)
            return seen

        waiting = asyncio.create_task(asyncio.to_thread(work))
        await asyncio.sleep(0)
        box.value += 1
        seen = await waiting
        assert number.get() == 5
        return seen, box.value == 2

    assert outcomes(program) == {(5, True), (5, False)}


def test_an_exception_in_an_executor_comes_out_of_the_await() -> None:
    async def program() -> str:
        def fail() -> None:
            raise KeyError("x")

        try:
            await asyncio.get_running_loop().run_in_executor(None, fail)
        except KeyError as error:
            return repr(error)
        return ""

    assert outcomes(program, schedules=20) == {"KeyError('x')"}


def test_a_runner_keeps_its_loop_and_context_between_runs() -> None:
    def program() -> tuple[int, bool]:
        async def set_number() -> asyncio.AbstractEventLoop:
            number.set(7)
            return asyncio.get_running_loop()

        async def get_number() -> tuple[int, asyncio.AbstractEventLoop]:
            return number.get(), asyncio.get_running_loop()

        with asyncio.Runner() as runner:
            first = runner.run(set_number())
            value, second = runner.run(get_number())
        return value, first is second

    assert outcomes(program, schedules=5) == {(7, True)}


def test_each_task_and_each_thread_has_its_context() -> None:
    def program() -> tuple[int, ...]:
        seen: list[int] = []

        async def task(value: int) -> None:
            number.set(value)
            await asyncio.sleep(0.01)
            seen.append(number.get())

        async def main() -> None:
            await asyncio.gather(task(1), task(2))
            seen.append(number.get())

        def thread() -> None:
            number.set(3)
            asyncio.run(main())

        number.set(4)
        in_threads(thread)
        return *sorted(seen), number.get()

    assert outcomes(program) == {(1, 2, 3, 4)}
