"""``race history``: how verdicts, proofs and costs went from commit to commit."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

__all__ = ["command"]


@click.command("history")
@click.argument("labels", metavar="[PROGRAM]...", nargs=-1)
@click.option("--last", default=200, show_default=True, type=click.IntRange(min=1), metavar="N", help="Of all lines.")
@click.option("--svg", "svg_file", type=click.Path(path_type=Path), metavar="FILE", help="Draw a plot (needs pygal).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(labels: tuple[str, ...], last: int, svg_file: Path | None, as_json: bool) -> int:
    """Show what earlier runs of this project came to: verdicts, proved behaviours, what locks cost.

    Every 'race run' and 'race gate' appends to results/history.sqlite. A plus after a commit: files differed from it.

    \b
    Examples:
      race history
      race history tests/races.py:two_reports
      race history --svg history.svg
    """
    import json

    from harness.cli.output import make_console, print_wide
    from harness.loading import project_root
    from harness.report.history_svg import history_svg
    from harness.report.history_text import costs_table, history_table
    from harness.report.results import check_writable, write_text
    from harness.run_history import read_costs, read_history

    if svg_file is not None:
        check_writable(svg_file)
    root = project_root()
    lines = read_history(root, labels)[-last:]
    costs = [] if labels else read_costs(root)[-last:]
    if svg_file is not None:
        write_text(history_svg(lines, costs), svg_file)
    if as_json:
        click.echo(json.dumps({"explorations": list(map(asdict, lines)), "costs": list(map(asdict, costs))}, indent=2))
        return 0
    console = make_console()
    if not lines and not costs:
        console.print("there is no history yet: 'race run' and 'race gate' append to it", soft_wrap=True)
    print_wide(console, [history_table(lines)] * bool(lines) + [costs_table(costs)] * bool(costs))
    return 0
