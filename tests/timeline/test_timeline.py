"""The timeline of a real failure is the table that people draw by hand."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import harness
from harness import scenarios, stores
from harness.report.timeline import render_text
from harness.timeline.timeline import Timeline, make_timeline
from tests.programs import in_threads


def failure_of(scenario: str, store: str) -> harness.Failure:
    failure = harness.explore(scenarios.load(scenario).program(stores.load(store))).failure
    assert failure is not None
    return failure


def timeline_of(failure: harness.Failure) -> Timeline:
    return make_timeline(failure.history, failure.focus)


def test_progress_jumps_backward_in_four_steps() -> None:
    timeline = timeline_of(failure_of("progress-jumps-backward", "unlocked"))
    assert timeline.lanes == ("Main task", "Heartbeat")
    assert timeline.state_title == "job after"
    assert [(timeline.lanes[row.lane], row.text, row.state, row.lost) for row in timeline.rows] == [
        ("Main task", "read  progress=10", "progress=10", False),
        ("Heartbeat", "read  progress=10", "progress=10", False),
        ("Main task", "write progress=20", "progress=20", False),
        ("Heartbeat", "write progress=10", "progress=10", True),
    ]


def test_a_torn_read_shows_both_fields() -> None:
    timeline = timeline_of(failure_of("inconsistent-read", "asyncio-lock"))
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


def gone() -> None:
    jobs: dict[str, int] = {}
    jobs["a"] = 1

    def clean() -> None:
        del jobs["a"]

    cleaner = threading.Thread(target=clean, name="cleaner")
    cleaner.start()
    if "a" in jobs:
        _ = jobs["a"]
    cleaner.join()


def test_a_key_that_is_asked_for_or_deleted_is_not_taken_for_its_value() -> None:
    failure = harness.explore(gone).failure
    assert failure is not None
    assert [(row.text, row.state) for row in timeline_of(failure).rows] == [
        ("check 'a' in jobs: True", "a=1"),
        ("delete jobs['a']", "no a"),
        ("read  jobs['a']", "no a"),  # where the KeyError came up, although nobody else was at work any more
    ]


@dataclass
class Record:
    name: str
    note: str = "more than fits into a column of a table"
    state: str = "new"


def finished() -> None:
    records = {"a": Record("a")}

    def finish() -> None:
        records["a"].state = "done"

    def clean() -> None:
        if records["a"].state == "done":
            del records["a"]

    in_threads(finish, clean)
    _ = records["a"]


def test_what_a_container_has_is_said_without_the_fields_which_may_have_changed_since() -> None:
    failure = harness.explore(finished, strategy="exhaustive").failure
    assert failure is not None
    timeline = timeline_of(failure)
    assert timeline.state_title == "records after"
    assert {row.state for row in timeline.rows} == {"a=Record(...)", "no a"}
    assert "read  records['a']=Record(...)" in [row.text for row in timeline.rows]


def grown() -> None:
    jobs = {"a": 1}

    def add() -> None:
        jobs["b"] = 2

    adder = threading.Thread(target=add, name="adder")
    adder.start()
    for _ in jobs.values():
        pass
    adder.join()


def test_who_goes_through_a_container_is_shown_beside_who_changes_its_size() -> None:
    failure = harness.explore(grown).failure
    assert failure is not None
    assert failure.message == "RuntimeError: dictionary changed size during iteration"
    assert [(row.lane, row.text) for row in timeline_of(failure).rows] == [
        (0, "iterate jobs.values()"),
        (0, "iterate jobs.values(): 1"),
        (1, "write jobs['b']=2"),
        (0, "iterate jobs.values()"),
    ]


def appended() -> None:
    found: list[object] = []
    limit = {"left": 1}

    def take() -> None:
        if limit["left"] > 0:
            limit["left"] -= 1
            found.append(object())

    takers = [threading.Thread(target=take, name=f"taker-{number}") for number in range(2)]
    for taker in takers:
        taker.start()
    for taker in takers:
        taker.join()
    assert len(found) == 1, len(found)


def test_methods_are_called_by_their_names_and_objects_by_numbers_instead_of_addresses() -> None:
    failure = harness.explore(appended).failure
    assert failure is not None
    rows = timeline_of(failure).rows
    added = [row.text for row in rows if row.text.startswith("append")]
    assert added == ["append found: <object object #1>", "append found: <object object #2>"]
    assert "0x" not in str(failure)
    assert rows[-1].state == "left=-1"  # the last thing that was written and has a name, not the list
