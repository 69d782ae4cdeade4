"""The options that more than one command takes, each under the name that it has in the API."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Final

import click

from harness.cli.alarm import alarm
from harness.model.options import MAX_STEPS

__all__ = ["detect_option", "exploration_options", "instrument_option", "limited"]

_Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

detect_option: Final[_Decorator] = click.option(
    "--detect", "-d", multiple=True, metavar="KIND",
    help="What else counts as a failure: lost-update, data-race; repeatable.",
)  # fmt: skip
instrument_option: Final[_Decorator] = click.option(
    "--instrument", "-i", multiple=True, metavar="MODULE",
    help="A module or package more whose accesses are switch points, by its import name; repeatable.",
)  # fmt: skip

_EXPLORATION: Final[tuple[_Decorator, ...]] = (
    click.option(
        "--schedules", "-n", default=1000, show_default=True, type=click.IntRange(min=1),
        help="Maximum number of executions of each program.",
    ),
    click.option("--seed", default=0, show_default=True, help="Equal seeds make equal schedules."),
    click.option(
        "--strategy", default="auto", show_default=True, metavar="NAME",
        help="auto, random, pct, pos, surw or exhaustive.",
    ),
    click.option(
        "--preemptions", type=click.IntRange(min=0), metavar="K",
        help="With --strategy exhaustive: every schedule with at most K preemptions, the fewest first.",
    ),
    click.option(
        "--switching", type=click.Choice(["free-threaded", "gil"]), default="free-threaded", show_default=True,
        help="gil: threads change only where CPython with the GIL can change them.",
    ),
    click.option(
        "--order", type=click.Choice(["fifo", "any"]), default="fifo", show_default=True,
        help="any: ready callbacks of a loop run in any order, as other loop implementations might run them.",
    ),
    detect_option,
    instrument_option,
    click.option(
        "--max-steps", default=MAX_STEPS, show_default=True, type=click.IntRange(min=1), metavar="N",
        help="An execution with more operations than this is called a livelock.",
    ),
    click.option(
        "--time-limit", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS",
        help="Wall time for the whole command, which then answers with what it has.  [default: 30 for each program of "
        "your own]",
    ),
    click.option(
        "--workers", default=1, show_default=True, type=click.IntRange(min=1),
        help="Processes that share the executions.",
    ),
)  # fmt: skip


def exploration_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of :func:`harness.explore`."""
    for option in reversed(_EXPLORATION):
        command = option(command)
    return command


def limited(default: float | None = None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command the option ``--time-limit``, which covers all that it does.

    Args:
        default: Seconds, where the option is not given.
    """

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(command)
        def run(*args: Any, time_limit: float | None, **options: Any) -> Any:
            with alarm(time_limit):
                return command(*args, **options)

        return click.option(
            "--time-limit", default=default, show_default=default is not None, metavar="SECONDS",
            type=click.FloatRange(min=0, min_open=True), help="Wall time for the whole command.",
        )(run)  # fmt: skip

    return decorate
