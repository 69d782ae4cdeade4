"""What a signal handler raises ends the exploration, wherever the program happens to be, and keeps what was found."""

from __future__ import annotations

import asyncio
import signal
import threading
from typing import TYPE_CHECKING, Any

import pytest

import harness
from tests.programs import Box, in_threads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="this platform has no signals to speak of")

RAISE = {
    number: eval("lambda: call(number)", {"call": signal.raise_signal, "number": number})
    for number in (signal.SIGINT, signal.SIGALRM)
}
"""Inside an execution, the plain name and a partial lead to a refusal; code without source does not."""


class Timeout(BaseException):
    """What a test's timeout raises."""


@pytest.fixture
def alarm() -> Iterator[None]:
    def handler(number: int, frame: Any) -> None:
        raise Timeout

    old = signal.signal(signal.SIGALRM, handler)
    yield
    signal.signal(signal.SIGALRM, old)


def signals_in(number: signal.Signals, execution: int) -> Callable[[], None]:
    """A program whose pool's workers keep every exception, and that is interrupted in one of its executions."""
    made = iter(range(1, 1000))

    def program() -> None:
        box, lock = Box(), threading.Lock()
        is_the_one = next(made) == execution

        def work() -> None:
            with lock:
                box.value += 1
            if is_the_one and box.value == 2:
                RAISE[number]()

        async def main() -> None:
            await asyncio.gather(asyncio.to_thread(work), asyncio.to_thread(work), return_exceptions=True)

        asyncio.run(main())

    return program


def test_ctrl_c_inside_a_pool_is_ctrl_c() -> None:
    seen: list[harness.Exploration] = []
    with pytest.raises(KeyboardInterrupt):
        harness.explore(signals_in(signal.SIGINT, 5), strategy="random", on_progress=seen.append)
    assert (seen[-1].stopped_by, seen[-1].verdict) == ("interrupt", "not found")
    assert 0 < seen[-1].schedules < 5


def test_a_timeout_of_a_test_is_raised_as_what_it_is(alarm: None) -> None:
    with pytest.raises(Timeout):
        harness.explore(signals_in(signal.SIGALRM, 3), strategy="random")
    assert harness.explore(lambda: 1).verdict == "proved"


def test_an_interrupted_search_proves_nothing() -> None:
    seen: list[harness.Exploration] = []
    with pytest.raises(KeyboardInterrupt):
        harness.explore(signals_in(signal.SIGINT, 2), strategy="exhaustive", on_progress=seen.append)
    assert seen[-1].verdict == "not found"


def test_ctrl_c_while_shrinking_keeps_the_failure_as_small_as_it_is() -> None:
    def program() -> None:
        box = Box()

        def add() -> None:
            box.value += 1

        in_threads(add, add, add)
        if box.value != 3:
            if next(failures) == 2:  # the first one is what is shrunk
                RAISE[signal.SIGINT]()
        assert box.value == 3

    failures = iter(range(1, 1_000_000))
    seen: list[harness.Exploration] = []
    with pytest.raises(KeyboardInterrupt):
        harness.explore(program, strategy="random", on_progress=seen.append)
    assert (seen[-1].stopped_by, seen[-1].verdict) == ("interrupt", "failed")
    failure = seen[-1].failure
    assert failure is not None
    assert harness.replay(program, failure.token).failure is not None


def test_handlers_are_put_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    harness.explore(lambda: 1)
    assert signal.getsignal(signal.SIGINT) is before
