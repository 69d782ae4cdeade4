"""Work in a process of its own ends when its time is up, and leaves nothing behind."""

from __future__ import annotations

import os
import tempfile
import threading
from pathlib import Path

import pytest

from harness.real.forked import in_child


def test_what_was_sent_arrives_in_order() -> None:
    def work(send: object) -> None:
        for number in range(3):
            send({"number": number})  # type: ignore[operator]

    assert in_child(work, seconds=30) == [{"number": 0}, {"number": 1}, {"number": 2}]


def test_a_process_that_hangs_is_killed_and_what_it_sent_before_is_kept() -> None:
    def work(send: object) -> None:
        send("before")  # type: ignore[operator]
        lock = threading.Lock()
        lock.acquire()
        lock.acquire()

    assert in_child(work, seconds=0.3) == ["before"]
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_an_exception_ends_the_process_and_not_the_caller() -> None:
    def work(send: object) -> None:
        raise RuntimeError

    assert in_child(work, seconds=30) == []


def test_temporary_files_go_with_the_process() -> None:
    def work(send: object) -> None:
        send(tempfile.mkdtemp())  # type: ignore[operator]

    (folder,) = in_child(work, seconds=30)
    assert not Path(folder).exists()


def test_the_process_is_another_one_and_says_nothing_aloud(capfd: pytest.CaptureFixture[str]) -> None:
    def work(send: object) -> None:
        print("aloud", flush=True)
        send(os.getpid())  # type: ignore[operator]

    (number,) = in_child(work, seconds=30)
    assert number != os.getpid()
    assert capfd.readouterr().out == ""
