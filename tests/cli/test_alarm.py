"""What stands still ends with its line; the alarm is raised by hand, for no test waits."""

from __future__ import annotations

import ctypes
import signal
from functools import partial
from typing import TYPE_CHECKING

import pytest

import harness
from harness.cli.alarm import alarm

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this platform has no alarm")
LONG = 1e6


@pytest.fixture(autouse=True)
def the_alarm_is_put_back() -> Iterator[None]:
    yield
    assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_what_stands_still_is_named_with_its_line() -> None:
    with pytest.raises(harness.UncontrolledError, match=rf"it stands at {__file__}:\d+ in test_what"), alarm(LONG):
        signal.raise_signal(signal.SIGALRM)


def test_a_program_that_stands_still_is_ended_from_inside() -> None:
    bark = partial(getattr(ctypes.CDLL(None), "raise"), int(signal.SIGALRM))  # signal.raise_signal is refused

    def program() -> None:
        while True:
            bark()

    with pytest.raises(harness.UncontrolledError, match=r"no answer within \d+ s: it stands at .* in program"):
        with alarm(LONG):
            harness.explore(program)


def test_an_alarm_that_is_in_use_is_left_alone() -> None:
    barked: list[int] = []
    old = signal.signal(signal.SIGALRM, lambda number, frame: barked.append(number))
    try:
        with alarm(LONG):
            signal.raise_signal(signal.SIGALRM)
    finally:
        signal.signal(signal.SIGALRM, old)
    assert barked


def test_without_a_limit_there_is_no_alarm() -> None:
    with alarm(None):
        assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
