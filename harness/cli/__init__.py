"""The ``race`` command: one file a subcommand, imported when it is called, so that ``--help`` is there at once.

Exit codes: 0 as expected, 1 a finding, 2 wrong usage, 3 an error inside the harness, 130 stopped with Ctrl-C (143 with
SIGTERM, 129 with SIGHUP).
"""

from __future__ import annotations

import errno
import importlib
import os
import signal
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["COMMANDS", "FINDING", "Stopped", "main", "race"]

COMMANDS: Final = (
    "run",
    "list",
    "replay",
    "confirm",
    "report",
    "stress",
    "bench",
    "claims",
    "audit",
    "gate",
    "init",
    "history",
    "bisect",
)
FINDING: Final = 1


class _ReaderGone(Exception):
    """The reader of a pipe has had enough. click would exit with 1, which is a finding here."""


class _Ended(Exception):
    """Ctrl-C, or what ends a command like it. click would print a line of its own, and forget which it was."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Stopped(KeyboardInterrupt):
    """SIGTERM or SIGHUP: what Ctrl-C does, with an exit code of its own."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.code = 128 + number


@contextmanager
def _ends_like_ctrl_c() -> Iterator[None]:
    """SIGTERM and SIGHUP end a command as Ctrl-C does: results kept, terminal restored, no process left behind."""
    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    if threading.current_thread() is not threading.main_thread():
        numbers = []
    old = [(number, signal.getsignal(number)) for number in numbers]
    for number, handler in old:
        if handler is not signal.SIG_IGN:  # nohup
            signal.signal(number, _stop)
    try:
        yield
    finally:
        for number, handler in old:
            signal.signal(number, handler)


def _stop(number: int, frame: object) -> None:
    raise Stopped(number)


class _Lazy(click.Group):
    """A group whose commands are modules beside this one."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as exc:
            raise _ReaderGone from exc
        except KeyboardInterrupt as exc:
            raise _Ended(getattr(exc, "code", 130)) from exc

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"harness.cli.{name}_command").command
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and args[0] not in COMMANDS:
            from harness.loading import unknown_name

            raise click.UsageError(str(unknown_name(args[0], COMMANDS, "command")))
        return super().resolve_command(ctx, args)


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="race-harness", prog_name="race")
def race() -> None:
    """Reproduce, prove and teach race conditions in Python services that mix asyncio and threads.

    \b
    Examples:
      race run                            every scenario against every store
      race run stuck-at-old-progress      one scenario
      race run my_tests:program           a program of your own
      race replay TOKEN                   one failure again, step for step
      race confirm TOKEN                  one failure on real threads
      race report                         the latest results again
      race stress stuck-at-old-progress   how often it happens by itself
      race bench                          what a lock costs
      race audit my_service.py            look for races in source, without running it
      race gate                           what was agreed to, against how things stand
      race history                        how verdicts and costs went from commit to commit
      race bisect TOKEN                   the commit that brought a failure
      race init                           settings, a first test and the job for CI
      race claims                         what is true of the quick reference
    """


def main(args: list[str] | None = None) -> int:
    """Run the command and return its exit code. Every error is one line that says what to do."""
    try:
        with _ends_like_ctrl_c():
            from harness.cli.output import make_writable

            make_writable()
            result = race.main(args=args, prog_name="race", standalone_mode=False)
        sys.stdout.flush()  # here and not at exit, where nobody could say what is wrong
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as exc:
        return exc.exit_code
    except click.UsageError as exc:
        if not (args if args is not None else sys.argv[1:]):  # the message is the help
            print(exc.format_message(), file=sys.stderr)
            return 2
        hint = f"\nTry '{exc.ctx.command_path} --help'." if exc.ctx is not None else ""
        return _complain(exc.format_message() + hint, 2)
    except click.ClickException as exc:
        return _complain(exc.format_message(), 2)
    except (_Ended, click.Abort, KeyboardInterrupt) as exc:
        eval(
            "0"
        )  # CPython notes a Ctrl-C that passed through an exec, as dataclasses make, and would end by the signal
        return _complain("stopped", getattr(exc, "code", 130))
    except (_ReaderGone, BrokenPipeError):
        _close_output()
        return 0
    except OSError as exc:
        if exc.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EIO):
            return _explain(exc)
        _close_output()
        return _complain(f"cannot write the output: {exc.strerror}; make room, or send it to another place", 2)
    except Exception as exc:
        return _explain(exc)


def _close_output() -> None:
    """Let what is still in the buffer go nowhere: flushing it at exit would fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _explain(exc: Exception) -> int:
    from harness.model.errors import HarnessError

    if isinstance(exc, HarnessError):
        return _complain(str(exc), 2)
    import traceback

    traceback.print_exc()
    return _complain(f"this is an error in the harness itself: {type(exc).__name__}: {exc}", 3)


def _complain(message: str, code: int) -> int:
    print(f"race: {message}", file=sys.stderr)
    return code
