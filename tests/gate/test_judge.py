"""When the gate is red, and when it only cannot tell."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness.bench.bootstrap import Interval
from harness.gate.baseline import Entry
from harness.gate.judge import judge
from harness.gate.lock_cost import CostChange, judge_cost, measure_in_turns
from harness.model.finding import ASSERTION
from harness.model.record import ExplorationRecord, FailureRecord

PROVED = ExplorationRecord("proved", exhausted=True, classes=12)
NOT_FOUND = ExplorationRecord("not found", schedules=100)
FAILED = ExplorationRecord(
    "failed", schedules=3, failures=1, distinct_failures=(FailureRecord(ASSERTION, "no", token="a:b:2A", what="no"),)
)
AGREED = Entry("proved", 12)


def rules(*args: object, **kwargs: object) -> list[str]:
    problems, _ = judge("a:b", *args, **kwargs)  # type: ignore[arg-type]
    return [each.rule for each in problems]


@pytest.mark.parametrize(
    ("expected", "record", "before", "reasons"),
    [
        ("safe", PROVED, AGREED, []),
        ("safe", NOT_FOUND, None, []),
        ("safe", FAILED, None, ["race"]),
        ("safe", FAILED, AGREED, ["race"]),
        ("fails", FAILED, Entry("failed"), []),
        ("fails", PROVED, Entry("failed"), ["no-longer-fails"]),
        ("fails", NOT_FOUND, None, ["no-longer-fails"]),
        ("safe", NOT_FOUND, AGREED, ["proof-lost"]),
        ("safe", replace(PROVED, classes=11), AGREED, ["proof-shrank"]),
        ("safe", replace(PROVED, classes=13), AGREED, []),
        (None, FAILED, None, []),
    ],
)
def test_each_reason_to_be_red(
    expected: str | None, record: ExplorationRecord, before: Entry | None, reasons: list[str]
) -> None:
    assert rules(expected, record, before, {}) == reasons


@pytest.mark.parametrize(("expected", "before"), [("fails", Entry("failed")), ("safe", AGREED)])
def test_what_its_time_did_not_suffice_for_is_inconclusive(expected: str, before: Entry) -> None:
    problems, doubt = judge("a:b", expected, replace(NOT_FOUND, stopped_by="time limit"), before, {})
    assert not problems
    assert "within its time" in doubt


def test_a_failure_counts_however_little_time_there_was() -> None:
    assert rules("safe", replace(FAILED, stopped_by="time limit"), AGREED, {}) == ["race"]


def test_a_kept_token_that_no_longer_replays_is_a_reason_with_its_command() -> None:
    problems, _ = judge("a:b", "fails", FAILED, Entry("failed", 0, ("a:b:2A",)), {"a:b:2A": "it passes now"})
    assert [str(each) for each in problems] == [
        "a kept token of a:b no longer replays (it passes now): race replay a:b:2A"
    ]


def test_require_proved_asks_more_of_what_is_to_be_safe() -> None:
    assert rules("safe", NOT_FOUND, None, {}, require="proved") == ["unproved"]
    assert rules("safe", NOT_FOUND, None, {}, require="not-found") == []
    assert rules("safe", PROVED, None, {}, require="proved") == []


def test_a_command_is_safe_to_paste_into_a_shell() -> None:
    problems, _ = judge("a b.py:$(x)", "fails", NOT_FOUND, None, {})
    assert problems[0].command == "race run 'a b.py:$(x)'"


@pytest.mark.parametrize(
    ("ratio", "is_red", "doubt"),
    [
        (Interval(1.5, 1.4, 1.6), True, ""),
        (Interval(2.5, 2.4, 5.0), True, ""),  # wide, and all of it too much
        (Interval(1.2, 1.1, 1.25), False, ""),
        (Interval(1.3, 1.2, 1.4), False, "costs between 1.20 and 1.40 times what it cost"),
        (Interval(0.5, 0.4, 0.6), False, ""),
    ],
)
def test_a_lock_is_red_only_if_its_whole_interval_is_beyond_the_threshold(
    ratio: Interval, is_red: bool, doubt: str
) -> None:
    case = judge_cost("mine:Store", CostChange(ratio, floor=0.05, disturbed=0.1), slower=0.25)
    assert bool(case.problems) is is_red
    assert doubt in case.doubt and bool(doubt) is bool(case.doubt)


@pytest.mark.parametrize(
    ("floor", "disturbed", "said"), [(0.6, 0.0, "measured twice, differs by up to 60%"), (0.0, 0.9, "busy in 90%")]
)
def test_noise_is_never_red(floor: float, disturbed: float, said: str) -> None:
    case = judge_cost("mine:Store", CostChange(Interval(1.5, 1.4, 1.6), floor, disturbed), slower=0.25)
    assert not case.problems
    assert said in case.doubt


def test_a_lock_that_cannot_be_measured_is_said_with_the_reason(tmp_path: Path) -> None:
    assert "could not be measured now: " in str(measure_in_turns("no_such_module:Store", tmp_path, tmp_path / "then"))
