"""``race bench``, as somebody at a shell meets it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from harness.bench import benchmark
from harness.cli import main

LOCKS = """
import threading


class Lock:
    def __enter__(self):
        pass

    def __exit__(self, *exc):
        pass


class Impatient(Lock):
    def __enter__(self):
        raise KeyboardInterrupt


def number():
    return 7


shared = threading.Lock()
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "my_locks", raising=False)
    tiny = benchmark.Plan(
        blocks=6, timing=1e-5, rounds=6, round_seconds=2e-4, lag_rounds=6, lag_seconds=5e-4
    )  # whatever is printed: nobody believes it
    monkeypatch.setattr(benchmark, "QUICK", tiny)
    monkeypatch.setattr(benchmark, "FULL", tiny)
    (tmp_path / "my_locks.py").write_text(LOCKS)
    return tmp_path


def test_it_prints_what_locks_cost(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench"]) == 0
    printed, errors = capsys.readouterr()
    for words in ("update asyncio-lock", "acquire threading.RLock", "< 1% from", "4 tasks + 2 threads", "lag of the"):
        assert words in printed
    assert "\x1b" not in printed
    assert not errors
    assert not list(folder.glob("*.json"))


def test_a_lock_of_ones_own_is_measured(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--store", "my_locks:Lock", "--json", "out.json"]) == 0
    assert "update my_locks:Lock" in capsys.readouterr().out
    found = json.loads((folder / "out.json").read_text(encoding="utf-8"))
    assert {each["name"] for each in found["contention"]} == {"no lock", "my_locks:Lock"}


def test_every_file_that_is_asked_for_is_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = ["--json", "out/a.json", "--pyperf", "b.json", "--svg", "c.svg"]
    assert main(["bench", "--operation", "update", "--quick", *files]) == 0
    assert "written: out/a.json, b.json, c.svg" in capsys.readouterr().out
    for name in ("out/a.json", "b.json", "c.svg"):
        assert (folder / name).stat().st_size > 100


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--operation", "updaet"], "no operation named 'updaet', did you mean 'update'?"),
        (["--store", "thread-lok"], "did you mean 'thread-lock'"),
        (["--store", "my_locks:number"], "which is neither a lock"),
        (["--store", "nowhere:Lock"], "no module named 'nowhere'"),
        (["--affinity", "all"], "is no list of processors"),
        (["--json", "my_locks.py/out.json"], "cannot write my_locks.py/out.json"),
        (["--svg", "a.svg", "--operation", "lag"], "add --operation update"),
    ],
)
def test_a_mistake_gets_one_clear_line_and_exit_code_2(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert main(["bench", *arguments]) == 2
    printed, complaint = capsys.readouterr()
    assert complaint.startswith("race: ")
    assert words in complaint
    assert not printed


@pytest.mark.parametrize(("option", "library"), [("--pyperf", "pyperf"), ("--svg", "pygal")])
def test_a_missing_library_is_named_before_anything_is_measured(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    option: str,
    library: str,
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    assert main(["bench", option, "out"]) == 2
    assert f"{option} needs {library}" in (complaint := capsys.readouterr().err)
    assert "pip install 'race-harness[bench]'" in complaint


def test_ctrl_c_says_so_and_leaves_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--store", "my_locks:Impatient", "--json", "out.json"]) == 130
    assert capsys.readouterr().err.strip() == "race: stopped"
    assert not (folder / "out.json").exists()


def test_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--help"]) == 0
    assert "Examples:" in capsys.readouterr().out
