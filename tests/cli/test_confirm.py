"""``race confirm``, and the mark that ``race run`` sets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import harness
from harness.catalog import program_of_token
from harness.cli import main
from harness.model.token import Token


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def token_of(label: str) -> str:
    failure = harness.explore(program_of_token(f"{label}:")).failure
    assert failure is not None
    return failure.token


def test_a_confirmed_failure_is_shown_as_it_was_seen(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    token = token_of("one-missed-section@thread-lock")
    assert main(["confirm", token, "--json", "out.json"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("confirmed: 2 real threads")
    assert "AssertionError: 20 and 10 were done" in printed
    answer = json.loads((folder / "out.json").read_text(encoding="utf-8"))
    assert (answer["confirmed"], answer["kind"], answer["reason"]) == (True, "assertion", "")


def test_what_is_not_confirmed_has_a_reason_and_is_a_finding(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with harness.exploration.session.Session(program_of_token("get-only@unlocked:")) as session:
        token = str(Token((), "get-only@unlocked", session.instrumentation.checksum[:6]))
    assert main(["confirm", token]) == 1
    assert capsys.readouterr().out == "not confirmed: it passes now: there is no failure to confirm\n"


@pytest.mark.parametrize("token", ["2abc", "get-only@unlocked:2abc", "no-such-scenario@unlocked:1abc"])
def test_a_token_that_cannot_be_used_is_wrong_usage(token: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["confirm", token]) == 2
    assert capsys.readouterr().err.startswith("race: ")


@pytest.mark.parametrize(
    ("option", "mark", "confirmed"), [("--confirm", "failed ✓", True), ("--no-confirm", "failed  ", None)]
)
def test_run_marks_what_was_confirmed(
    option: str, mark: str, confirmed: bool | None, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "one-missed-section", "--store", "thread-lock", "--schedules", "50", option]) == 0
    assert mark in capsys.readouterr().out
    results = json.loads((folder / "results" / "latest" / "results.json").read_text(encoding="utf-8"))
    assert [each["confirmed"] for each in results["cells"][0]["failures"]] == [confirmed]
