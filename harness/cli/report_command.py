"""``race report``: results of an earlier run, drawn again, in the terminal or as a page to walk through."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli import FINDING
from harness.cli.options import limited

if TYPE_CHECKING:
    from harness.report.matrix import Matrix

__all__ = ["command"]


@click.command("report")
@click.argument("source", metavar="[FILE|TOKEN]", required=False)
@click.option("--markdown", is_flag=True, help="Print Markdown.")
@click.option(
    "--html", "html_file", type=click.Path(path_type=Path), metavar="FILE", help="Write a page to walk through there."
)
@limited()
def command(source: str | None, markdown: bool, html_file: Path | None) -> int:
    """Draw the results in FILE, as 'race run' did; nothing is executed. Of a TOKEN, the failure is made again.

    FILE is a results.json of this version or an earlier one. Without it, the latest results of the project are drawn.
    The page is one file that needs no network: the matrix, each failure step by step, the same schedule against a
    store with a lock, and a game in which you are the scheduler. Exit code: that of the run.

    \b
    Examples:
      race report
      race report --html report.html
      race report results/baseline/results.json
      race report results.json --markdown > results.md
      race report progress-jumps-backward@unlocked:2rpjH5pGlAAACAhU --html failure.html
    """
    from harness.cli.matrix_output import print_matrix
    from harness.cli.output import make_console, shown
    from harness.report.html.page import page
    from harness.report.html.saving import claims_in
    from harness.report.markdown import matrix_markdown
    from harness.report.results import check_writable, latest, read_matrix, write_text

    if html_file is not None:
        check_writable(html_file)
    folder = Path(source).parent if source is not None else latest()
    is_token = source is not None and ":" in source and not Path(source).exists()
    if is_token:
        assert source is not None
        matrix = _matrix_of_token(source)
    else:
        matrix = read_matrix(Path(source) if source is not None else folder / "results.json")
    if html_file is not None:
        write_text(page(matrix, [] if is_token else claims_in(folder)), html_file)
        make_console().print(f"written: {shown(html_file)}", style="dim", soft_wrap=True)
    elif markdown:
        click.echo(matrix_markdown(matrix))
    else:
        print_matrix(make_console(), matrix, one_a_scenario=False)
    return 0 if matrix.as_expected else FINDING


def _matrix_of_token(token: str) -> Matrix:
    """Make the failure of a token again: a matrix with one cell."""
    from harness.catalog import program_of_token
    from harness.cli.output import programs_to_stderr
    from harness.cli.single import single_failure
    from harness.exploration.replaying import replay

    program = program_of_token(token)
    with programs_to_stderr():
        return single_failure(program, replay(program, token), token)
