"""The timeline of a real failure is the table that people draw by hand."""

from __future__ import annotations

import harness
import scenarios
from harness import stores
from harness.history.timeline import make_timeline
from harness.report.timeline import render_text


def failure_of(scenario: str, store: str) -> harness.Failure:
    failure = harness.explore(scenarios.load(scenario).program(stores.load(store))).failure
    assert failure is not None
    return failure


def test_progress_jumps_backward_in_four_steps() -> None:
    timeline = make_timeline(failure_of("progress-jumps-backward", "unlocked"))
    assert timeline.lanes == ("Main task", "Heartbeat")
    assert timeline.state_title == "job after"
    assert [(timeline.lanes[row.lane], row.text, row.state, row.lost) for row in timeline.rows] == [
        ("Main task", "read  progress=10", "progress=10", False),
        ("Heartbeat", "read  progress=10", "progress=10", False),
        ("Main task", "write progress=20", "progress=20", False),
        ("Heartbeat", "write progress=10", "progress=10", True),
    ]


def test_a_torn_read_shows_both_fields() -> None:
    timeline = make_timeline(failure_of("inconsistent-read", "asyncio-lock"))
    assert timeline.lanes == ("Main task", "Worker")
    assert timeline.rows[2].state == "status='completed', progress=40"


def test_the_text_fits_eighty_columns_without_colour() -> None:
    for scenario in scenarios.all_scenarios():
        if scenario.expect["unlocked"] == "safe":
            continue
        text = render_text(failure_of(scenario.name, "unlocked"), width=80)
        assert "\x1b" not in text
        assert "replay: race replay " in text
        lines = [line for line in text.splitlines() if "│" in line or "─" in line]
        assert lines
        assert all(len(line) <= 80 and line == line.rstrip() for line in lines)


def test_colour_comes_only_when_asked_for() -> None:
    assert "\x1b[" in render_text(failure_of("progress-jumps-backward", "unlocked"), color=True)
