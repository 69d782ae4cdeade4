"""What is printed is printed as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.cli.output import make_console, make_error_console

if TYPE_CHECKING:
    import pytest


def test_messages_of_programs_are_not_taken_for_markup_or_emoji(capsys: pytest.CaptureFixture[str]) -> None:
    for make in (make_console, make_error_console):
        make().print("[red]x[/red] :warning: [/nothing]")
    assert capsys.readouterr() == ("[red]x[/red] :warning: [/nothing]\n",) * 2


def test_a_pipe_gets_a_hundred_columns_and_no_colour(capsys: pytest.CaptureFixture[str]) -> None:
    console = make_console()
    console.print("x" * 150, style="red")
    assert [len(line) for line in capsys.readouterr().out.splitlines()] == [100, 50]
