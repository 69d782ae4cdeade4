"""``race gate`` in a project of its own, from the first baseline to the first red line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.cli import main
from harness.gate.lock_cost import at_commit, commit_of

ROOT = Path(__file__).parent.parent.parent
PROGRAMS = """
import threading


class Counter:
    def __init__(self):
        self.value = 0
        self.lock = threading.Lock()

    def add(self):
        self.value += 1

    def add_safely(self):
        with self.lock:
            self.value += 1


def run(function, counter):
    threads = [threading.Thread(target=function) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counter.value == 2


def test_loses():
    counter = Counter()
    run(counter.add, counter)


def holds():
    counter = Counter()
    run(counter.add_safely, counter)
"""
SETTINGS = """
[tool.race]
programs = ["gated_races.py:holds"]
tests = ["gated_races.py::test_loses"]
fails = ["gated_races.py::test_loses"]
schedules = 200
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.delitem(sys.modules, "gated_races", raising=False)
    (tmp_path / "pyproject.toml").write_text(SETTINGS)
    (tmp_path / "gated_races.py").write_text(PROGRAMS)
    return tmp_path


def gate_of_edited(project: Path, old: str, new: str, *options: str, **environment: str) -> tuple[int, str]:
    """What the gate says of changed source, in a process that has not imported the old one."""
    file = project / "gated_races.py"
    file.write_text(file.read_text().replace(old, new))
    done = subprocess.run(
        [sys.executable, "-m", "harness", "gate", *options], cwd=project, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )  # fmt: skip
    return done.returncode, done.stdout


def test_a_baseline_is_written_shown_and_holds(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gate"]) == 0
    assert "there is no baseline yet" in capsys.readouterr().out
    assert main(["gate", "--update"]) == 0
    out = capsys.readouterr().out
    assert "+ gated_races.py:holds: proved (" in out and "+ gated_races.py::test_loses: failed" in out
    assert main(["gate"]) == 0
    assert "none of 2 red" in capsys.readouterr().out


def test_a_safe_program_that_fails_is_one_line_with_its_command_and_stands_in_every_output(
    project: Path,
) -> None:
    main(["gate", "--update"])
    job = project / "job.md"
    files = {name: str(project / f"out.{name}") for name in ("sarif", "junit", "summary", "json")}
    outputs = [part for name in files for part in (f"--{name}", files[name])]
    code, out = gate_of_edited(
        project, "with self.lock:", "if self.lock:", "--github", *outputs, GITHUB_STEP_SUMMARY=str(job)
    )
    assert code == 1
    assert "red  gated_races.py:holds is said to be safe, and fails" in out
    assert "     race replay gated_races:holds:2" in out
    assert "::error file=gated_races.py,line=" in out
    assert "sequenceDiagram" in job.read_text() and job.read_text() == Path(files["summary"]).read_text()
    assert json.loads(Path(files["json"]).read_text())["as_expected"] is False
    assert len(json.loads(Path(files["sarif"]).read_text())["runs"][0]["results"]) >= 1


def test_what_no_longer_fails_and_the_token_that_no_longer_replays_are_red(project: Path) -> None:
    main(["gate", "--update"])
    code, out = gate_of_edited(project, "self.value += 1\n\n    def", "self.add_safely()\n\n    def")
    assert code == 1
    assert "is expected to fail, and no longer does" in out
    assert "a kept token of gated_races.py::test_loses no longer replays" in out


def test_what_is_no_longer_named_is_red_until_the_baseline_agrees(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["gate", "--update"])
    (project / "pyproject.toml").write_text('[tool.race]\nprograms = ["gated_races.py:holds"]\n')
    assert main(["gate"]) == 1
    assert "is in the baseline, and [tool.race] no longer names it" in capsys.readouterr().out
    assert main(["gate", "--update"]) == 0
    assert "- gated_races.py::test_loses: failed" in capsys.readouterr().out
    assert main(["gate"]) == 0


def test_a_time_budget_that_is_too_short_is_inconclusive_and_not_red(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["gate", "--update"])
    capsys.readouterr()
    assert main(["gate", "--time-budget", "0.0001"]) == 0
    assert "within its time" in capsys.readouterr().out


def test_a_damaged_baseline_is_wrong_usage(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / ".race").mkdir()
    (project / ".race" / "baseline.json").write_text("{")
    assert main(["gate"]) == 2
    assert "is no baseline, or is damaged" in capsys.readouterr().err


def test_a_lock_without_a_committed_baseline_cannot_be_judged(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "pyproject.toml").write_text('[tool.race]\nbenches = ["thread-lock"]\n')
    assert main(["gate"]) == 0
    assert "inconclusive thread-lock: there is no committed baseline" in capsys.readouterr().out


def test_the_commit_of_the_baseline_is_checked_out_beside_the_project_and_removed(project: Path) -> None:
    def git(*arguments: str) -> str:
        identity = ["-c", "user.name=a", "-c", "user.email=a@b"]
        done = subprocess.run(["git", *identity, *arguments], cwd=project, capture_output=True, text=True, check=True)
        return done.stdout

    git("init", "-q")
    assert commit_of(project, project / "gated_races.py") == ""
    git("add", "-A")
    git("commit", "-qm", "one")
    commit = commit_of(project, project / "gated_races.py")
    (project / "gated_races.py").write_text("changed")
    with at_commit(project, commit) as tree:
        assert tree is not None
        assert (tree / "gated_races.py").read_text() == PROGRAMS
    assert not tree.exists()
    assert len(git("worktree", "list").splitlines()) == 1
    with at_commit(project, "0" * 40) as tree:
        assert tree is None


def test_run_writes_the_same_outputs_and_asks_for_a_proof(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    junit = project / "race.xml"
    assert main(["run", "gated_races.py:holds", "--require", "proved", "--junit", str(junit)]) == 0
    assert '<testcase classname="race.program" name="gated_races.py:holds"' in junit.read_text()
    assert main(["run", "gated_races.py:holds", "-n", "1", "--require", "proved"]) == 1
