"""The programs of the claims: what they play is what the text says, and their tokens can be replayed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

import harness
from harness.cli import main
from harness.scenarios.lessons.quick_reference.programs import arrows, with_lock, without_lock
from tests.evidence.labs import LESSON, real_lab

WRITTEN_OTHERWISE = {"asyncwithself.job_lock:"}
LANES = ("Main Thread", "Heartbeat Task")


def steps_of(claim: str) -> Iterator[str]:
    """The steps of a table that a claim quotes, row by row: "Main Thread: Read: progress=10"."""
    said = dict.fromkeys(LANES, "")
    for row in LESSON.claim(claim).words.splitlines():
        _, _, *cells = [re.sub(r"[`✅❌🔒🔓]", "", cell).strip() for cell in row.split("|")]
        for lane, cell in zip(LANES, cells, strict=False):
            if cell not in ("", said[lane]):  # to go on waiting is no new step
                yield f"{lane}: {cell}"
            said[lane] = cell or said[lane]
        if cells[2].startswith("Final"):
            yield cells[2].removesuffix(" (WRONG!)")


def test_the_table_without_lock_is_played_step_for_step() -> None:
    assert tuple(steps_of("table-without-lock")) == without_lock.TABLE


def test_the_table_with_lock_is_played_step_for_step() -> None:
    assert tuple(steps_of("table-with-lock")) == with_lock.TABLE


def test_the_diagram_is_played_arrow_for_arrow() -> None:
    drawn = "\n".join(LESSON.text.lines[number - 1] for number in LESSON.lines_of(LESSON.claim("diagram")))
    found = re.findall(r"(?:Write|Read) (?:progress(?:=\d+)?|heartbeat|error)", drawn)
    assert [arrow.partition(": ")[2] for arrow in arrows.ARROWS] == found


def test_the_code_that_is_played_is_the_code_of_the_text() -> None:
    from harness.scenarios.lessons.quick_reference.programs import code_blocks, solution

    for module, claims in (
        (solution, ("can-conflict", "thread-safe")),
        (code_blocks, ("needed-read-modify-write", "needed-check-then-act")),
    ):
        source = re.sub(r"\s+|#.*", "", _source(module))
        for line in "\n".join(LESSON.claim(claim).words for claim in claims).splitlines():
            code = re.sub(r"\s+|#.*", "", line)
            if "def" not in code and code not in WRITTEN_OTHERWISE:
                assert code in source, line


def _source(module: object) -> str:
    import inspect

    return "\n".join(line.partition("#")[0] for line in inspect.getsource(module).splitlines())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "label",
    [
        ":without_lock:whole_stale_record",
        ":with_lock:work_inside",
        ":arrows:heartbeat_saves_a_whole_record",
        ":solution:after_with_a_thread",
        ":advice:bystander_of_a_threading_lock",
    ],
)
def test_a_token_replays_on_the_command_line(label: str, capsys: pytest.CaptureFixture[str]) -> None:
    failure = real_lab().explore(label).failure
    assert failure is not None
    assert failure.token.startswith(f"harness.scenarios.lessons.quick_reference.programs{label.replace(':', '.', 1)}:")
    assert main(["replay", failure.token]) == 1
    assert failure.token in capsys.readouterr().out


@pytest.mark.parametrize("program", [without_lock.as_printed, without_lock.one_field_with_an_await])
def test_one_loop_never_makes_the_table_and_its_steps_are_all_seen(program: object) -> None:
    found = harness.explore(program, strategy="exhaustive")  # type: ignore[arg-type]
    assert found.verdict == "proved"
    assert {steps[-1] for steps in found.outcomes} == {"Final: progress=20"}


def test_with_an_await_the_reads_and_writes_are_the_tables_and_only_the_end_is_not() -> None:
    found = harness.explore(without_lock.one_field_with_an_await, strategy="exhaustive")
    assert (*without_lock.TABLE[:-1], "Final: progress=20") in found.outcomes
