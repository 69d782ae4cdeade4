"""The same timeline and the same matrix as Markdown that GitHub shows as it was meant."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import harness
from harness.bench import UpdateCost
from harness.model.finding import DEADLOCK
from harness.model.result import Failure
from harness.report.markdown import failure_markdown, matrix_markdown, table_markdown
from harness.report.matrix import Cell, Matrix
from harness.report.timeline import replay_command
from harness.timeline.records import record_exploration, record_failure
from harness.timeline.timeline import make_timeline
from tests.programs import Box, failure_of, in_threads


def losing(value: Any = 0, new: Any = 1) -> Any:
    def program() -> None:
        box = Box(value)

        def touch() -> None:
            box.value
            box.value = new

        in_threads(touch, touch)

    return program


cells = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=10)


@given(st.lists(st.lists(cells, min_size=3, max_size=3), max_size=4))
def test_a_table_has_a_line_for_each_row_and_a_cell_for_each_value(rows: list[list[str]]) -> None:
    lines = table_markdown(["a", "b", "c"], rows).split("\n")
    assert lines[:2] == ["| a | b | c |", "| --- | --- | --- |"]
    assert len(lines) == 2 + len(rows)
    for line in lines:
        assert line.replace("\\|", "").count("|") == 4


def test_line_breaks_and_angle_brackets_in_a_cell_stay_visible() -> None:
    assert table_markdown(["a"], [["one\ntwo"]]).endswith("| one<br>two |")
    assert table_markdown(["a"], [["<Job object>"]]).endswith("| &lt;Job object> |")


def test_a_failure_has_the_steps_of_its_timeline() -> None:
    failure = failure_of(losing(), detect=("lost-update",))
    timeline = make_timeline(failure.history, failure.focus)
    text = failure_markdown(record_failure(failure))
    rows = [line for line in text.splitlines() if line.startswith("| T")][1:]
    assert text.startswith("### LOST UPDATE: box.value: touch's 1 was overwritten with 1\n")
    assert len(rows) == len(timeline.rows) == 4
    assert "(stale)" in rows[-1]
    assert "**← lost**" in rows[-1]
    assert f"    {replay_command(failure)}" in text


def test_values_with_special_characters_do_not_break_the_table() -> None:
    text = failure_markdown(record_failure(failure_of(losing("a|b", "c\nd|<e>"), detect=("lost-update",))))
    rows = [line for line in text.splitlines() if line.startswith("| T")]
    assert len(rows) == 5
    assert {row.replace("\\|", "").count("|") for row in rows} == {5}
    assert "<e>" not in text


def test_a_deadlock_keeps_its_lines() -> None:
    text = failure_markdown(record_failure(Failure(DEADLOCK, "nobody can go on:\na waits\nb waits", token="x:1abc")))
    assert "### DEADLOCK: nobody can go on:" in text
    assert "\n\na waits<br>b waits\n" in text


@pytest.mark.parametrize("costs", [(), (UpdateCost("thread-lock", 200.0, 100.0, 5.0),)])
def test_a_matrix_has_its_cells_its_costs_and_each_failure_once(costs: tuple[UpdateCost, ...]) -> None:
    failed = harness.explore(losing(), schedules=20, detect=("lost-update",))
    passed = harness.explore(lambda: None, schedules=200)
    matrix = Matrix(
        (
            Cell("s", "unlocked", "fails", record_exploration(failed)),
            Cell("s", "locked", "safe", record_exploration(passed)),
        ),
        costs,
    )
    text = matrix_markdown(matrix)
    assert text.startswith("# Results\n")
    assert "| s | locked | never | 0 | - | proved (1) | as expected |" in text
    assert ("| thread-lock | 200 ns | 100 ns | +100 ns (2.00x) |" in text) == bool(costs)
    assert text.count("### LOST UPDATE") == 1
