"""``race audit``, as somebody at a shell meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import harness
from harness.cli import main

STORES = Path(harness.__file__).parent / "stores"
UNLOCKED, LOCKED = str(STORES / "unlocked.py"), str(STORES / "thread_lock.py")


def test_findings_are_exit_code_1_and_none_is_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", UNLOCKED]) == 1
    assert "check-then-act" in capsys.readouterr().out
    assert main(["audit", LOCKED]) == 0
    assert "no finding in 1 file" in capsys.readouterr().out


def test_files_and_folders_can_be_mixed_and_each_file_is_audited_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "broken.py").write_text("def")
    (tmp_path / "a.py").write_text("x = 1\n")
    assert main(["audit", str(tmp_path), str(tmp_path / "a.py"), LOCKED]) == 0
    assert "no finding in 2 files" in capsys.readouterr().out


def test_json_and_sarif_are_written_beside_the_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = tmp_path / "out" / "audit.json", tmp_path / "audit.sarif"
    assert main(["audit", UNLOCKED, "--json", str(first), "--sarif", str(second)]) == 1
    findings = json.loads(first.read_text(encoding="utf-8"))["findings"]
    (run,) = json.loads(second.read_text(encoding="utf-8"))["runs"]
    assert len(findings) == len(run["results"]) > 0
    assert sorted(each.name for each in tmp_path.iterdir()) == ["audit.sarif", "out"]


def test_github_gets_annotations_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", UNLOCKED, "--github"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines
    assert all(line.startswith("::warning file=") for line in lines)


def test_threads_are_not_assumed_if_one_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", UNLOCKED, "--no-assume-threads"]) == 1
    assert "Assumed:" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("broken.py", "x = 1\nif x\n", "broken.py:2: not Python"),
        ("gone.py", None, "no such file"),
        ("folder", None, "no such file"),
    ],
)
def test_what_cannot_be_read_is_one_line_with_file_and_line_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: str | None, message: str
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)
    assert main(["audit", str(tmp_path / name), "--json", str(tmp_path / "out.json")]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert not (tmp_path / "out.json").exists()


def test_a_folder_without_python_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", str(tmp_path)]) == 2
    assert "no Python file in" in capsys.readouterr().err


def test_a_place_that_cannot_be_written_is_named_before_the_audit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert main(["audit", UNLOCKED, "--sarif", str(tmp_path / "file" / "out.sarif")]) == 2
    captured = capsys.readouterr()
    assert "cannot write" in captured.err
    assert captured.out == ""


def test_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "--help"]) == 0
    assert "race audit my_service.py" in capsys.readouterr().out
