"""``race init`` in projects as people have them: what it writes is short, and runs as it is."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from harness.cli import main

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project with a src layout and settings of its own."""
    (tmp_path / "src" / "shop").mkdir(parents=True)
    (tmp_path / "src" / "shop" / "__init__.py").write_text("")
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "shop"\nversion = "1"\n[project.optional-dependencies]\ntest = ["pytest"]\n'
        "[tool.pytest.ini_options]\naddopts = '-q'\n"
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def shell(project: Path, command: str) -> subprocess.CompletedProcess[str]:
    """Run a line of a CI job, with the harness that is under test."""
    words = shlex.split(command)
    start = {"race": [sys.executable, "-m", "harness"], "pytest": [sys.executable, "-m", "pytest"]}
    environment = {name: value for name, value in os.environ.items() if name != "GITHUB_ACTIONS"}
    return subprocess.run(
        [*start[words[0]], *words[1:]], cwd=project, capture_output=True, text=True, check=False,
        env={**environment, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def test_what_it_writes_for_github_runs_as_it_is(project: Path) -> None:
    assert main(["init"]) == 0
    workflow = yaml.safe_load((project / ".github/workflows/race.yml").read_text())
    install, gate = (step["run"] for step in workflow["jobs"]["race"]["steps"] if "run" in step)
    assert install == "python -m pip install race-harness -e '.[test]'"
    assert shell(project, "race gate --update").returncode == 0
    done = shell(project, gate)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (project / "race.sarif").exists() and (project / "race.xml").exists()
    assert shell(project, "pytest tests -p no:cacheprovider").returncode == 0


def test_each_file_is_short_and_the_settings_of_others_stay(project: Path) -> None:
    before = (project / "pyproject.toml").read_text()
    main(["init"])
    after = (project / "pyproject.toml").read_text()
    assert after.startswith(before)
    assert tomllib.loads(after)["tool"]["race"]["programs"] == ["tests/test_races.py:two_threads"]
    added = [
        project / name for name in ("tests/test_races.py", ".github/workflows/race.yml", ".pre-commit-config.yaml")
    ]
    assert all(len(file.read_text().splitlines()) < 30 for file in added)


def test_what_is_there_is_kept_and_what_could_be_added_is_shown(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / ".gitlab-ci.yml").write_text("stages: [test]\n")
    assert main(["init"]) == 0
    assert (project / ".gitlab-ci.yml").read_text() == "stages: [test]\n"
    out = capsys.readouterr().out
    assert "kept     .gitlab-ci.yml" in out and "race gate --time-budget 300 --junit race.xml" in out
    again = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    assert main(["init"]) == 0
    assert again == {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}


def test_the_job_for_gitlab_and_the_hook_are_what_these_tools_read(project: Path) -> None:
    main(["init", "--ci", "gitlab"])
    job = yaml.safe_load((project / ".gitlab-ci.yml").read_text())["race"]
    assert job["artifacts"]["reports"] == {"junit": "race.xml"}
    (hook,) = yaml.safe_load((project / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    assert hook["entry"].startswith("race gate") and hook["language"] == "system"


def test_a_folder_without_a_project_becomes_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["init", "--ci", "none"]) == 0
    assert (tmp_path / "pyproject.toml").read_text().startswith("[tool.race]")


def test_a_project_that_has_tests_of_races_gets_its_first_one_beside_them(project: Path) -> None:
    (project / "tests").mkdir()
    (project / "tests" / "test_races.py").write_text("MINE = 1\n")
    assert main(["init"]) == 0
    assert (project / "tests" / "test_races.py").read_text() == "MINE = 1\n"
    assert shell(project, "race gate").returncode == 0


def test_settings_that_cannot_be_read_stop_it_before_anything_is_written(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "pyproject.toml").write_text("[tool")
    assert main(["init"]) == 2
    assert "cannot read" in capsys.readouterr().err
    assert not (project / "tests").exists()


def test_the_documents_show_the_jobs_that_it_writes(project: Path) -> None:
    (project / "pyproject.toml").write_text('[project]\nname = "shop"\nversion = "1"\n')
    for ci, name in (("github", ".github/workflows/race.yml"), ("gitlab", ".gitlab-ci.yml")):
        main(["init", "--ci", ci])
        assert (project / name).read_text() in (ROOT / "docs" / "gate.md").read_text()
