"""A failure as a Mermaid diagram: one message a step, and no name that Mermaid would take for its own words."""

from __future__ import annotations

import pytest

from harness.model.finding import ASSERTION
from harness.model.record import FailureRecord
from harness.model.timeline import Row, Timeline
from harness.report.mermaid import mermaid
from harness.timeline.records import record_failure
from tests.programs import Box, failure_of, in_threads


def one_step(text: str, lane: str = "Main") -> str:
    row = Row("T1", 0, text, 1, "a.py", "", "", "", access="write")
    return mermaid(FailureRecord(ASSERTION, "wrong", timeline=Timeline((lane,), "state after", (row,), 0)))


def losing() -> None:
    box = Box(0)

    def touch() -> None:
        box.value += 1

    in_threads(touch, touch)


def test_each_step_is_a_message_and_the_stale_write_stands_in_a_box_of_its_own() -> None:
    record = record_failure(failure_of(losing, detect=("lost-update",)))
    lines = [line.strip() for line in mermaid(record).splitlines()]
    steps = [line for line in lines if line.startswith(("L", "S-"))]
    assert lines[0] == "sequenceDiagram"
    assert len(steps) == len(record.timeline.rows)
    stale = lines.index(next(line for line in lines if "-x" in line))
    assert "(stale)" in lines[stale] and lines[stale - 1].startswith("rect") and lines[stale + 2] == "end"


@pytest.mark.parametrize("hostile", ["a; b", "#1", "<script>", "end", "x\ny", "``", "&amp;"])
def test_what_a_program_says_stays_text(hostile: str) -> None:
    for line in one_step(hostile, hostile).splitlines():
        assert not set("<>&`") & set(line.replace("->>", "")) and line.strip() != "end"
    assert len(one_step(hostile).splitlines()) == 5


def test_a_failure_without_steps_says_what_it_is() -> None:
    assert "Note over P: it went wrong" in mermaid(FailureRecord(ASSERTION, "it went wrong", what="it went wrong"))
