"""Where output goes: colour where a person looks, plain text everywhere else (pipes, files, ``NO_COLOR``)."""

from __future__ import annotations

import codecs
import errno
import io
import os
import sys
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import RenderableType

    from harness.model.record import ExplorationRecord

__all__ = [
    "append_history",
    "make_console",
    "make_error_console",
    "make_writable",
    "print_wide",
    "programs_to_stderr",
    "shown",
    "silent_programs",
]

# As wide as what it stands for where it may stand in a table.
_SPELT: Final = {
    "←": "<", "✓": "+", "✗": "x", "≤": "<=", "≥": ">=", "µ": "u", "│": "|", "─": "-", "┼": "+", "…": "~",
    "±": "+-", "–": "-", "—": "-", "×": "x", "→": "->", "✅": "ok", "❌": "no",
}  # fmt: skip


class _Console(Console):
    """One that leaves a broken pipe to the command's own exit code."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


def make_console() -> Console:
    """For results, on standard output. A pipe has no width: it gets 100 columns, or what ``COLUMNS`` says."""
    width = None if sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdigit() else 100
    return _Console(highlight=False, markup=False, emoji=False, width=width, soft_wrap=False)


def make_error_console() -> Console:
    """For progress, on standard error, whatever becomes of ``sys.stderr`` later."""
    return Console(file=sys.stderr, highlight=False, markup=False, emoji=False)


def shown(path: Path) -> str:
    """A path as short as it can be said from here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def print_wide(console: Console, tables: Iterable[RenderableType]) -> None:
    """Print tables as wide as they need to be: a narrow terminal breaks their lines, and no column is left out."""
    given = console.width
    for table in tables:
        needed = console.measure(table, options=console.options.update(max_width=1_000)).maximum
        console.width = max(needed, given) if isinstance(table, Table) else given
        try:
            console.print(table, crop=False)
        finally:
            console.width = given


def make_writable() -> None:
    """See to it that printing cannot fail for what is printed, or for nobody being there to read it.

    Characters that the encoding of the output does not have are spelt out, and a stream that was closed before we
    began leads nowhere.
    """
    codecs.register_error("race-spelt", _spell)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115  open until the end
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="race-spelt")


def _spell(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    return "".join(_SPELT.get(each, "?") for each in error.object[error.start : error.end]), error.end


def append_history(
    command: str, explorations: Sequence[tuple[str, ExplorationRecord]], costs: Sequence[tuple[str, float, float]] = ()
) -> None:
    """Append a run to the project's history. If that cannot be done it is said, and the run counts all the same."""
    from harness.loading import project_root
    from harness.model.errors import UsageError
    from harness.run_history import append_run

    try:
        append_run(project_root(), command, explorations, costs)
    except UsageError as error:
        print(f"race: not in the history: {error}", file=sys.stderr)


@contextmanager
def silent_programs() -> Iterator[None]:
    """What programs print is thrown away, since a thousand executions would print it a thousand times."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        yield


@contextmanager
def programs_to_stderr() -> Iterator[None]:
    """What a program prints goes to standard error, so that standard output has our results only."""
    with redirect_stdout(sys.stderr):
        yield
