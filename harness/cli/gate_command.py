"""``race gate``: what the project has agreed to, against how things stand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harness.cli import FINDING
from harness.cli.case_reports import CaseReports, case_reports, require_option

if TYPE_CHECKING:
    from rich.console import Console

    from harness.gate.check import Found
    from harness.gate.judge import Required

__all__ = ["command"]


@click.command("gate")
@click.option("--update", is_flag=True, help="Write the baseline anew, and show what changes in it.")
@click.option(
    "--time-budget", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS",
    help="Wall time for all of it, shared out; what it does not suffice for is inconclusive.",
)  # fmt: skip
@require_option
@click.option("--json", "json_file", type=click.Path(path_type=Path), metavar="FILE", help="Write the results.")
@case_reports
def command(
    update: bool, time_budget: float | None, require: Required | None, json_file: Path | None, **options: Any
) -> int:
    """Run what [tool.race] in pyproject.toml names, and compare it with the baseline in .race/baseline.json.

    Exit code 1, and one line for each reason, with the command that shows it: something said to be safe fails;
    something expected to fail no longer does; a proof is lost, or covers less; a kept token no longer replays; a lock
    costs more.
    What a lock cost is measured again, in turns with the commit of the baseline; where that cannot be done, or the
    machine is too noisy to tell, it is inconclusive, and nothing is red.

    \b
    Examples:
      race gate
      race gate --update                         agree to how things stand; then commit .race/
      race gate --time-budget 300 --sarif race.sarif --junit race.xml
      race gate --require proved
    """
    from harness.cli.output import append_history, make_console, shown, silent_programs
    from harness.cli.progress import progress_bar
    from harness.gate.baseline import baseline_path, read_baseline
    from harness.gate.check import check_all
    from harness.gate.gate_settings import read_settings
    from harness.loading import project_root
    from harness.report.gate_json import gate_json
    from harness.report.results import check_writable, write_json

    root = project_root()
    settings, path = read_settings(root), baseline_path(root)
    baseline = read_baseline(path)
    reports = CaseReports(options)
    json_file = json_file.resolve() if json_file is not None else None
    for file in (path if update else None, json_file):
        if file is not None:
            check_writable(file)
    with progress_bar() as show, silent_programs():
        if update:
            found = check_all(replace(settings, benches=()), root, None, path, require, time_budget, show)
            found = replace(found, baseline=replace(found.baseline, benches=settings.benches))
        else:
            found = check_all(settings, root, baseline, path, require, time_budget, show)
    console = make_console()
    if update:
        _update(console, found, path)
    _print(console, found, is_new=baseline is None and not update)
    written = reports.write(found.cases)
    append_history("gate", [(case.name, case.record) for case in found.cases if case.record is not None])
    if json_file is not None:
        write_json(gate_json(found.cases), json_file)
        written.append(json_file)
    if written:
        console.print(f"written: {', '.join(map(shown, written))}", style="dim", soft_wrap=True)
    return FINDING if found.problems else 0


def _print(console: Console, found: Found, is_new: bool) -> None:
    from rich.text import Text

    from harness.model.border import printable

    for problem in found.problems:
        console.print(Text.assemble(("red  ", "bold red"), _line(problem.text)), soft_wrap=True)
        if problem.command:
            console.print(Text(f"     {_line(problem.command)}", style="cyan"), soft_wrap=True)
    for case in found.cases:
        if case.doubt and not case.problems:
            console.print(Text(_line(f"inconclusive {case.name}: {case.doubt}")), soft_wrap=True)
    red = sum(bool(case.problems) for case in found.cases)
    count = len(found.cases)
    said = f"{red} of {count} red" if red else f"none of {count} red"
    if doubtful := sum(bool(case.doubt) and not case.problems for case in found.cases):
        said += f", {doubtful} inconclusive"
    console.print(Text(printable(said), style="bold red" if red else "bold green"))
    if is_new:
        console.print("there is no baseline yet: 'race gate --update' writes it, to be committed", style="dim")


def _line(text: str) -> str:
    from harness.model.border import printable

    return printable(" ".join(text.split()))


def _update(console: Console, found: Found, path: Path) -> None:
    """Write the baseline, and show what changes."""
    from rich.text import Text

    from harness.cli.output import shown
    from harness.gate.baseline import difference, read_baseline, write_baseline

    changes = list(difference(read_baseline(path), found.baseline))
    write_baseline(path, found.baseline)
    for change in changes:
        console.print(Text(_line(change)), soft_wrap=True)
    console.print(f"{shown(path)}: {len(changes)} changes; commit it" if changes else f"{shown(path)}: nothing changes")
