"""What asyncio does to its objects beside a thread is searched in all orders, and a sample shows nothing new."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

import harness

if TYPE_CHECKING:
    from collections.abc import Callable


STUCK = "nobody can go on"


def in_two_threads(*functions: Callable[[], object]) -> None:
    threads = [threading.Thread(target=each) for each in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def beside_a_loop(look: Callable[[Any], object], coroutine: Callable[[], Any]) -> str:
    """What a thread sees of a task while a loop runs it to its end."""
    seen: list[object] = []

    async def main() -> threading.Thread:
        task = asyncio.create_task(coroutine())
        thread = threading.Thread(target=lambda: seen.append(look(task)))
        thread.start()
        await asyncio.wait([task])
        return thread

    asyncio.run(main()).join()
    return str(seen)


async def nothing() -> None: ...


def a_task_ends() -> str:
    return beside_a_loop(lambda task: task.done(), nothing)


def an_item_is_taken_from_a_queue() -> str:
    seen: list[int] = []

    async def main() -> threading.Thread:
        items: asyncio.Queue[int] = asyncio.Queue()
        task = asyncio.create_task(items.get())
        await asyncio.sleep(0)
        items.put_nowait(1)
        thread = threading.Thread(target=lambda: seen.append(items.qsize()))
        thread.start()
        await task
        return thread

    asyncio.run(main()).join()
    return str(seen)


def an_event_is_set_by_a_task() -> str:
    seen: list[bool] = []

    async def main() -> threading.Thread:
        event = asyncio.Event()
        thread = threading.Thread(target=lambda: seen.append(event.is_set()))
        thread.start()
        await asyncio.sleep(0)
        event.set()
        return thread

    asyncio.run(main()).join()
    return str(seen)


def a_future_is_set_by_another_loop() -> str:
    box: dict[str, Any] = {"future": None}
    out: list[str] = []

    def waiting() -> None:
        async def main() -> None:
            box["future"] = future = asyncio.get_running_loop().create_future()
            try:
                out.append(await asyncio.wait_for(future, 1))
            except TimeoutError:
                out.append("late")

        asyncio.run(main())

    def setting() -> None:
        async def main() -> None:
            if box["future"] is not None:
                try:
                    box["future"].set_result("set")
                except asyncio.InvalidStateError:
                    out.append("InvalidStateError")

        asyncio.run(main())

    in_two_threads(waiting, setting)
    return str(sorted(out))


def a_lock_is_used_by_two_loops() -> str:
    lock, box = asyncio.Lock(), {"x": 0}

    async def main() -> None:
        async with lock:
            box["x"] += 1

    in_two_threads(*(lambda: asyncio.run(main()) for _ in range(2)))
    return str(box)


def a_timer_is_cancelled_by_a_thread() -> str:
    out: list[str] = []

    async def main() -> threading.Thread:
        handle = asyncio.get_running_loop().call_later(1, out.append, "fired")
        thread = threading.Thread(target=handle.cancel)
        thread.start()
        await asyncio.sleep(2)
        return thread

    asyncio.run(main()).join()
    return str(out)


def a_callback_comes_while_the_loop_ends() -> str:
    ready, box, ran = threading.Event(), {}, []  # type: ignore[var-annotated]

    def serve() -> None:
        async def main() -> None:
            box["loop"] = asyncio.get_running_loop()
            ready.set()

        asyncio.run(main())

    thread = threading.Thread(target=serve)
    thread.start()
    ready.wait()
    try:
        box["loop"].call_soon_threadsafe(ran.append, 1)
        told = "accepted"
    except RuntimeError:
        told = "closed"
    thread.join()
    return f"{told}, run: {bool(ran)}"


def two_threads_take_the_time() -> str:
    at: dict[str, float] = {}
    in_two_threads(*(lambda name=name: at.update({name: time.monotonic()}) for name in "ab"))  # type: ignore[misc]
    return min(at, key=lambda name: at[name])


def a_thread_sets_a_timer() -> str:
    """It wakes nobody: the loop has the timer only if it is there before the loop goes to sleep."""

    async def main() -> tuple[int, threading.Thread]:
        loop = asyncio.get_running_loop()
        answer = loop.create_future()
        thread = threading.Thread(target=lambda: loop.call_later(1, answer.set_result, 1))
        thread.start()
        return await answer, thread

    number, thread = asyncio.run(main())
    thread.join()
    return str(number)


def a_thread_stops_a_loop() -> str:
    """It wakes nobody either: the loop sees it in its next round, if there is one."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.stop)
    thread.start()
    loop.call_later(1, int)
    loop.run_forever()
    thread.join()
    loop.close()
    return "ended"


def a_timer_of_one_run_is_awaited_in_the_next() -> str:
    loop = asyncio.new_event_loop()
    answer = loop.create_future()
    loop.call_later(1, answer.set_result, 1)
    loop.run_until_complete(asyncio.sleep(0))
    number = loop.run_until_complete(answer)
    loop.close()
    return str(number)


PROGRAMS = {
    a_task_ends: {"[False]", "[True]"},
    an_item_is_taken_from_a_queue: {"[0]", "[1]"},
    an_event_is_set_by_a_task: {"[False]", "[True]"},
    a_future_is_set_by_another_loop: {"['InvalidStateError', 'late']", "['late']"},
    a_lock_is_used_by_two_loops: {"{'x': 2}"},
    a_timer_is_cancelled_by_a_thread: {"['fired']", "[]"},
    a_callback_comes_while_the_loop_ends: {"accepted, run: True", "accepted, run: False", "closed, run: False"},
    two_threads_take_the_time: {"a", "b"},
    a_thread_sets_a_timer: {"1", f"deadlock: {STUCK}"},
    a_thread_stops_a_loop: {"ended", f"deadlock: {STUCK}"},
    a_timer_of_one_run_is_awaited_in_the_next: {"1"},
}


def outcomes(program: Callable[[], str], strategy: str, schedules: int) -> tuple[bool, set[str]]:
    result = harness.explore(program, strategy=strategy, schedules=schedules, stop_on_failure=False)
    failed = {f"{failure.kind}: {failure.message[: len(STUCK)]}" for failure in result.distinct_failures}
    return result.exhausted, set(result.outcomes) | failed


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_the_search_lists_every_outcome_that_a_sample_shows(program: Callable[[], str]) -> None:
    exhausted, listed = outcomes(program, "exhaustive", 20_000)
    assert exhausted
    assert listed >= PROGRAMS[program]
    for sampler in ("random", "surw"):
        assert outcomes(program, sampler, 150)[1] <= listed


def test_coroutines_given_to_as_completed_become_tasks_in_their_order() -> None:
    """Their set goes by their addresses in CPython."""

    async def program() -> list[int]:
        order: list[int] = []

        async def begin(number: int) -> None:
            order.append(number)

        for each in asyncio.as_completed([begin(number) for number in range(20)]):
            await each
        return order

    assert harness.explore(lambda: asyncio.run(program())).outcomes.keys() == {repr([*range(20)])}


def test_callbacks_run_in_the_last_rounds_of_asyncio_run_as_in_cpython() -> None:
    def program() -> str:
        out: list[str] = []

        async def main() -> None:
            loop = asyncio.get_running_loop()
            loop.call_soon(loop.call_soon, out.append, "run")

        asyncio.run(main())
        return str(out)

    assert set(harness.explore(program).outcomes) == {program()}


def test_tasks_are_named_as_in_cpython_from_one_run_to_the_next() -> None:
    async def name() -> str:
        task = asyncio.current_task()
        assert task is not None
        return task.get_name()

    def program() -> tuple[int, int]:
        first, second = (int(asyncio.run(name()).removeprefix("Task-")) for _ in range(2))
        return 0, second - first  # asyncio counts on from one program to the next

    assert set(harness.explore(program).outcomes) == {program()}
