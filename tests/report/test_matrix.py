"""The matrix says what was found, how often, and whether that was to be expected."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from harness.bench import UpdateCost
from harness.model.finding import ASSERTION, DEADLOCK
from harness.model.result import Exploration, Failure
from harness.report.matrix import Cell, Matrix, cells_of, cost_rows, judgement, render_matrix
from harness.timeline.records import record_exploration


def failed(schedules: int = 10, failures: int = 3, number: int = 4, lost: int = 1234) -> Exploration:
    failure = Failure(ASSERTION, "wrong", schedule_number=number)
    return Exploration(schedules=schedules, failures=failures, distinct_failures=(failure,), lost_update_count=lost)


def needing(*needs: Any) -> Exploration:
    failures = [Failure(ASSERTION, "wrong", needs=each) for each in needs]
    return Exploration(schedules=10, failures=3, distinct_failures=tuple(failures))


PROVED = Exploration(schedules=120, exhausted=True, classes=1600)
NOT_FOUND = Exploration(schedules=1000)
BOUNDED = Exploration(schedules=30, preemptions=2)
WHOLE = Exploration(schedules=30, preemptions=2, exhausted=True)


def cell_of(scenario: str, store: str, expected: Any, result: Exploration) -> Cell:
    return Cell(scenario, store, expected, record_exploration(result))


def text_of(matrix: Matrix, width: int = 100) -> str:
    stream = io.StringIO()
    Console(file=stream, width=width, color_system=None).print(*render_matrix(matrix), sep="\n")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("result", "expected", "verdict", "as_expected", "words"),
    [
        (failed(), "fails", "failed", True, "as expected"),
        (failed(), "safe", "failed", False, "UNEXPECTED: should be safe"),
        (failed(), None, "failed", False, "a failure that nothing expects"),
        (PROVED, "safe", "proved (1,600)", True, "as expected"),
        (PROVED, "fails", "proved (1,600)", False, "UNEXPECTED: should fail"),
        (NOT_FOUND, "safe", "not found", True, "as expected"),
        (NOT_FOUND, "fails", "not found", False, "UNEXPECTED: should fail"),
        (BOUNDED, "safe", "none, preemptions ≤ 2", True, "as expected"),
        (WHOLE, "safe", "proved (30)", True, "as expected"),
        (needing("free-threaded CPython"), "fails", "failed, without GIL", True, "as expected"),
        (needing("free-threaded CPython", "any CPython"), "fails", "failed", True, "as expected"),
    ],
)
def test_a_cell_is_judged(result: Exploration, expected: Any, verdict: str, as_expected: bool, words: str) -> None:
    cell = cell_of("scenario", "store", expected, result)
    assert cell.as_expected == as_expected
    assert cells_of(cell)[5:] == [verdict, words]
    assert judgement(cell) == words
    assert Matrix((cell,)).as_expected == as_expected


def test_a_cell_counts_failures_lost_updates_and_the_first_schedule() -> None:
    assert cells_of(cell_of("scenario", "store", None, failed()))[:5] == ["scenario", "store", "30.0%", "1,234", "4"]
    assert cells_of(cell_of("scenario", "store", None, Exploration()))[:5] == ["scenario", "store", "-", "0", "-"]


def test_what_was_proved_never_fails() -> None:
    assert cells_of(cell_of("scenario", "store", None, PROVED))[2] == "never"
    assert cells_of(cell_of("scenario", "store", None, NOT_FOUND))[2] == "0.0%"


def test_the_caption_says_when_the_gil_was_kept() -> None:
    cell = cell_of("scenario", "store", "safe", PROVED)
    assert "switching gil" in text_of(Matrix((cell,), switching="gil"))
    assert "switching" not in text_of(Matrix((cell,)))


def test_the_first_of_several_failures_is_the_one_with_the_lowest_number() -> None:
    result = failed(number=9)
    other = Failure(DEADLOCK, "", schedule_number=2)
    result = replace(result, distinct_failures=(*result.distinct_failures, other))
    assert cells_of(cell_of("scenario", "store", None, result))[4] == "2"


def test_one_unexpected_cell_makes_the_matrix_unexpected() -> None:
    good, bad = cell_of("s", "a", "safe", PROVED), cell_of("s", "b", "safe", failed())
    assert Matrix((good, good)).as_expected
    assert not Matrix((good, bad)).as_expected
    assert Matrix(()).as_expected


def test_a_program_without_a_store_is_judged_by_its_verdict_alone() -> None:
    cell = cell_of("module:program", "-", "safe", failed())
    assert judgement(cell) == ""
    assert not cell.as_expected


def test_a_scenario_is_named_once_for_all_its_stores() -> None:
    text = text_of(Matrix((cell_of("one", "a", "safe", PROVED), cell_of("one", "b", "safe", PROVED))))
    assert text.count("one ") == 1


def test_the_matrix_says_what_it_rests_on() -> None:
    text = text_of(Matrix((cell_of("s", "a", "safe", PROVED),), schedules=5000, seed=7, strategy="pct"))
    words = " ".join(text.split())
    assert "at most 5,000 schedules for each pair, strategy pct, seed 7" in words
    assert "not found: no proof" in words


def test_names_are_shown_as_they_are_and_not_taken_for_markup() -> None:
    text = text_of(Matrix((cell_of("module:programs[a]", "[b]store", "safe", PROVED),)))
    assert "module:programs[a]" in text
    assert "[b]store" in text


def test_a_lock_costs_the_difference() -> None:
    cost = UpdateCost("thread-lock", 1300.4, 1000.0, 5.0)
    matrix = Matrix((cell_of("s", "a", "safe", PROVED),), (cost,))
    assert cost_rows(matrix) == [["thread-lock", "1,300 ns", "1,000 ns", "+300 ns (1.30x)"]]
    assert "+300 ns (1.30x)" in text_of(matrix)


def test_it_fits_a_hundred_columns_without_colour() -> None:
    names = [f"a-scenario-of-a-longer-name-{number}" for number in range(3)]
    text = text_of(Matrix([cell_of(name, "asyncio-lock", "safe", failed()) for name in names], strategy="auto"))
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 100


@pytest.mark.parametrize(
    ("confirmed", "mark"),
    [((None,), "failed"), ((True, True), "failed ✓"), ((True, False), "failed ✓ 1/2"), ((False, None), "failed ✗")],
)
def test_a_verdict_says_how_many_of_its_failures_happened_on_real_threads(
    confirmed: tuple[bool | None, ...], mark: str
) -> None:
    failures = [Failure(ASSERTION, "wrong", confirmed=each) for each in confirmed]
    cell = cell_of("a", "b", "fails", Exploration(schedules=10, failures=3, distinct_failures=tuple(failures)))
    assert cells_of(cell)[5] == mark
    assert ("✓ happened on real threads" in " ".join(text_of(Matrix((cell,))).split())) == (confirmed != (None,))
