"""``race claims``: every claim of the quick reference, tried."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli.options import limited

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["command"]


@click.command("claims")
@click.argument("names", metavar="[CLAIM]...", nargs=-1)
@click.option("--quick", is_flag=True, help="Measure nothing: what only a measurement can tell stays undecided.")
@click.option(
    "--json", "json_file", type=click.Path(path_type=Path), metavar="FILE", help="Also write the answers there."
)
@limited()
def command(names: tuple[str, ...], quick: bool, json_file: Path | None) -> int:
    """Try every claim of the quick reference that the project grew from, and print the verdicts.

    A verdict is computed from what runs here: holds, holds only if (and the condition), refuted, not testable. Proofs
    and tokens are the same everywhere; times and frequencies are this machine's. With names, only those claims, and all
    that is behind their answers. The ledger goes to results/latest/ as Markdown and JSON. Exit code 0, whatever the
    verdicts.

    \b
    Examples:
      race claims
      race claims --quick
      race claims table-without-lock hundred-percent
    """
    from harness.cli.output import make_console, shown
    from harness.evidence import Laboratory, Ledger, load_lesson
    from harness.report.claims import render_ledger
    from harness.report.claims_json import claims_json
    from harness.report.claims_markdown import claims_markdown
    from harness.report.results import check_writable, latest, write_json, write_text

    lesson = load_lesson()
    chosen = [lesson.claim(name) for name in dict.fromkeys(names)] or list(lesson.claims)
    folder = latest()
    files = [folder / "claims.md", folder / "claims.json", *((json_file,) if json_file is not None else ())]
    for path in files:
        check_writable(path)
    lab = Laboratory(quick=quick, programs=lesson.programs)
    entries = []
    with _progress(len(chosen)) as advance:
        for claim in sorted(chosen, key=lesson.line_of):
            advance(claim.id)
            entries.append((claim, claim.examine(lab)))
    ledger = Ledger(lesson, entries)
    console = make_console()
    console.print(render_ledger(ledger, details=bool(names)), crop=False)
    write_text(claims_markdown(ledger), files[0])
    for path in files[1:]:
        write_json(claims_json(ledger, quick), path)
    console.print(f"written: {', '.join(map(shown, files))}", style="dim", soft_wrap=True)
    return 0


@contextmanager
def _progress(total: int) -> Iterator[Callable[[str], None]]:
    """A bar on standard error, if somebody is there to see it; drawn between two claims only."""
    from harness.cli.output import make_error_console

    console = make_error_console()
    if not console.is_terminal:
        yield lambda name: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, auto_refresh=False) as progress:
        task = progress.add_task("", total=total)
        begun = 0

        def advance(name: str) -> None:
            nonlocal begun
            progress.update(task, description=name, completed=begun, refresh=True)
            begun += 1

        yield advance
