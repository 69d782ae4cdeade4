from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import pytest

import harness
from tests.programs import in_threads

if TYPE_CHECKING:
    from collections.abc import Callable


class Jobs:
    def __init__(self, lock: Any) -> None:
        self.lock = lock
        self.done = 0

    def count(self) -> int:
        with self.lock:
            return self.done

    def finish(self) -> int:
        with self.lock:
            self.done += 1
            return self.count()


def finishes_under(make: Callable[[], Any]) -> Callable[[], None]:
    return lambda: in_threads(Jobs(make()).finish)


def failure_of(program: Callable[[], Any]) -> harness.Failure:
    failure = harness.explore(program, detect=("double-acquire",)).failure
    assert failure is not None
    return failure


@pytest.mark.parametrize(
    ("make", "name"),
    [(threading.Lock, "Lock"), (threading.Semaphore, "Semaphore"), (threading.BoundedSemaphore, "BoundedSemaphore")],
)
def test_a_method_that_holds_the_lock_calls_one_that_takes_it(make: Callable[[], Any], name: str) -> None:
    failure = failure_of(finishes_under(make))
    assert failure.kind == "double-acquire"
    assert " waits at " in failure.message
    assert f" for a {name} that it acquired itself at " in failure.message
    assert "LOCK ACQUIRED TWICE" in str(failure)


def test_without_being_asked_for_it_is_the_deadlock_that_it_causes() -> None:
    failure = harness.explore(finishes_under(threading.Lock)).failure
    assert failure is not None
    assert failure.kind == "deadlock"


def test_it_replays_and_happens_on_real_threads() -> None:
    program = finishes_under(threading.Lock)
    failure = failure_of(program)
    again = harness.replay(program, failure.token, detect=("double-acquire",)).failure
    assert again is not None
    assert again.kind == "double-acquire"
    assert harness.confirm(program, failure.token, detect=("double-acquire",)).confirmed


def test_a_lock_that_may_be_taken_again_is_none() -> None:
    assert harness.explore(finishes_under(threading.RLock), detect=("double-acquire",)).verdict == "proved"


def test_two_locks_in_two_orders_are_a_deadlock_and_no_lock_acquired_twice() -> None:
    def program() -> None:
        one, other = threading.Lock(), threading.Lock()

        def take(first: Any, second: Any) -> None:
            with first, second:
                pass

        in_threads(lambda: take(one, other), lambda: take(other, one))

    assert failure_of(program).kind == "deadlock"


def test_a_lock_that_another_thread_releases_is_none() -> None:
    def program() -> None:
        turn = threading.Lock()

        def waits_for_its_turn() -> None:
            turn.acquire()
            turn.acquire()
            turn.release()

        def gives_it_the_turn() -> None:
            while not turn.locked():
                pass
            turn.release()

        in_threads(waits_for_its_turn, gives_it_the_turn)

    assert harness.explore(program, detect=("double-acquire",), schedules=50).ok


def test_a_deadlock_of_tasks_stays_one() -> None:
    async def program() -> None:
        lock = asyncio.Lock()
        async with lock, lock:
            pass

    assert failure_of(program).kind == "deadlock"
