"""A failure for the terminal: heading, timeline, what went wrong, how to replay it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from harness.model.border import printable
from harness.model.token import Token
from harness.timeline.records import record_failure

if TYPE_CHECKING:
    from rich.console import ConsoleOptions, RenderableType, RenderResult

    from harness.model.record import FailureRecord
    from harness.model.result import Failure
    from harness.model.timeline import Row, Timeline

__all__ = ["render", "render_record", "render_text", "replay_command", "table"]


def render_text(failure: Failure, width: int = 100, color: bool = False) -> str:
    """The report of a failure as text.

    Args:
        failure: As an exploration or a replay returned it.
        width: Columns.
        color: With ANSI colours; otherwise plain.
    """
    return render_record(record_failure(failure), width, color)


def render_record(failure: FailureRecord, width: int = 100, color: bool = False) -> str:
    """The same from its record."""
    stream = io.StringIO()
    console = Console(
        file=stream, width=width, force_terminal=color, no_color=not color, color_system="standard" if color else None,
        legacy_windows=False, highlight=False,
    )  # fmt: skip
    console.print(render(failure), crop=False)
    return "\n".join(line.rstrip() for line in stream.getvalue().rstrip().splitlines())


def render(failure: FailureRecord) -> RenderableType:
    """The report of a failure, for a rich console."""
    kind, what = failure.heading, failure.what
    message = failure.message.removeprefix(what).lstrip("\n")
    parts: list[RenderableType] = [
        _Heading(
            Text.assemble((kind, "bold red"), "  ", printable(what)),
            Text(printable(message) if message not in what else ""),
            _needs(failure),
        )
    ]
    timeline = failure.timeline
    if timeline.rows:
        parts.append(table(timeline))
        if timeline.left_out:
            parts.append(
                Text(f"{timeline.left_out} other steps (set-up, locals, bookkeeping) are not shown", style="dim")
            )
    if failure.place:
        parts.append(_whole(Text(printable(f"at {failure.place}"), style="dim")))
    if failure.token:
        parts.append(_whole(Text.assemble("replay: ", (printable(replay_command(failure)), "bold cyan"))))
    return Group(*parts)


def _needs(failure: FailureRecord) -> Text:
    """The interpreters on which the failure is possible, and the stall that it takes."""
    needs = [(failure.needs, "bold")] if failure.needs is not None else []
    stall = [(f"a stall of {failure.stall:.3g} s", "bold")] if failure.stall else []
    joined = [*needs, *((", ", "") for _ in needs if stall), *stall]
    return Text.assemble("needs: ", *joined) if joined else Text()


@dataclass(frozen=True, slots=True)
class _Heading:
    """What failed, the message, and what it needs: behind the first line if there is room, or on a line of its own."""

    first: Text
    message: Text
    needs: Text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        behind = self.first.cell_len + 3 + self.needs.cell_len <= options.max_width
        behind = behind and not self.first.plain.endswith(":")  # the message goes on in the next line
        yield Text.assemble(self.first, "   ", self.needs) if self.needs and behind else self.first
        if self.message:
            yield self.message
        if self.needs and not behind:
            yield self.needs


def _whole(text: Text) -> Text:
    """A line that is never broken, since people copy it."""
    text.no_wrap, text.overflow = True, "ignore"
    return text


def replay_command(failure: Failure | FailureRecord) -> str:
    """What makes the execution again: the shell command, or the call where the command line cannot name the program."""
    label, token = Token.split(failure.token)
    if "<" in label or label.startswith("__main__:"):  # a function inside another one, or in the script that runs
        return (
            f"harness.replay({label.rpartition('.')[2].rpartition(':')[2].replace('<lambda>', 'program')}, {token!r})"
        )
    return f"race replay {failure.token}"


def table(timeline: Timeline, upto: int | None = None) -> Table:
    """The steps of a timeline as a table of time against actors, all of them or the first ``upto``."""
    drawn = Table(box=box.MINIMAL, show_edge=False, header_style="bold", padding=(0, 1))
    drawn.add_column("Time", no_wrap=True, style="dim")
    for lane in timeline.lanes:
        drawn.add_column(Text(printable(lane)), overflow="fold")
    has_state = any(row.state for row in timeline.rows)
    if has_state:
        drawn.add_column(Text(printable(timeline.state_title)), overflow="fold")
    for row, after in zip(timeline.rows[:upto], timeline.states(), strict=False):
        cells: list[RenderableType] = [""] * len(timeline.lanes)
        cells[row.lane] = _cell(row, timeline.place(row))
        state = Text(printable(after))
        if row.lost:
            state.append("  ← lost", style="bold red")
        drawn.add_row(row.time, *cells, *((state,) if has_state else ()))
    return drawn


def _cell(row: Row, place: str) -> Text:
    text = Text(printable(row.text), style="yellow" if row.text.startswith("write") else "")
    if row.mark:
        text.append(f" ({row.mark})", style="bold red")
    if place:
        text.append(f"  {place}", style="dim")
    return text
