"""The timeline of a real failure is the table that people draw by hand."""

from __future__ import annotations

import asyncio
import queue
import re
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import harness
from harness import scenarios, stores
from harness.model.timeline import Row, Timeline
from harness.report.timeline import render_text
from harness.timeline.timeline import make_timeline
from tests.programs import in_threads

if TYPE_CHECKING:
    from collections.abc import Callable


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
        ("read  jobs['a']", "no a"),  # where the KeyError came up, although no other thread was at work any more
        ("raises KeyError: 'a'", "no a"),
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
        (0, "raises RuntimeError: dictionary changed size during iteration"),
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
    assert added == ["append found: object #1", "append found: object #2"]
    assert "0x" not in str(failure)
    assert rows[-1].state == "left=-1"  # the last thing that was written and has a name, not the list


def rows_of(program: Callable[[], object], **options: Any) -> list[tuple[str, str, str]]:
    failure = harness.explore(program, time_limit=20, **options).failure  # type: ignore[arg-type]
    assert failure is not None
    timeline = timeline_of(failure)
    return [(timeline.lanes[row.lane], row.text, row.mark) for row in timeline.rows]


def closed_loop() -> None:
    loop = asyncio.new_event_loop()

    def work() -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(print)

    worker = threading.Thread(target=work, name="worker")
    worker.start()
    time.sleep(0)
    loop.close()
    worker.join()


def test_the_calls_that_the_user_wrote_lead_to_the_thread_that_raises() -> None:
    assert rows_of(closed_loop) == [
        ("Worker", "loop.is_closed()", ""),
        ("Main", "loop.close()", ""),
        ("Worker", "raises RuntimeError: Event loop is closed", ""),
    ]


def late_item() -> None:
    jobs: queue.Queue[int] = queue.Queue()
    jobs.put(1)

    def work() -> None:
        while not jobs.empty():
            jobs.get()

    in_threads(work, work)


def test_a_deadlock_ends_with_a_row_for_each_call_that_waits() -> None:
    rows = rows_of(late_item)
    assert [text for _, text, _ in rows].count("jobs.empty()") >= 2
    assert [text for _, text, _ in rows if text.startswith("waits")] == [
        "waits in thread.join()",
        "waits in jobs.get()",
    ]


def two_orders() -> None:
    one, other = threading.Lock(), threading.Lock()

    def forwards() -> None:
        with one:
            with other:
                pass

    def backwards() -> None:
        other.acquire()
        one.acquire()
        one.release()
        other.release()

    in_threads(forwards, backwards)


def test_locks_have_the_names_that_they_have_in_the_source() -> None:
    texts = [text for _, text, _ in rows_of(two_orders)]
    assert {"takes one", "takes other", "waits for other"} <= set(texts)


async def spinning() -> None:
    finished, unfinished = asyncio.Event(), [1]

    async def consume() -> None:
        await asyncio.sleep(0.01)
        unfinished[0] -= 1

    task = asyncio.create_task(consume(), name="consumer")
    finished.set()
    while unfinished[0]:
        await finished.wait()
    await task


def test_a_livelock_shows_its_cycle_once_with_the_number_of_rounds() -> None:
    rows = rows_of(spinning, schedules=1, max_steps=5000)
    assert len(rows) < 10
    assert re.fullmatch(r"(\d rows )?× [\d,]+", rows[-1][2])
    assert [mark for _, _, mark in rows].count(rows[-1][2]) == 1


async def crowded() -> None:
    class Reservation:
        pass

    taken: dict[str, list[Reservation]] = {"seat": []}

    async def reserve(number: int) -> None:
        await asyncio.sleep(0.01 * number)
        taken["seat"] = [*taken["seat"], Reservation()]

    await asyncio.gather(*(reserve(number) for number in range(8)))
    assert len(taken["seat"]) < 8


def test_of_many_lanes_the_last_columns_are_one_and_containers_are_counted() -> None:
    failure = harness.explore(crowded, schedules=1).failure
    assert failure is not None
    timeline = timeline_of(failure)
    assert len(timeline.lanes) == 5
    assert timeline.lanes[-1] == "4 others"
    assert {row.text[:8] for row in timeline.rows if row.lane == 4} <= {f"Task-{number}: " for number in range(2, 10)}
    assert any(row.text.endswith("=list of 7 Reservation") for row in timeline.rows)


def test_a_data_race_marks_both_accesses() -> None:
    def program() -> None:
        box = {"value": 0}
        in_threads(lambda: box.update(value=1), lambda: box.get("value"))

    assert [mark for _, _, mark in rows_of(program, detect=("data-race",))].count("unordered") == 2


def test_the_file_is_named_where_there_is_more_than_one() -> None:
    def row(file: str, line: int) -> Row:
        return Row("T1", 0, "read  x=1", line, file, "x", "", "")

    both = Timeline(("Main",), "state after", (row("/src/jobs.py", 3), row("/src/beat.py", 4)), 0)
    assert [both.place(each) for each in both.rows] == ["jobs.py:3", "beat.py:4"]
    alone = Timeline(("Main",), "state after", (row("/src/jobs.py", 3), row("", 0)), 0)
    assert [alone.place(each) for each in alone.rows] == [":3", ""]


def test_a_state_is_shown_where_it_changes() -> None:
    rows = [
        Row("T1", 0, "", 0, "", "", "", state, lost) for state, lost in (("x=1", False), ("x=1", False), ("x=1", True))
    ]
    assert Timeline(("Main",), "state after", tuple(rows), 0).states() == ["x=1", "", "x=1"]
