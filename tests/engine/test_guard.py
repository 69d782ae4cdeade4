"""What no schedule decides about is refused, with the call and the line of the program that made it."""

from __future__ import annotations

import asyncio
import inspect
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

import harness
from tests.programs import outcomes


def a_socket() -> None:
    socket.socket()


def a_name_to_be_looked_up() -> None:
    socket.getaddrinfo("localhost", 80)


def a_process() -> None:
    subprocess.run([sys.executable, "-c", ""], check=True)


def a_shell() -> None:
    os.system("true")


def a_fork() -> None:
    os.fork()


def a_new_program() -> None:
    os.execv("/bin/true", ["true"])


def a_signal_sent() -> None:
    os.kill(os.getpid(), signal.SIGUSR1)


def a_signal_raised() -> None:
    signal.raise_signal(signal.SIGUSR1)


def an_alarm() -> None:
    signal.alarm(1)


def a_signal_handler() -> None:
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)


def a_signal_handler_of_a_loop() -> None:
    async def main() -> None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, int)

    asyncio.run(main())


async def a_server() -> None:
    await asyncio.start_server(int, "localhost", 0)  # type: ignore[arg-type]


async def a_connection() -> None:
    await asyncio.open_connection("localhost", 1)


async def a_process_of_a_loop() -> None:
    await asyncio.create_subprocess_exec("true")


def a_raw_thread() -> None:
    RAW(int, ())


RAW: Any = __import__("_thread").start_new_thread

REFUSED = {
    a_socket: "socket.__new__",
    a_name_to_be_looked_up: "socket.getaddrinfo",
    a_process: "subprocess.Popen",
    a_shell: "os.system",
    a_fork: "os.fork",
    a_new_program: "os.exec",
    a_signal_sent: "os.kill",
    a_signal_raised: "signal.raise_signal",
    an_alarm: "signal.alarm",
    a_signal_handler: "signal.signal",
    a_signal_handler_of_a_loop: "loop.add_signal_handler",
    a_server: "loop.getaddrinfo|loop.create_server",
    a_connection: "loop.create_connection|loop.getaddrinfo",
    a_process_of_a_loop: "loop.subprocess_exec",
}


@pytest.mark.parametrize("program", REFUSED, ids=lambda program: program.__name__)
def test_is_refused_with_the_call_and_the_line(program: Any) -> None:
    handler = signal.getsignal(signal.SIGUSR1)
    with pytest.raises(harness.UncontrolledError) as caught:
        harness.explore(program, schedules=2)
    message = str(caught.value)
    found = re.search(rf"^({REFUSED[program]}) at {re.escape(__file__)}:(\d+) reaches outside", message)
    assert found, message
    lines, first = inspect.getsourcelines(program)
    assert first < int(found[2]) <= first + len(lines)
    assert "stub" in message
    assert signal.getsignal(signal.SIGUSR1) == handler


def test_a_program_cannot_swallow_the_refusal() -> None:
    def program() -> str:
        try:
            socket.socket()
        except BaseException:
            return "swallowed"
        return "opened"

    with pytest.raises(harness.UncontrolledError):
        harness.explore(program, schedules=2)


def test_the_thread_and_the_task_that_reach_outside_are_refused_too() -> None:
    def in_a_thread() -> None:
        threading.Thread(target=socket.socket).start()

    async def in_a_task() -> None:
        await asyncio.create_task(open_one())

    async def open_one() -> None:
        socket.socket()

    for program in (in_a_thread, in_a_task):
        with pytest.raises(harness.UncontrolledError, match=r"socket\.__new__"):
            harness.explore(program, schedules=2)


def test_a_raw_thread_whose_name_was_bound_before_is_controlled() -> None:
    assert outcomes(a_raw_thread, schedules=2) == {None}


def test_files_and_environment_are_no_business_of_the_guard(tmp_path: Path) -> None:
    def program() -> str:
        path = tmp_path / "file"
        path.write_text("text")
        return path.read_text() + os.environ.get("NO_SUCH_NAME", "")

    assert outcomes(program, schedules=2) == {"text"}


def test_nothing_is_refused_outside_an_execution() -> None:
    outcomes(lambda: 1, schedules=2)
    socket.socket().close()


def test_other_threads_of_the_process_are_left_alone() -> None:
    asked, opened = threading.Event(), threading.Event()

    def outside() -> None:
        asked.wait()
        socket.socket().close()
        opened.set()

    thread = threading.Thread(target=outside)
    thread.start()

    def progress(result: harness.Exploration) -> None:
        asked.set()
        opened.wait()

    harness.explore(lambda: 1, schedules=2, on_progress=progress)
    thread.join()
    assert opened.is_set()


def test_a_runner_in_another_thread_of_the_process_is_not_refused_for_its_signal_handler() -> None:
    async def value() -> int:
        return 5

    def program() -> int:
        with asyncio.Runner() as runner:
            return runner.run(value())

    found: list[set[Any]] = []
    thread = threading.Thread(target=lambda: found.append(outcomes(program, schedules=2)))
    thread.start()
    thread.join()
    assert found == [{5}]
