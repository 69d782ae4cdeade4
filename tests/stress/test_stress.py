"""Programs run as they are, in a process of their own."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from harness.cli import main
from harness.model.errors import UsageError
from harness.stress import stress
from harness.stress.child import run_often

PROGRAMS = """
import asyncio, threading, time

def holds():
    pass

def fails():
    raise AssertionError("wrong\\nin two lines")

def fails_in_a_thread():
    thread = threading.Thread(target=fails)
    thread.start()
    thread.join()

async def fails_in_a_task_nobody_asks():
    async def work():
        raise KeyError("job")
    asyncio.get_running_loop().call_soon(fails)
    await asyncio.sleep(0)

async def is_async():
    await asyncio.sleep(0)

def hangs():
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()

count = 0

def hangs_the_third_time():
    global count
    count += 1
    if count == 3:
        hangs()

def switch_interval():
    import sys
    assert sys.getswitchinterval() < 2e-6
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", f"{Path(__file__).parents[2]}")
    (tmp_path / "mine.py").write_text(PROGRAMS)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "failures", "messages"),
    [
        ("holds", 0, {}),
        ("is_async", 0, {}),
        ("switch_interval", 0, {}),
        ("fails", 3, {"AssertionError: wrong": 3}),
        ("fails_in_a_thread", 3, {"AssertionError: wrong": 3}),
        ("fails_in_a_task_nobody_asks", 3, {"AssertionError: wrong": 3}),
    ],
)
def test_failures_are_counted(folder: Path, name: str, failures: int, messages: dict[str, int]) -> None:
    found = stress(f"mine:{name}", runs=3)
    assert (found.runs, found.failures, found.hung) == (3, failures, False)
    assert found.messages == messages


def test_a_scenario_is_named_with_its_store(folder: Path) -> None:
    found = stress("forgotten-await@thread-lock-not-awaited", runs=2)
    assert (found.label, found.failures, found.word) == ("forgotten-await@thread-lock-not-awaited", 2, "common")


@pytest.mark.parametrize(("name", "runs"), [("hangs", 1), ("hangs_the_third_time", 3)])
def test_a_program_that_hangs_is_ended_and_counts_as_one_failure(folder: Path, name: str, runs: int) -> None:
    found = stress(f"mine:{name}", runs=5, hung_after=1.5)
    assert found.hung
    assert found.failures == 1
    assert found.messages["hung"] == 1
    assert found.runs <= runs


def test_the_time_is_asked_before_each_run() -> None:
    told: list[int] = []
    run_often(lambda: None, 0.0, None, lambda made, failed, messages: told.append(made))
    assert told == [0]


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("nowhere:program", "no module named 'nowhere'"),
        ("stuck-at-old-progress", "its store is missing"),
        ("stuck-at-old-progress@unloked", "did you mean 'unlocked'"),
    ],
)
def test_a_wrong_name_is_an_error_in_one_line(folder: Path, label: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        stress(label, runs=1)


def test_the_command_prints_a_table_and_writes_json(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, "mine", raising=False)
    assert main(["stress", "mine:fails", "--seconds", "0.01", "--json", "out.json"]) == 0
    printed = capsys.readouterr().out
    assert "mine:fails" in printed
    assert "common" in printed
    assert "AssertionError: wrong" in printed
    assert '"word": "common"' in (folder / "out.json").read_text()


def test_a_wrong_scenario_gets_one_line_and_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stress", "stuck-at-old-progres"]) == 2
    assert "did you mean" in capsys.readouterr().err


def test_counts_survive_a_change_of_their_source() -> None:
    """What is told is a snapshot as far as the receiver is concerned: it is turned into JSON at once."""
    seen: list[Counter[str]] = []

    def failing() -> Any:
        raise ValueError("no")

    run_often(failing, 0.0, 2, lambda made, failed, messages: seen.append(Counter(messages)))
    assert seen[-1] == {"ValueError: no": 2}
