"""``race replay``: one failure again, step for step."""

from __future__ import annotations

import json
import linecache
from typing import TYPE_CHECKING, Any

import click

from harness.cli import FINDING
from harness.cli.options import detect_option, instrument_option, limited

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from harness.model.record import FailureRecord
    from harness.model.result import Execution
    from harness.model.timeline import Row

__all__ = ["command"]


@click.command("replay")
@click.argument("token")
@detect_option
@instrument_option
@click.option("--step", is_flag=True, help="Walk through it: one step for each press of Enter, q to stop.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["cast", "html", "markdown", "mermaid", "perfetto", "svg"]),
    help="Print the failure as an asciinema recording, a page, Markdown, a diagram, or a trace for Perfetto.",
)
@limited(30.0)
def command(
    token: str, detect: tuple[str, ...], instrument: tuple[str, ...], step: bool, as_json: bool, form: str | None
) -> int:
    """Make the execution of TOKEN again and show its timeline, with source lines, values and the job after each step.

    What the program prints goes to standard error. Exit code 1: it fails, as it did when the token was made. 0: it
    passes now. The token carries what it was found with: --detect and --instrument add to that.

    \b
    Examples:
      race replay progress-jumps-backward@unlocked:2rpjH5pGlAAACAhU
      race replay TOKEN --step
      race replay TOKEN --format mermaid
      race replay TOKEN --format html > failure.html
    """
    from harness.catalog import program_of_token
    from harness.cli.output import make_console, programs_to_stderr
    from harness.exploration.replaying import replay
    from harness.report.timeline import render
    from harness.timeline.records import record_failure

    program = program_of_token(token)
    with programs_to_stderr():
        execution = replay(program, token, instrument=instrument, detect=detect)
    failure = record_failure(execution.failure) if execution.failure is not None else None
    if form is not None and failure is not None:
        click.echo(_formatted(form, program, execution, failure, token))
        return FINDING
    if as_json:
        found = failure.to_json() if failure is not None else {"kind": None}
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return FINDING if failure is not None else 0
    console = make_console()
    if failure is None:
        console.print(str(execution), soft_wrap=True)
        return 0
    if step:
        _walk(console, failure)
    else:
        console.print(render(failure), crop=False)
        _print_sources(console, failure)
    return FINDING


def _formatted(form: str, program: Callable[[], Any], execution: Execution, failure: FailureRecord, token: str) -> str:
    from harness.cli.output import programs_to_stderr
    from harness.cli.single import single_failure
    from harness.report.formats import FORMATS
    from harness.report.html.page import page

    if form != "html":
        return FORMATS[form](failure)
    with programs_to_stderr():
        return page(single_failure(program, execution, token), title=failure.heading.capitalize())


def _print_sources(console: Console, failure: FailureRecord) -> None:
    """The lines of source behind the steps, each once."""
    from rich.text import Text

    rows = [row for row in failure.timeline.rows if row.line]
    if not rows:
        return
    console.print()
    for file, line in dict.fromkeys((row.file, row.line) for row in rows):
        steps = ", ".join(row.time for row in rows if (row.file, row.line) == (file, line))
        console.print(Text(f"{file}:{line}  ({steps})", style="dim"), soft_wrap=True)
        console.print(Text(f"    {linecache.getline(file, line).strip()}"), soft_wrap=True)


def _walk(console: Console, failure: FailureRecord) -> None:
    """Show the timeline growing by one step at a time."""
    from rich.text import Text

    from harness.model.border import printable
    from harness.report.timeline import table

    timeline = failure.timeline
    console.print(Text(printable(f"{failure.heading}  {failure.what}")), soft_wrap=True)
    for count, row in enumerate(timeline.rows, start=1):
        console.print(table(timeline, count))
        _print_step(console, row, timeline.lanes[row.lane])
        if count < len(timeline.rows):
            try:
                answer = input(f"step {count} of {len(timeline.rows)}; Enter for the next, q to stop: ")
            except EOFError:
                return
            if answer.strip().lower() == "q":
                return
    console.print(Text(printable(failure.message)), soft_wrap=True)


def _print_step(console: Console, row: Row, lane: str) -> None:
    from rich.text import Text

    source = linecache.getline(row.file, row.line).strip() if row.line else ""
    console.print(Text.assemble((f"{row.time} {lane}: ", "bold"), row.text), soft_wrap=True)
    if source:
        console.print(Text(f"    {source}    ({row.file}:{row.line})", style="dim"), soft_wrap=True)
