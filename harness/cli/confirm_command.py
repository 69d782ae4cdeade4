"""``race confirm``: one failure on real OS threads and the stock event loop."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from harness.cli import FINDING
from harness.cli.options import detect_option, instrument_option, limited

__all__ = ["command"]


@click.command("confirm")
@click.argument("token")
@detect_option
@instrument_option
@click.option(
    "--timeout", default=10.0, show_default=True, type=click.FloatRange(min=0.1), help="Seconds that it may take."
)
@click.option(
    "--json", "json_file", type=click.Path(path_type=Path), metavar="FILE", help="Also write the answer there."
)
@limited(60.0)
def command(
    token: str, detect: tuple[str, ...], instrument: tuple[str, ...], timeout: float, json_file: Path | None
) -> int:
    """Make the failure of TOKEN happen on real OS threads and the stock event loop, outside the simulation.

    The schedule is acted out in a process of its own: each real thread goes on when the recorded schedule says so. The
    failure is confirmed if the same kind of failure with the same message was seen there.

    Exit code 0: confirmed. 1: not confirmed, with the reason. 2: the token cannot be used.

    \b
    Examples:
      race confirm progress-jumps-backward@unlocked:2rpjH5pGlAAACAhU
      race confirm TOKEN --timeout 60 --json confirmed.json
    """
    from harness.catalog import program_of_token
    from harness.cli.output import make_console
    from harness.real.confirming import confirm
    from harness.report.results import check_writable, write_json

    if json_file is not None:
        check_writable(json_file)
    answer = confirm(program_of_token(token), token, instrument=instrument, detect=detect, timeout=timeout)
    if json_file is not None:
        write_json(dataclasses.asdict(answer), json_file)
    console = make_console()
    if answer.confirmed:
        threads = f"{answer.threads} real thread{'s' if answer.threads != 1 else ''}"
        console.print(f"confirmed: {threads}, {answer.steps} steps, and the same {answer.kind}")
        console.print(answer.message, soft_wrap=True)
        return 0
    console.print(f"not confirmed: {answer.reason}", soft_wrap=True)
    return FINDING
