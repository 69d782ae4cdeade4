"""What stands in ``threading`` to run things in behaves as documented, under every schedule that is tried."""

from __future__ import annotations

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any

import pytest

import harness
from tests.programs import Box, failure_of, in_threads, outcomes


def test_a_timer_runs_its_function_when_its_interval_is_over() -> None:
    def program() -> tuple[list[str], int]:
        seen: list[str] = []
        began = time.monotonic()
        timer = threading.Timer(60, seen.append, ["run"])
        timer.start()
        timer.join()
        return tuple(seen), int(time.monotonic() - began)

    assert outcomes(program) == {(("run",), 60)}


def test_a_timer_may_be_cancelled_too_late() -> None:
    def program() -> int:
        box = Box()
        timer = threading.Timer(60, setattr, [box, "value", 1])
        timer.start()
        timer.cancel()
        timer.join()
        return box.value

    assert outcomes(program, strategy="exhaustive") == {0, 1}


def test_a_join_with_a_timeout_returns_when_time_is_up() -> None:
    def program() -> tuple[bool, bool]:
        event = threading.Event()
        thread = threading.Thread(target=event.wait)
        thread.start()
        thread.join(timeout=10)
        alive = thread.is_alive()
        event.set()
        thread.join()
        return alive, thread.is_alive()

    assert outcomes(program) == {(True, False)}


def test_a_thread_that_works_may_be_done_or_not_when_a_join_gives_up() -> None:
    def program() -> bool:
        box = Box()

        def work() -> None:
            box.value += 1

        thread = threading.Thread(target=work)
        thread.start()
        thread.join(timeout=0.001)
        return thread.is_alive()

    assert outcomes(program, strategy="exhaustive") == {True, False}


def test_a_thread_that_another_one_starts_may_not_run_yet_may_run_or_have_ended() -> None:
    def program() -> bool:
        seen: list[bool] = []
        worker = threading.Thread(target=lambda: None)
        watcher = threading.Thread(target=lambda: seen.append(worker.is_alive()))
        watcher.start()
        worker.start()
        watcher.join()
        worker.join()
        return seen[0]

    result = harness.explore(program, strategy="exhaustive")
    assert result.verdict == "proved"
    assert set(result.outcomes) == {True, False}
    assert result.classes == 4  # the lambda of the worker has begun, or not


def test_nobody_waits_for_daemon_threads() -> None:
    def program() -> str:
        lock = threading.Lock()
        lock.acquire()
        threading.Thread(target=lock.acquire, daemon=True).start()
        return "ended"

    assert outcomes(program) == {"ended"}


def test_the_program_is_over_when_its_last_thread_is() -> None:
    box = Box()

    def program() -> None:
        box.value = 0

        def late() -> None:
            box.value += 1
            assert box.value != 1, "the late one failed"

        threading.Thread(target=late).start()

    assert failure_of(program).message == "AssertionError: the late one failed"


def test_an_exception_goes_through_the_excepthook_of_the_program() -> None:
    def program() -> list[str]:
        seen: list[str] = []

        def hook(args: Any) -> None:
            seen.append(f"{args.exc_type.__name__} in {args.thread.name}")

        def fail() -> None:
            raise KeyError("x")

        before, threading.excepthook = threading.excepthook, hook
        try:
            in_threads(fail)
        finally:
            threading.excepthook = before
        return seen

    assert outcomes(program) == {"['KeyError in fail']"}


def test_threads_know_who_they_are() -> None:
    def program() -> tuple[Any, ...]:
        seen: dict[str, Any] = {}

        def look() -> None:
            me = threading.current_thread()
            seen[me.name] = me.ident == threading.get_ident() and me in threading.enumerate() and me.is_alive()

        threads = [threading.Thread(target=look), threading.Thread(target=look, name="named")]
        assert [thread.ident for thread in threads] == [None, None]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert threading.current_thread() is threading.main_thread()
        assert threading.active_count() == 1
        return tuple(sorted(seen.items()))

    assert outcomes(program) == {(("Thread-1 (look)", True), ("named", True))}


def test_a_thread_may_wait_for_the_end_of_the_main_thread() -> None:
    order: list[str] = []

    def program() -> None:
        order.clear()

        def last() -> None:
            threading.main_thread().join()
            order.append("thread")
            assert not threading.main_thread().is_alive()
            assert order == ["main", "thread"]

        threading.Thread(target=last).start()
        order.append("main")

    assert outcomes(program) == {None}


@pytest.mark.parametrize(
    ("misuse", "message"),
    [
        (lambda thread: (thread.start(), thread.start()), "threads can only be started once"),
        (lambda thread: thread.join(), "cannot join thread before it is started"),
        (lambda thread: threading.current_thread().join(), "cannot join current thread"),
    ],
)
def test_a_misuse_of_threads_raises_what_cpython_raises(misuse: Any, message: str) -> None:
    def program() -> str:
        thread = threading.Thread(target=int)
        try:
            misuse(thread)
        except RuntimeError as error:
            return str(error)
        return ""

    assert outcomes(program, schedules=5) == {message}


def test_a_local_has_other_values_in_each_thread() -> None:
    def program() -> tuple[Any, ...]:
        local, seen = threading.local(), []
        local.value = "main"

        def work() -> None:
            seen.append(getattr(local, "value", None))
            local.value = "thread"

        in_threads(work, work)
        return *seen, local.value

    assert outcomes(program) == {(None, None, "main")}


def test_a_thread_pool_maps_in_order_and_hands_on_exceptions() -> None:
    def program() -> tuple[Any, ...]:
        with ThreadPoolExecutor(2) as pool:
            mapped = tuple(pool.map(lambda number: number * 2, range(3)))
            done = {future.result() for future in as_completed([pool.submit(pow, 2, each) for each in (1, 2)])}
            error = pool.submit(int, "x").exception()
        with pytest.raises(RuntimeError, match="cannot schedule new futures after shutdown"):
            pool.submit(int)
        return mapped, tuple(sorted(done)), type(error).__name__

    assert outcomes(program, schedules=20) == {((0, 2, 4), (2, 4), "ValueError")}


def test_the_workers_of_a_pool_race() -> None:
    def program() -> int:
        box = Box()

        def add() -> None:
            box.value += 1

        with ThreadPoolExecutor(2) as pool:
            for _ in range(2):
                pool.submit(add)
        return box.value

    assert outcomes(program) == {1, 2}


def test_a_pool_that_is_not_shut_down_ends_with_the_program() -> None:
    def program() -> int:
        return ThreadPoolExecutor(1).submit(lambda: 5).result()

    assert outcomes(program, schedules=20) == {5}


def test_a_bare_thread_is_controlled_too() -> None:
    import _thread

    def program() -> int:
        box, done = Box(), threading.Lock()
        done.acquire()

        def add() -> None:
            box.value += 1
            done.release()

        _thread.start_new_thread(add, ())
        box.value += 1
        done.acquire()
        return box.value

    assert Counter(outcomes(program)) == Counter({1, 2})


def test_executors_number_their_threads_anew_in_each_execution() -> None:
    def program() -> list[str]:
        with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as two:
            return [pool.submit(lambda: threading.current_thread().name).result() for pool in (one, two)]

    names = repr(["ThreadPoolExecutor-0_0", "ThreadPoolExecutor-1_0"])
    for seed in range(2):
        result = harness.explore(program, seed=seed)
        assert (result.verdict, set(result.outcomes)) == ("proved", {names})
