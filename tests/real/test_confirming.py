"""A failure is confirmed if it happened on real threads and the stock event loop, and otherwise there is a reason."""

from __future__ import annotations

import asyncio
import os
import queue
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

import harness
from harness.catalog import program_of_token
from harness.exploration.session import Session
from harness.model.program import label_of
from harness.model.token import Token
from tests.classics import CLASSICS
from tests.programs import Box, failure_of, in_threads

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = os.getpid()
MADE_BEFORE, MADE_BEFORE_TOO = threading.Lock(), threading.RLock()
NEEDS_NO_GIL = "it needs free-threaded CPython"


def unlocked(value: int) -> int:
    """A call between load and store: there CPython can switch threads on any build."""
    return value + 1


def loses_between_threads() -> None:
    box = Box()

    def add() -> None:
        box.value = unlocked(box.value)

    in_threads(add, add)
    assert box.value == 2, f"{box.value} is not 2"


def loses_between_a_loop_and_its_executor() -> None:
    box = Box()

    def add() -> None:
        box.value = unlocked(box.value)

    async def both() -> None:
        work = asyncio.to_thread(add)
        task = asyncio.create_task(work)
        await asyncio.sleep(0)
        add()
        await task

    asyncio.run(both())
    assert box.value == 2, f"{box.value} is not 2"


async def loses_between_tasks() -> None:
    box = Box()

    async def add(pause: float) -> None:
        value = box.value
        await asyncio.sleep(pause)
        box.value = value + 1

    await asyncio.gather(add(0.5), add(3600))
    assert box.value == 2, f"{box.value} is not 2"


async def cancelled_by_a_timeout() -> None:
    async with asyncio.timeout(30):
        await asyncio.sleep(60)


def two_locks_in_two_orders() -> None:
    one, other = threading.Lock(), threading.RLock()

    def forwards() -> None:
        with one:
            unlocked(0)
            with other:
                pass

    def backwards() -> None:
        with other:
            unlocked(0)
            with one:
                pass

    in_threads(forwards, backwards)


def two_locks_made_before() -> None:
    def forwards() -> None:
        with MADE_BEFORE:
            unlocked(0)
            with MADE_BEFORE_TOO:
                pass

    def backwards() -> None:
        with MADE_BEFORE_TOO:
            unlocked(0)
            with MADE_BEFORE:
                pass

    in_threads(forwards, backwards)


def raises_in_a_thread() -> None:
    def fails() -> None:
        raise LookupError("nobody is here")

    in_threads(fails)


def waits_for_an_event_that_was_cleared() -> None:
    ready, asked = threading.Event(), Box(0)

    def giver() -> None:
        ready.set()
        unlocked(0)
        ready.clear()

    def taker() -> None:
        ready.wait()
        asked.value = 1

    in_threads(giver, taker)


def notifies_before_anybody_waits() -> None:
    condition = threading.Condition()

    def giver() -> None:
        with condition:
            condition.notify_all()

    def taker() -> None:
        with condition:
            condition.wait()

    in_threads(giver, taker)


def asks_for_too_many() -> None:
    places = threading.BoundedSemaphore(2)

    def takes_two() -> None:
        places.acquire()
        unlocked(0)
        places.acquire()
        places.release()
        places.release()

    in_threads(takes_two, takes_two)


def is_impatient() -> None:
    items: queue.Queue[int] = queue.Queue()
    found: list[int] = []

    def taker() -> None:
        found.append(items.get(timeout=3600))

    in_threads(taker)


def one_too_few_at_the_barrier() -> None:
    barrier = threading.Barrier(3, timeout=3600)
    in_threads(barrier.wait, barrier.wait)


def hands_over_in_any_order() -> None:
    done: list[str] = []
    with ThreadPoolExecutor(2) as pool:
        for name in ("first", "second"):
            pool.submit(done.append, name)
    assert done == ["first", "second"], done


def sleeps_in_vain() -> None:
    box = Box()

    def late() -> None:
        time.sleep(3600)
        box.value = 1

    thread = threading.Thread(target=late)
    thread.start()
    thread.join(timeout=1800)
    assert box.value == 1, "it slept too long"
    thread.join()


def spins_for_ever() -> None:
    box = Box(False)

    def waits() -> None:
        while not box.value:
            pass

    in_threads(waits)


def posts_to_a_sleeping_loop() -> None:
    async def waits() -> None:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[int] = loop.create_future()
        threading.Thread(target=lambda: loop.call_soon(future.set_result, 1)).start()
        await future

    asyncio.run(waits())


def sets_a_timer_of_a_sleeping_loop() -> None:
    async def main() -> threading.Thread:
        loop = asyncio.get_running_loop()
        answer = loop.create_future()
        thread = threading.Thread(target=lambda: loop.call_later(1, answer.set_result, None))
        thread.start()
        await answer
        return thread

    asyncio.run(main()).join()


def stops_a_sleeping_loop() -> None:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.stop)
    thread.start()
    loop.run_forever()
    thread.join()
    loop.close()


def cancels_a_timer_of_a_sleeping_loop() -> None:
    fired: list[bool] = []

    async def main() -> None:
        handle = asyncio.get_running_loop().call_later(1, fired.append, True)
        threading.Thread(target=handle.cancel).start()
        await asyncio.sleep(2)

    asyncio.run(main())
    assert fired, "cancelled before it could fire"


def plain_token_of(program: Callable[[], Any]) -> str:
    """The token of the default order, in which nobody interferes."""
    with Session(program) as session:
        return str(Token((), label_of(program), session.instrumentation.checksum[:6]))


HAPPEN: list[Callable[[], Any]] = [
    asks_for_too_many,
    cancelled_by_a_timeout,
    cancels_a_timer_of_a_sleeping_loop,
    hands_over_in_any_order,
    is_impatient,
    loses_between_a_loop_and_its_executor,
    loses_between_tasks,
    loses_between_threads,
    notifies_before_anybody_waits,
    one_too_few_at_the_barrier,
    posts_to_a_sleeping_loop,
    raises_in_a_thread,
    sets_a_timer_of_a_sleeping_loop,
    sleeps_in_vain,
    stops_a_sleeping_loop,
    two_locks_in_two_orders,
    two_locks_made_before,
    waits_for_an_event_that_was_cleared,
]


@pytest.mark.parametrize("program", HAPPEN, ids=lambda program: program.__name__)
def test_a_failure_of_the_simulation_happens_on_real_threads(program: Callable[[], Any]) -> None:
    failure = failure_of(program, schedules=300)
    answer = harness.confirm(program, failure.token)
    assert answer.reason == ""
    assert answer.confirmed
    assert answer.kind == failure.kind
    assert answer.message == failure.message
    assert answer.threads >= 1


@pytest.mark.parametrize("name", CLASSICS)
def test_a_classic_bug_happens_on_real_threads_or_needs_no_gil(name: str) -> None:
    program = CLASSICS[name].program
    failure = failure_of(program, schedules=300)
    answer = harness.confirm(program, failure.token)
    needs_no_gil = failure.needs == "free-threaded CPython" and getattr(sys, "_is_gil_enabled", lambda: True)()
    assert answer.confirmed == (not needs_no_gil), answer.reason
    assert answer.reason.startswith(NEEDS_NO_GIL) == needs_no_gil


@pytest.mark.parametrize(
    "label",
    [
        "a-lock-shared-by-two-loops@asyncio-lock",
        "cancelled-between-two-writes@unlocked",
        "forgotten-await@thread-lock-not-awaited",
        "many-jobs-at-once@thread-lock-held-during-work",
        "stuck-at-old-progress@sqlite",
    ],
)
def test_a_failure_of_a_scenario_happens_on_real_threads(label: str) -> None:
    program = program_of_token(f"{label}:")
    failure = failure_of(program)
    answer = harness.confirm(program, failure.token)
    assert (answer.confirmed, answer.reason) == (True, "")
    assert answer.message == failure.message


def test_a_livelock_goes_on_for_as_long_on_a_real_thread() -> None:
    answer = harness.confirm(spins_for_ever, plain_token_of(spins_for_ever))
    assert (answer.confirmed, answer.reason, answer.kind) == (True, "", "livelock")


def test_a_lost_update_is_read_off_what_real_threads_did() -> None:
    failure = failure_of(loses_between_threads, detect=("lost-update",))
    assert harness.confirm(loses_between_threads, failure.token, detect=("lost-update",)).confirmed


def detects_only() -> None:
    box = Box()

    def add() -> None:
        box.value = unlocked(box.value)

    in_threads(add, add)


def test_a_lost_update_that_no_assertion_sees_is_confirmed_too() -> None:
    failure = failure_of(detects_only, detect=("lost-update",))
    answer = harness.confirm(detects_only, failure.token, detect=("lost-update",))
    assert (answer.confirmed, answer.reason, answer.kind) == (True, "", "lost-update")


def test_a_data_race_is_nothing_that_one_run_can_show() -> None:
    failure = failure_of(detects_only, detect=("data-race",))
    answer = harness.confirm(detects_only, failure.token, detect=("data-race",))
    assert not answer.confirmed
    assert answer.reason.startswith("a data race means that nothing orders two accesses")


def splits_an_update() -> None:
    box = Box()

    def add() -> None:
        box.value += 1

    in_threads(add, add)
    assert box.value == 2


@pytest.mark.skipif(not getattr(sys, "_is_gil_enabled", lambda: True)(), reason="this interpreter has no GIL")
def test_what_needs_no_gil_is_not_confirmed_with_one() -> None:
    answer = harness.confirm(splits_an_update, failure_of(splits_an_update).token)
    assert not answer.confirmed
    assert answer.reason.startswith(NEEDS_NO_GIL)


def test_another_order_of_callbacks_is_not_that_of_the_stock_loop() -> None:
    async def races() -> None:
        done: list[int] = []
        loop = asyncio.get_running_loop()
        for number in range(3):
            loop.call_soon(done.append, number)
        await asyncio.sleep(0)
        assert done == [0, 1, 2], done

    answer = harness.confirm(races, failure_of(races, order="any").token)
    assert not answer.confirmed
    assert 'order="any"' in answer.reason


def test_a_schedule_that_passes_has_nothing_to_confirm() -> None:
    answer = harness.confirm(loses_between_threads, plain_token_of(loses_between_threads))
    assert (answer.confirmed, answer.reason) == (False, "it passes now: there is no failure to confirm")


def test_a_program_that_reads_the_clock_is_not_made_to_wait_for_hours() -> None:
    def measures() -> None:
        began = time.monotonic()
        time.sleep(7200)
        assert time.monotonic() - began < 3600, "too long"

    answer = harness.confirm(measures, failure_of(measures).token)
    assert not answer.confirmed
    assert answer.reason.startswith("it lets 7,200 s pass")


def test_other_numbers_are_another_message() -> None:
    def measures() -> None:
        began = time.perf_counter_ns()
        time.sleep(0.001)
        raise AssertionError(f"{time.perf_counter_ns() - began} ns")

    answer = harness.confirm(measures, failure_of(measures).token)
    assert not answer.confirmed
    assert answer.reason.startswith("it failed in the same way with other numbers")
    assert answer.kind == "assertion"


def elsewhere() -> bool:
    """This is not the process that the tests run in."""
    return os.getpid() != HERE


def test_a_real_execution_that_takes_another_path_is_not_confirmed() -> None:
    def strays() -> None:
        box, other = Box(), Box()
        if elsewhere():
            other.value = 1
        box.value = 2
        assert other.value == 1

    answer = harness.confirm(strays, failure_of(strays).token)
    assert not answer.confirmed
    assert "main left the schedule at step" in answer.reason


def test_a_real_execution_that_passes_is_not_confirmed() -> None:
    def fails_here() -> None:
        assert elsewhere()

    answer = harness.confirm(fails_here, failure_of(fails_here).token)
    assert not answer.confirmed
    assert "nothing failed" in answer.reason


def test_a_look_at_a_thread_that_is_not_yet_started_is_followed() -> None:
    def watches_what_is_started_later() -> None:
        seen: list[bool] = []
        worker = threading.Thread(target=unlocked, args=(1,))
        watcher = threading.Thread(target=lambda: seen.append(worker.is_alive()))
        watcher.start()
        worker.start()
        watcher.join()
        worker.join()
        assert seen == [True], seen

    answer = harness.confirm(watches_what_is_started_later, failure_of(watches_what_is_started_later).token)
    assert answer.confirmed, answer.reason


def test_half_a_minute_is_not_said_to_have_passed_in_an_instant() -> None:
    def gives_up_too_early() -> None:
        box = Box()

        def work() -> None:
            box.value = 1

        worker = threading.Thread(target=work)
        worker.start()
        worker.join(timeout=30)
        assert box.value == 1, "not done in 30 s"

    answer = harness.confirm(gives_up_too_early, failure_of(gives_up_too_early).token)
    assert not answer.confirmed
    assert answer.reason == "it lets 30 s pass, and a re-enactment really waits, but at most 10 s"


def test_another_failure_is_not_the_one_that_was_recorded() -> None:
    def fails_in_two_ways() -> None:
        if elsewhere():
            raise OSError("the disk is full")
        raise AssertionError("wrong")

    answer = harness.confirm(fails_in_two_ways, failure_of(fails_in_two_ways).token)
    assert not answer.confirmed
    assert answer.reason == "on real threads there was another failure: exception: OSError: the disk is full"


def test_a_real_execution_that_hangs_is_killed() -> None:
    def hangs() -> None:
        while elsewhere():
            os.getppid()
        raise AssertionError("wrong")

    answer = harness.confirm(hangs, failure_of(hangs).token, timeout=0.2)
    assert not answer.confirmed
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)  # nobody is left behind


def test_a_token_of_other_source_is_refused() -> None:
    with pytest.raises(harness.TokenError, match="was made for other source"):
        harness.confirm(two_locks_in_two_orders, str(Token(())))
