"""What is printed is printed as it is."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.table import Table

import harness
from harness.cli import main
from harness.cli.output import make_console, make_error_console, make_writable, print_wide

TOKEN = "progress-jumps-backward@unlocked:2rpjH5pGlAAACAhU"


def test_messages_of_programs_are_not_taken_for_markup_or_emoji(capsys: pytest.CaptureFixture[str]) -> None:
    for make in (make_console, make_error_console):
        make().print("[red]x[/red] :warning: [/nothing]")
    assert capsys.readouterr() == ("[red]x[/red] :warning: [/nothing]\n",) * 2


def test_a_pipe_gets_a_hundred_columns_and_no_colour(capsys: pytest.CaptureFixture[str]) -> None:
    console = make_console()
    console.print("x" * 150, style="red")
    assert [len(line) for line in capsys.readouterr().out.splitlines()] == [100, 50]


def test_columns_in_the_environment_are_the_width_of_a_pipe(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    make_console().print("x" * 150)
    assert [len(line) for line in capsys.readouterr().out.splitlines()] == [60, 60, 30]


def test_a_table_that_is_wider_than_the_terminal_keeps_its_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    table = Table("scenario and store", "verdict")
    table.add_row("progress-jumps-backward", "failed, without GIL")
    print_wide(make_console(), [table, "what is not a table " * 2])
    printed = capsys.readouterr().out
    assert "progress-jumps-backward" in printed
    assert "failed, without GIL" in printed
    assert "what is not a table what is \nnot" in printed


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_what_the_encoding_of_the_output_lacks_is_spelt_out(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="\n")
    monkeypatch.setattr(sys, "stdout", stream)
    make_writable()
    print("a ← b ✓ ≤ 日")
    stream.flush()
    assert stream.buffer.getvalue() == b"a < b + <= ?\n"  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["stdout", "stderr"])
def test_a_stream_that_was_closed_before_leads_nowhere(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, name, None)
    assert main(["replay", TOKEN]) == 1
    getattr(sys, name).close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
@pytest.mark.parametrize("arguments", [["list"], ["replay", TOKEN], ["audit", "--help"]])
def test_a_full_disk_is_one_line(arguments: list[str]) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(harness.__file__).parent.parent)}
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "harness", *arguments],
            check=False, stdout=full, stderr=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip
    assert done.returncode == 2
    expected = "race: cannot write the output: No space left on device; make room, or send it to another place\n"
    assert done.stderr == expected


@pytest.mark.parametrize("arguments", [["list"], ["replay", TOKEN]])
def test_a_reader_who_has_had_enough_is_no_error(arguments: list[str]) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(harness.__file__).parent.parent)}
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "harness", *arguments],
        check=False, stdout=writing, stderr=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")
