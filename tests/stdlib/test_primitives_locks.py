"""What stands in ``threading`` to wait with behaves as documented, under every schedule that is tried."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.programs import Box, failure_of, in_threads, outcomes


def test_a_barrier_lets_all_go_at_once_and_gives_each_its_number() -> None:
    def program() -> tuple[int, ...]:
        barrier, seen = threading.Barrier(3), Box(0)
        numbers: list[int] = []

        def arrive() -> None:
            seen.value += 1
            number = barrier.wait()
            assert seen.value == 3 or number < 0
            numbers.append(number)

        lock = threading.Lock()

        def counted() -> None:
            with lock:
                seen.value += 1
            numbers.append(barrier.wait())
            assert seen.value == 3

        in_threads(counted, counted, counted)
        return tuple(sorted(numbers))

    assert outcomes(program) == {(0, 1, 2)}


def test_a_barrier_that_nobody_else_comes_to_breaks_after_its_timeout() -> None:
    def program() -> tuple[str, bool]:
        barrier = threading.Barrier(2)
        try:
            barrier.wait(timeout=5)
        except threading.BrokenBarrierError:
            return "broken", barrier.broken
        return "passed", barrier.broken

    assert outcomes(program) == {("broken", True)}


def test_a_barrier_runs_its_action_once_and_can_be_used_again() -> None:
    def program() -> int:
        done = Box()

        def action() -> None:
            done.value += 1

        barrier = threading.Barrier(2, action)

        def twice() -> None:
            barrier.wait()
            barrier.wait()

        in_threads(twice, twice)
        return done.value

    assert outcomes(program) == {2}


def test_a_condition_wakes_those_who_wait_in_the_order_in_which_they_came() -> None:
    def program() -> tuple[str, ...]:
        condition, woken = threading.Condition(), []
        arrived = [threading.Event(), threading.Event()]

        def waiter(number: int) -> None:
            with condition:
                arrived[number].set()
                condition.wait()
                woken.append(number)
                if number == 0:
                    condition.notify()

        threads = [threading.Thread(target=waiter, args=(number,)) for number in (0, 1)]
        for number, thread in enumerate(threads):
            thread.start()
            arrived[number].wait()
        with condition:
            condition.notify()
        for thread in threads:
            thread.join()
        return tuple(woken)

    assert outcomes(program) == {(0, 1)}


def test_a_condition_that_nobody_notifies_gives_up_and_has_its_lock_again() -> None:
    def program() -> tuple[bool, bool]:
        condition = threading.Condition(threading.Lock())
        with condition:
            answer = condition.wait(timeout=1)
            owned = condition._is_owned()  # type: ignore[attr-defined]
        return answer, owned

    assert outcomes(program) == {(False, True)}


def test_wait_for_sees_what_it_waits_for() -> None:
    def program() -> tuple[bool, bool]:
        condition, box = threading.Condition(), Box()

        def change() -> None:
            with condition:
                box.value = 1
                condition.notify_all()

        thread = threading.Thread(target=change)
        thread.start()
        with condition:
            seen = condition.wait_for(lambda: box.value == 1)
            never = condition.wait_for(lambda: box.value == 2, timeout=3)
        thread.join()
        return seen, never

    assert outcomes(program) == {(True, False)}


def test_a_notification_before_the_wait_is_lost() -> None:
    def program() -> None:
        condition = threading.Condition()

        def wait() -> None:
            with condition:
                condition.wait()

        thread = threading.Thread(target=wait, name="waiter")
        thread.start()
        with condition:
            condition.notify()
        thread.join()

    failure = failure_of(program)
    assert failure.kind == "deadlock"
    assert "waiter waits" in failure.message


def test_a_condition_needs_its_lock() -> None:
    def program() -> list[str]:
        condition, said = threading.Condition(), []
        for call in (condition.wait, condition.notify, condition.notify_all):
            try:
                call()
            except RuntimeError as error:
                said.append(str(error))
        return said

    assert outcomes(program, schedules=1) == {
        "['cannot wait on un-acquired lock', 'cannot notify on un-acquired lock', 'cannot notify on un-acquired lock']"
    }


@pytest.mark.parametrize("kind", [threading.Semaphore, threading.BoundedSemaphore])
def test_a_semaphore_lets_so_many_in(kind: Any) -> None:
    def program() -> int:
        semaphore, inside, most = kind(2), Box(), Box()
        lock = threading.Lock()

        def enter() -> None:
            with semaphore:
                with lock:
                    inside.value += 1
                    most.value = max(most.value, inside.value)
                with lock:
                    inside.value -= 1

        in_threads(enter, enter, enter)
        return most.value

    assert outcomes(program) == {1, 2}


def test_a_semaphore_is_taken_with_a_timeout_or_not_at_all() -> None:
    def program() -> tuple[bool, ...]:
        semaphore = threading.Semaphore(1)
        first, second = semaphore.acquire(timeout=1), semaphore.acquire(blocking=False)
        third = semaphore.acquire(timeout=1)
        semaphore.release(2)
        return first, second, third, semaphore.acquire(blocking=False), semaphore.acquire(False)

    assert outcomes(program) == {(True, False, False, True, True)}


def test_a_bounded_semaphore_cannot_be_released_too_often() -> None:
    def program() -> str:
        semaphore = threading.BoundedSemaphore(1)
        try:
            semaphore.release()
        except ValueError as error:
            return str(error)
        return ""

    assert outcomes(program, schedules=1) == {"Semaphore released too many times"}


def test_an_event_stays_set_until_it_is_cleared_and_a_woken_waiter_stays_woken() -> None:
    def program() -> tuple[bool, bool]:
        event, answers = threading.Event(), []
        ready = threading.Event()

        def wait() -> None:
            ready.set()
            answers.append(event.wait(timeout=1000))

        thread = threading.Thread(target=wait)
        thread.start()
        ready.wait()
        event.set()
        event.clear()
        thread.join()
        return answers[0], event.is_set()

    assert outcomes(program) == {(True, False), (False, False)}


@pytest.mark.parametrize("seconds", [0, -1, 0.5])
def test_an_event_that_is_not_set_is_waited_for_as_long_as_said(seconds: float) -> None:
    assert outcomes(lambda: threading.Event().wait(seconds), schedules=5) == {False}


def test_only_the_owner_of_an_rlock_may_release_it() -> None:
    def program() -> tuple[str, bool]:
        lock, said = threading.RLock(), Box("")

        def release() -> None:
            try:
                lock.release()
            except RuntimeError as error:
                said.value = str(error)

        lock.acquire()
        lock.acquire()
        in_threads(release)
        lock.release()
        taken = Box()

        def take() -> None:
            taken.value = lock.acquire(blocking=False)

        in_threads(take)
        lock.release()
        return said.value, taken.value

    assert outcomes(program) == {("cannot release un-acquired lock", False)}


def test_any_thread_may_release_a_lock() -> None:
    def program() -> bool:
        lock = threading.Lock()
        lock.acquire()
        in_threads(lock.release)
        return lock.locked()

    assert outcomes(program) == {False}


@pytest.mark.parametrize("kind", [threading.Lock, threading.RLock])
def test_a_lock_is_waited_for_as_long_as_said(kind: Any) -> None:
    def program() -> tuple[bool, ...]:
        lock, answers = kind(), []

        def take() -> None:
            answers.append(lock.acquire(timeout=2))
            answers.append(lock.acquire(blocking=False))

        with lock:
            in_threads(take)
        return tuple(answers)

    assert outcomes(program) == {(False, False)}


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((False, 1), ValueError, "can't specify a timeout for a non-blocking call"),
        ((True, -2), ValueError, "timeout value must be a non-negative number"),
        ((True, 1e300), OverflowError, "timeout value is too large"),
    ],
)
def test_a_lock_refuses_what_cpythons_refuses(arguments: Any, error: type[Exception], message: str) -> None:
    def program() -> str:
        for kind in (threading.Lock, threading.RLock):
            with pytest.raises(error, match=message):
                kind().acquire(*arguments)
        return "refused"

    assert outcomes(program, schedules=1) == {"refused"}
    with pytest.raises(error):
        threading.Lock().acquire(*arguments)
