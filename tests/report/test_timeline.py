"""A failure for the terminal: readable in 80 columns, in a log without colour, whatever its values are."""

from __future__ import annotations

import asyncio
import re
import threading
from typing import Any

import pytest
from rich.cells import cell_len

import harness
from harness.model.finding import ASSERTION, DEADLOCK, EXCEPTION, LIVELOCK, FailureKind
from harness.model.result import Failure
from harness.oracles import ORACLES
from harness.report.timeline import render_text, replay_command
from harness.timeline.records import record_failure
from tests.programs import Box, failure_of


def named(*names: str, value: Any = 0, new: Any = 1) -> Any:
    """A program whose threads have names and lose an update of some value."""

    def program() -> None:
        box = Box(value)

        def touch() -> None:
            seen = box.value
            box.value = new if seen == value else seen

        threads = [threading.Thread(target=touch, name=name) for name in names]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    return program


def report(program: Any, width: int = 80, **options: Any) -> str:
    return render_text(failure_of(program, detect=("lost-update",), **options), width)


def drawn(text: str) -> list[str]:
    return [line for line in text.splitlines() if "│" in line or "┼" in line]


@pytest.mark.parametrize(
    "program",
    [
        named("a", "b"),
        named(*[f"thread-{number}-with-a-long-name" for number in range(3)]),
        named("a", "b", value="long " * 50, new="longer " * 50),
        named("a", "b", value="表示幅", new="日本語" * 20),
        named("a", "b", value="line\nbreak\ttab", new="\x1b[31mred\x1b[0m"),
        named("a", "b", value={"k": [1] * 100}, new=None),
    ],
    ids=["short", "long names", "long values", "wide characters", "control characters", "containers"],
)
def test_a_table_fits_its_width_and_has_no_colour(program: Any) -> None:
    for width in (80, 120):
        text = report(program, width)
        assert "\x1b" not in text
        assert drawn(text)
        assert all(cell_len(line) <= width and line == line.rstrip() for line in drawn(text))


def test_names_and_values_are_shown_as_they_are_and_not_taken_for_markup() -> None:
    text = report(named("pool[a]", "[bold]b", value="[red]old[/red]", new="[link=x]new"), width=200)
    for literal in ("Pool[a]", "[bold]b", "[red]old[/red]", "[link=x]new"):
        assert literal in text


def test_colours_change_nothing_but_the_colours() -> None:
    failure = failure_of(named("a", "b"), detect=("lost-update",))
    coloured = render_text(failure, color=True)
    assert "\x1b[1;31mLOST UPDATE" in coloured
    plain = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert [line.rstrip() for line in plain.splitlines()] == render_text(failure).splitlines()


def test_the_steps_are_those_of_the_hand_drawn_table() -> None:
    text = report(named("one", "other"))
    rows = [[cell.strip() for cell in line.split("│")] for line in drawn(text)[2:]]
    assert [row[0] for row in rows] == ["T1", "T2", "T3", "T4"]
    assert [bool(row[1]) for row in rows] != [bool(row[2]) for row in rows]
    assert all(bool(row[1]) != bool(row[2]) for row in rows), "one acts at a time"
    assert rows[-1][-1] == "value=1  ← lost"
    assert "(stale)" in "".join(rows[-1])


def test_the_command_to_replay_it_is_one_line_however_long_it_is() -> None:
    failure = failure_of(named("a", "b"), detect=("lost-update",))
    assert len(failure.token) > 40
    for width in (40, 80):
        assert f"replay: {replay_command(failure)}" in render_text(failure, width).splitlines()


@pytest.mark.parametrize(
    ("token", "command"),
    [
        ("jobs:program:1abc", "race replay jobs:program:1abc"),
        ("stuck@unlocked:1abc", "race replay stuck@unlocked:1abc"),
        ("__main__:program:1abc", "harness.replay(program, '1abc')"),
        ("jobs:test.<locals>.program:1abc", "harness.replay(program, '1abc')"),
        ("jobs:<lambda>:1abc", "harness.replay(program, '1abc')"),
    ],
)
def test_a_program_that_the_command_line_cannot_name_is_replayed_by_a_call(token: str, command: str) -> None:
    assert replay_command(Failure(ASSERTION, "wrong", token=token)) == command


def test_what_it_needs_stands_behind_the_first_line_where_there_is_room() -> None:
    failure = Failure(ASSERTION, "wrong " * 10 + "\nreally", needs="any CPython")
    assert render_text(failure, 120).splitlines()[0].endswith("wrong    needs: any CPython")
    assert render_text(failure, 80).splitlines()[1:] == ["really", "needs: any CPython"]


def test_the_place_can_be_copied_too() -> None:
    failure = failure_of(named("a", "b"), detect=("lost-update",))
    assert f"at {failure.place}" in render_text(failure, 40).splitlines()


@pytest.mark.parametrize("kind", [ASSERTION, EXCEPTION, DEADLOCK, LIVELOCK, *(each.kind for each in ORACLES.values())])
def test_a_report_opens_with_the_title_of_its_kind(kind: FailureKind) -> None:
    failure = Failure(kind, "what went wrong\nmore of it")
    record = record_failure(failure)
    assert (record.heading, record.what) == (kind.heading, "what went wrong")
    assert render_text(failure).splitlines() == [f"{kind.heading}  what went wrong", "more of it"]


def test_what_an_interpreter_has_to_be_is_said_if_it_is_known() -> None:
    text = render_text(Failure(ASSERTION, "wrong", needs="any CPython"))
    assert text.splitlines()[0].endswith("needs: any CPython")


def test_a_deadlock_has_a_line_for_each_who_waits() -> None:
    async def program() -> None:
        lock = asyncio.Lock()
        await lock.acquire()
        await lock.acquire()

    text = render_text(failure_of(program, schedules=2))
    assert text.startswith("DEADLOCK  nobody can go on:")
    assert "waits for an asyncio.Lock" in text


def test_steps_that_are_left_out_are_counted() -> None:
    failure = failure_of(named("a", "b"), detect=("lost-update",))
    assert failure.history is not None
    left_out = len(failure.history) - 4
    assert f"{left_out} other steps (set-up, locals, bookkeeping) are not shown" in str(failure)


def test_a_long_failure_is_shown_around_the_steps_that_decided_it() -> None:
    def program() -> None:
        box = Box()

        def work() -> None:
            for _ in range(60):
                box.value = box.value + 1

        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert box.value == 120

    rows = [line for line in drawn(str(failure_of(program))) if line.lstrip().startswith("T") and "Time" not in line]
    assert 3 <= len(rows) <= 40
    assert "← lost" in str(failure_of(program))


def test_an_object_that_cannot_be_printed_is_shown_by_its_type() -> None:
    class Broken:
        def __repr__(self) -> str:
            raise ValueError

    first = Broken()
    assert "<Broken: ValueError in repr>" in report(named("a", "b", value=first, new=Broken()), width=200)


def test_printing_values_is_no_step_of_the_program() -> None:
    class Loud:
        def __init__(self) -> None:
            self.x = 1

        def __repr__(self) -> str:
            return f"Loud({self.x})"

    result = harness.explore(named("a", "b", value=Loud(), new=Loud()), detect=("lost-update",))
    assert result.failure is not None and result.failure.history is not None
    assert "Loud(1)" in render_text(result.failure, 200)
    assert "x" not in {event[3] for event in result.failure.history.events}
