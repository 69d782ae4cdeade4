"""The commit that brought a failure: found by halving, with commits that cannot be asked left out."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import harness
from harness.cli import main
from harness.gate.bisect import BAD, GOOD, SKIP, bisect, first_bad

PROGRAM = """
import threading


class Counter:
    def __init__(self):
        self.value = 0
        self.lock = threading.Lock()

    def add(self):
        with self.lock:
            self.value += 1


def bisected():
    counter = Counter()
    threads = [threading.Thread(target=counter.add) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counter.value == 2
"""


@given(st.data())
def test_the_first_bad_one_is_among_the_candidates_and_few_are_asked(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 60))
    first = data.draw(st.integers(0, count - 1))
    skipped = data.draw(st.sets(st.integers(0, max(count - 2, 0)), max_size=3))
    asked: list[int] = []

    def ask(place: int) -> int:
        asked.append(place)
        return SKIP if place in skipped else BAD if place >= first else GOOD

    place, candidates = first_bad(count, ask)
    assert first in candidates and place == candidates[-1]
    assert set(candidates) - {place} <= skipped
    assert len(asked) <= count.bit_length() + len(skipped) + 1


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("")
    git(tmp_path, "init", "-q")
    return tmp_path


def git(project: Path, *words: str) -> str:
    identity = ["-c", "user.name=a", "-c", "user.email=a@b"]
    done = subprocess.run(["git", *identity, *words], cwd=project, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit(project: Path, text: str, message: str) -> str:
    (project / "bisected_races.py").write_text(text)
    git(project, "add", "-A")
    git(project, "commit", "-q", "--allow-empty", "-m", message)
    return git(project, "rev-parse", "HEAD")


@pytest.mark.slow
def test_the_commit_that_took_the_lock_away_is_found(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commit(project, PROGRAM, "The first")
    commit(project, "import nothing_that_is_there", "It cannot be imported")
    commit(project, PROGRAM + "# one\n", "A comment")
    broken = PROGRAM.replace("with self.lock:", "if self.lock:")
    culprit = commit(project, broken, "Faster")
    commit(project, broken + "\n\nOTHER = 1\n", "Something else")

    monkeypatch.chdir(project)
    monkeypatch.syspath_prepend(str(project))
    import bisected_races  # type: ignore[import-not-found]

    failure = harness.explore(bisected_races.bisected).failure
    assert failure is not None
    (project / "bisected_races.py").write_text("# the working tree is another matter")
    assert main(["bisect", failure.token, "--schedules", "50"]) == 0
    assert f"{culprit} is the first commit with the failure\n    Faster" in capsys.readouterr().out
    assert len(git(project, "worktree", "list").splitlines()) == 1
    assert (project / "bisected_races.py").read_text() == "# the working tree is another matter"


def test_what_git_does_not_know_is_wrong_usage(project: Path) -> None:
    commit(project, PROGRAM, "The first")
    token = "bisected_races:bisected:2ASNFZ4mrDWQ9bG9zdC11cGRhdGUABAJa"
    with pytest.raises(harness.UsageError, match="git rev-parse failed"):
        bisect(token, project, good="no-such-revision")
    with pytest.raises(harness.UsageError, match="the failure does not happen in HEAD"):
        bisect("nothing_there:program:2ASNFZ4mrDWQ9bG9zdC11cGRhdGUABAJa", project)


@pytest.mark.parametrize(("source", "code"), [(PROGRAM, GOOD), ("import nothing_that_is_there", SKIP)])
def test_a_step_answers_as_git_bisect_run_wants(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, code: int
) -> None:
    name = f"stepped_{code}"
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / f"{name}.py").write_text(source)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert main(["bisect", f"{name}:bisected:2ASNFZ4mrDWQ9bG9zdC11cGRhdGUABAJa", "--step"]) == code
