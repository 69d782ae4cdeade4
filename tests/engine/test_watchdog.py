"""A call that blocks the one OS thread, and a loop without a step, end the exploration with their line."""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
import types
from typing import TYPE_CHECKING, Any

import pytest

import harness
from tests.programs import Box, in_threads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

fcntl: Any = pytest.importorskip("fcntl")

SOURCE = """
def wait_for(flag):
    while not flag:
        pass
"""


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    made = types.ModuleType("spinning_library")
    exec(SOURCE, made.__dict__)
    sys.modules["spinning_library"] = made
    monkeypatch.setattr("harness.engine.watchdog._SPIN", 0.2)
    yield made
    del sys.modules["spinning_library"]


def locks_a_file(path: Path) -> Callable[[], None]:
    def program() -> None:
        box = Box()

        def work() -> None:
            with path.open("w") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                box.value += 1

        in_threads(work, work)

    return program


def reads_a_pipe(path: Path) -> Callable[[], None]:
    def program() -> None:
        ours, theirs = os.pipe()
        try:
            os.read(ours, 1)
        finally:
            os.close(ours)
            os.close(theirs)

    return program


def selects(path: Path) -> Callable[[], None]:
    def program() -> None:
        ours, theirs = os.pipe()
        try:
            select.select([ours], [], [])
        finally:
            os.close(ours)
            os.close(theirs)

    return program


@pytest.mark.parametrize("made", [locks_a_file, reads_a_pipe, selects], ids=lambda made: made.__name__)
def test_a_call_that_blocks_is_refused_with_its_line(made: Any, tmp_path: Path) -> None:
    handler = signal.getsignal(signal.SIGURG)
    with pytest.raises(harness.UncontrolledError, match=rf"blocks at .*{__file__}:\d+"):
        harness.explore(made(tmp_path / "locked"))
    assert signal.getsignal(signal.SIGURG) is handler


def test_a_loop_in_code_that_is_not_rewritten_is_refused_with_its_line(library: Any) -> None:
    def program() -> None:
        flag: list[bool] = []
        setter = threading.Thread(target=flag.append, args=(True,))
        setter.start()
        library.wait_for(flag)
        setter.join()

    with pytest.raises(harness.UncontrolledError, match=r"instrument=\('spinning_library',\)"):
        harness.explore(program)


def test_a_finally_block_that_blocks_is_refused_too(library: Any) -> None:
    def program() -> None:
        try:
            threading.Event().wait()
        finally:
            library.wait_for([])

    with pytest.raises(harness.UncontrolledError, match="not come to a step"):
        harness.explore(program)


def test_a_step_of_the_programs_own_that_never_ends_is_told_as_such(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("harness.engine.watchdog._SPIN", 0.2)

    def program() -> None:
        for number in iter(int, 1):
            number + 1

    with pytest.raises(harness.UncontrolledError, match="without a step"):
        harness.explore(program)
