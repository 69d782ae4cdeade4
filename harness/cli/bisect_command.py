"""``race bisect``: the commit that brought a failure."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["command"]


@click.command("bisect")
@click.argument("token")
@click.option("--good", default="", metavar="REV", help="A commit without the failure.  [default: all of history]")
@click.option("--bad", default="HEAD", show_default=True, metavar="REV", help="A commit with it.")
@click.option(
    "--with", "bring", multiple=True, type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE",
    help="Put this file, as it is now, into each commit; repeatable. For a test that is newer than the fault.",
)  # fmt: skip
@click.option(
    "--schedules", "-n", default=1000, show_default=True, type=click.IntRange(min=1),
    help="Executions in a commit whose source the token does not fit.",
)  # fmt: skip
@click.option("--step", is_flag=True, help="Ask the folder one stands in, for 'git bisect run'.")
def command(token: str, good: str, bad: str, bring: tuple[Path, ...], schedules: int, step: bool) -> int:
    """Find the commit that brought the failure of TOKEN. Your working tree stays as it is.

    Commits are checked out beside it, one after the other. Where the source is another one and the token does not fit,
    the program is explored. With --step the exit code is what 'git bisect run' wants: 0 it does not fail here, 1 it
    does, 125 it cannot be asked here.

    \b
    Examples:
      race bisect tests.races:two_reports:2rpjH5pGlAAACAhU
      race bisect TOKEN --good v1.2 --with tests/races.py
      git bisect run race bisect TOKEN --step
    """
    from harness.cli.output import make_console
    from harness.cli.progress import progress_bar
    from harness.gate.bisect import bisect
    from harness.loading import project_root
    from harness.model.token import Token

    if step:
        return _step(token, schedules)
    Token.parse(token)
    asked = 0
    with progress_bar() as show:

        def tell(commit: str, count: int) -> None:
            nonlocal asked
            asked += 1
            show(commit[:10], min(asked, count), count)

        found = bisect(token, project_root(), good, bad, bring, schedules, tell)
    console = make_console()
    console.print(f"{found.commit} is the first commit with the failure", soft_wrap=True)
    console.print(f"    {found.subject}", soft_wrap=True, markup=False)
    if len(found.candidates) > 1:
        others = ", ".join(each[:10] for each in found.candidates[:-1])
        console.print(f"it may have been before: these could not be asked: {others}", soft_wrap=True)
    return 0


def _step(token: str, schedules: int) -> int:
    from harness.catalog import program_of_token
    from harness.cli.output import silent_programs
    from harness.exploration.loop import explore
    from harness.exploration.replaying import options_of, replay
    from harness.gate.bisect import BAD, GOOD, SKIP
    from harness.model.errors import HarnessError, NondeterminismError, TokenError
    from harness.model.token import Token

    recorded = Token.parse(token)
    with silent_programs():
        try:
            program = program_of_token(token)
            try:
                if replay(program, token).failure is not None:
                    return BAD
            except (TokenError, NondeterminismError):
                pass  # other source: explore it
            options = options_of(recorded)
            result = explore(
                program, schedules=schedules, order=options.order, detect=options.detect, instrument=options.instrument,
                max_steps=options.max_steps,
            )  # fmt: skip
        except HarnessError:
            return SKIP
    return BAD if result.failure is not None else GOOD
