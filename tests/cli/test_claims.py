"""``race claims``, as somebody at a shell meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.cli import main


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_refuted_claim_is_no_failure_of_the_command(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["claims", "thread-safe", "releases", "--quick", "--json", "out/a.json"]) == 0
    printed, errors = capsys.readouterr()
    assert not errors
    assert "2 claims: 1 holds, 1 refuted" in printed
    assert "race replay harness.scenarios.lessons.quick_reference.programs.solution:after_with_a_thread:2" in printed
    assert "written: results/latest/claims.md, results/latest/claims.json, out/a.json" in printed
    found = json.loads((folder / "out" / "a.json").read_text(encoding="utf-8"))
    assert found == json.loads((folder / "results" / "latest" / "claims.json").read_text(encoding="utf-8"))
    assert [each["id"] for each in found["claims"]] == ["thread-safe", "releases"]
    assert found["quick"] is True
    assert "### thread-safe" in (folder / "results" / "latest" / "claims.md").read_text(encoding="utf-8")


def test_what_only_a_measurement_can_tell_is_left_open_by_quick(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["claims", "--quick", "per-acquisition", "frequency-stuck"]) == 0
    printed = capsys.readouterr().out
    assert "2 claims: 2 undecided" in printed
    assert "not measured in this run (--quick)" in printed


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["thread-save"], "no claim named 'thread-save', did you mean 'thread-safe'?"),
        (["grep", "--json", "file/out.json"], "cannot write file/out.json"),
    ],
)
def test_a_mistake_gets_one_clear_line_and_exit_code_2(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    (folder / "file").write_text("")
    assert main(["claims", *arguments]) == 2
    printed, complaint = capsys.readouterr()
    assert complaint.startswith("race: ")
    assert words in complaint
    assert not printed
