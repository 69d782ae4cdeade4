"""``race report``: results of an earlier run, drawn again."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli import FINDING
from harness.cli.options import limited

__all__ = ["command"]


@click.command("report")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--markdown", is_flag=True, help="Print Markdown.")
@limited()
def command(file: Path | None, markdown: bool) -> int:
    """Draw the results in FILE, as 'race run' did; nothing is executed.

    FILE is a results.json of this version or an earlier one. Without it, the latest results of the project are drawn.
    Exit code: that of the run.

    \b
    Examples:
      race report
      race report results/baseline/results.json
      race report results.json --markdown > results.md
    """
    from harness.cli.matrix_output import print_matrix
    from harness.cli.output import make_console
    from harness.report.markdown import matrix_markdown
    from harness.report.results import latest, read_matrix

    matrix = read_matrix(file if file is not None else latest() / "results.json")
    if markdown:
        click.echo(matrix_markdown(matrix))
    else:
        print_matrix(make_console(), matrix, one_a_scenario=False)
    return 0 if matrix.as_expected else FINDING
