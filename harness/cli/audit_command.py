"""``race audit``: look for races in source that has not run."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli import FINDING
from harness.cli.options import limited

__all__ = ["command"]


@click.command("audit")
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "json_file", type=click.Path(path_type=Path), metavar="FILE", help="Also write JSON there.")
@click.option(
    "--sarif", "sarif_file", type=click.Path(path_type=Path), metavar="FILE", help="Also write SARIF 2.1.0 there."
)
@click.option("--github", is_flag=True, help="Print annotations for GitHub Actions instead of text.")
@click.option(
    "--assume-threads/--no-assume-threads",
    default=True,
    show_default=True,
    help="Whether a public plain method that nothing in the files calls may be called by threads, where its class "
    "has a threading lock, starts threads, or has coroutines too.",
)
@limited()
def command(
    paths: tuple[Path, ...], json_file: Path | None, sarif_file: Path | None, github: bool, assume_threads: bool
) -> int:
    """Look for races in a service of your own, without running it.

    FILE is a Python file, or a folder that is searched for them. The audit reads which state is shared between
    coroutines, tasks and threads, and reports each read-modify-write and check-then-act on it outside a lock, locks of
    the wrong kind, forgotten awaits, slow work inside a lock, locks taken in two orders, objects of an event loop that
    a thread uses, calls that block a loop, values used after an await, and statuses that are overwritten. Each finding
    names the item of the checklist and the scenario that shows it. Exit code 1: there are findings.

    An audit sees the source, not the schedules: none found is no proof. To prove, write a program and 'race run' it.

    \b
    Examples:
      race audit my_service.py
      race audit src/ --sarif audit.sarif --json audit.json
      race audit src/ --github
      race audit my_service.py --no-assume-threads
    """
    from harness.audit import audit
    from harness.cli.output import make_console
    from harness.report.audit_github import github_lines
    from harness.report.audit_json import audit_json
    from harness.report.audit_sarif import audit_sarif
    from harness.report.audit_text import render_audit
    from harness.report.results import check_writable, write_json

    files = [file for file in (json_file, sarif_file) if file is not None]
    for file in files:
        check_writable(file)
    report = audit(paths, assume_threads=assume_threads)
    if json_file is not None:
        write_json(audit_json(report), json_file)
    if sarif_file is not None:
        write_json(audit_sarif(report), sarif_file)
    if github:
        for line in github_lines(report):
            click.echo(line)
    else:
        console = make_console()
        console.print(render_audit(report))
        if files:
            console.print(f"written: {', '.join(map(str, files))}", style="dim", soft_wrap=True)
    return FINDING if report.findings else 0
