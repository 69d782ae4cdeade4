"""The programs of the claims: what they play is what the text says, and their tokens can be replayed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

import harness
from harness.claims import reference
from harness.claims.programs import diagram, with_lock, without_lock
from harness.cli import main
from tests.claims.labs import real_lab

LANES = ("Main Thread", "Heartbeat Task")


def steps_of(first: int, last: int) -> Iterator[str]:
    """The steps of a table of the text, row by row: "Main Thread: Read: progress=10"."""
    said = dict.fromkeys(LANES, "")
    for number in range(first, last + 1):
        _, _, *cells = [re.sub(r"[`✅❌🔒🔓]", "", cell).strip() for cell in reference.line(number).split("|")]
        for lane, cell in zip(LANES, cells, strict=False):
            if cell not in ("", said[lane]):  # to go on waiting is no new step
                yield f"{lane}: {cell}"
            said[lane] = cell or said[lane]
        if cells[2].startswith("Final"):
            yield cells[2].removesuffix(" (WRONG!)")


def test_the_table_without_lock_is_played_step_for_step() -> None:
    assert tuple(steps_of(59, 63)) == without_lock.TABLE


def test_the_table_with_lock_is_played_step_for_step() -> None:
    assert tuple(steps_of(69, 76)) == with_lock.TABLE


def test_the_diagram_is_played_arrow_for_arrow() -> None:
    drawn = "\n".join(reference.line(number) for number in range(10, 25))
    found = re.findall(r"(?:Write|Read) (?:progress(?:=\d+)?|heartbeat|error)", drawn)
    assert [arrow.partition(": ")[2] for arrow in diagram.ARROWS] == found


def test_the_code_that_is_played_is_the_code_of_the_text() -> None:
    from harness.claims.programs import needed, solution

    for module, lines in ((solution, range(39, 42)), (solution, range(45, 49)), (needed, [192, 200, 201])):
        source = re.sub(r"\s+|#.*", "", _source(module))
        for number in lines:
            code = re.sub(r"\s+|#.*", "", reference.line(number))
            assert code in source, number


def _source(module: object) -> str:
    import inspect

    return "\n".join(line.partition("#")[0] for line in inspect.getsource(module).splitlines())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "label",
    [
        ":without_lock:whole_stale_record",
        ":with_lock:work_inside",
        ":diagram:heartbeat_saves_a_whole_record",
        ":solution:after_with_a_thread",
        ":advice:bystander_of_a_threading_lock",
    ],
)
def test_a_token_replays_on_the_command_line(label: str, capsys: pytest.CaptureFixture[str]) -> None:
    failure = real_lab().explore(label).failure
    assert failure is not None
    assert failure.token.startswith(f"harness.claims.programs{label.replace(':', '.', 1)}:")
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
