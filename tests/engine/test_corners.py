"""Corners of ``threading``, ``_thread`` and ``asyncio`` where CPython's tests tell a stand-in from the real one."""

from __future__ import annotations

import _thread
import asyncio
import sys
import threading
import time
import warnings
from typing import Any

import pytest

from tests.programs import failure_of, outcomes


def test_a_lock_made_by_the_bare_module_is_controlled() -> None:
    def program() -> bool:
        lock = _thread.allocate_lock()
        lock.acquire()
        thread = threading.Thread(target=lock.acquire, daemon=True)
        thread.start()
        thread.join(timeout=1)
        alive = thread.is_alive()
        lock.release()
        thread.join()
        return alive

    assert outcomes(program) == {True}


def test_a_thread_knows_its_number_by_all_its_names() -> None:
    def program() -> bool:
        seen: list[Any] = []
        thread = threading.Thread(target=lambda: seen.extend([_thread.get_ident(), threading.get_ident()]))
        thread.start()
        thread.join()
        seen.extend([thread.ident, thread.native_id])
        return len(set(seen)) == 1 and _thread.get_ident() not in seen

    assert outcomes(program) == {True}


def test_a_thread_that_has_ended_says_so() -> None:
    def program() -> bool:
        thread = threading.Thread(target=int)
        thread.start()
        while thread.is_alive():
            time.sleep(1)
        return "stopped" in repr(thread)

    assert outcomes(program) == {True}


def test_threads_that_run_are_counted() -> None:
    def program() -> tuple[int, int]:
        before = _thread._count()
        event = threading.Event()
        threads = [threading.Thread(target=event.wait) for _ in range(2)]
        for thread in threads:
            thread.start()
        during = _thread._count()
        event.set()
        for thread in threads:
            thread.join()
        return during - before, _thread._count() - before

    assert outcomes(program) == {(2, 0)}


def test_a_timeout_that_no_lock_can_keep_is_refused() -> None:
    def program() -> str:
        with pytest.raises(OverflowError) as caught:
            threading.Lock().acquire(timeout=threading.TIMEOUT_MAX + 1)
        return str(caught.value)

    assert outcomes(program) == {"timeout value is too large"}


def test_nobody_inherits_from_a_lock() -> None:
    def program() -> None:
        with pytest.raises(TypeError):

            class Own(threading.Lock):  # type: ignore[misc, valid-type]
                pass

    assert outcomes(program) == {None}


def test_an_old_name_warns_as_it_does_elsewhere() -> None:
    def program() -> list[type[Warning]]:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            threading.Event().isSet()
        return [each.category for each in caught]

    assert outcomes(lambda: tuple(program())) == {(DeprecationWarning,)}


def test_a_hook_that_fails_hands_its_exception_to_the_next_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def program() -> tuple[str, ...]:
        told: list[str] = []

        def hook(args: Any) -> None:
            raise ValueError("from the hook")

        with monkeypatch.context() as patched:
            patched.setattr(threading, "excepthook", hook)
            patched.setattr(sys, "excepthook", lambda kind, value, traceback: told.append(str(value)))
            thread = threading.Thread(target=lambda: 1 / 0)
            thread.start()
            thread.join()
        return tuple(told)

    assert outcomes(program) == {("from the hook",)}
    assert "Exception in threading.excepthook:" in capsys.readouterr().err


def test_a_hook_that_fails_and_that_nobody_hears_of_fails_the_execution(monkeypatch: pytest.MonkeyPatch) -> None:
    def program() -> None:
        def hook(args: Any) -> None:
            raise ValueError("from the hook")

        with monkeypatch.context() as patched:
            patched.setattr(threading, "excepthook", hook)
            thread = threading.Thread(target=lambda: 1 / 0)
            thread.start()
            thread.join()

    assert "ValueError: from the hook" in str(failure_of(program))


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="policies are on their way out")
@pytest.mark.filterwarnings("ignore:There is no current event loop:DeprecationWarning")
def test_after_a_loop_was_taken_away_none_is_made_unasked() -> None:
    def program() -> tuple[bool, str]:
        made = asyncio.get_event_loop() is asyncio.get_event_loop()
        asyncio.set_event_loop(None)
        with pytest.raises(RuntimeError) as caught:
            asyncio.get_event_loop()
        return made, str(caught.value)

    assert outcomes(program) == {(True, "There is no current event loop in thread 'MainThread'.")}


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="policies are on their way out")
def test_a_policy_of_ones_own_makes_the_loops_until_it_is_taken_away() -> None:
    def program() -> tuple[int, float]:
        made: list[Any] = []

        class Policy(asyncio.DefaultEventLoopPolicy):
            def new_event_loop(self) -> Any:
                made.append(asyncio.SelectorEventLoop())
                return made[-1]

        asyncio.set_event_loop_policy(Policy())
        asyncio.run(asyncio.sleep(0))
        asyncio.set_event_loop_policy(None)
        began = time.monotonic()
        asyncio.run(asyncio.sleep(3600))
        return len(made), round(time.monotonic() - began)

    assert outcomes(program) == {(1, 3600)}


@pytest.mark.skipif(sys.version_info < (3, 13), reason="asyncio.EventLoop is new in Python 3.13")
def test_a_runner_makes_controlled_loops_by_every_name_of_their_class() -> None:
    def program() -> int:
        began = time.monotonic()
        with asyncio.Runner(loop_factory=asyncio.EventLoop) as runner:
            runner.run(asyncio.sleep(3600))
        return round(time.monotonic() - began)

    assert outcomes(program) == {3600}


def test_who_waits_by_looking_at_the_clock_sees_time_pass() -> None:
    def program() -> bool:
        began = time.monotonic()
        looks = 0
        while time.monotonic() < began + 10:
            looks += 1
        return 10 <= time.monotonic() - began < 10.1 and looks < 2000

    assert outcomes(program) == {True}


def test_a_few_looks_at_the_clock_take_no_time_worth_mentioning() -> None:
    def program() -> bool:
        began = time.monotonic()
        return max(time.monotonic() for _ in range(50)) - began < 1e-6

    assert outcomes(program) == {True}


def test_a_thread_that_watches_the_clock_for_ever_does_not_outlive_its_execution() -> None:
    def program() -> None:
        def stubborn() -> None:
            while True:
                try:
                    time.sleep(1)
                except BaseException:
                    while time.monotonic() < float("inf"):
                        pass

        threading.Thread(target=stubborn, daemon=True).start()
        time.sleep(0.5)
        raise AssertionError("the end")

    assert "the end" in str(failure_of(program, schedules=5))
