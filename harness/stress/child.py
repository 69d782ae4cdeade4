"""The process in which a program runs again and again.

``python -m harness.stress.child LABEL SECONDS INTERVAL [RUNS]`` prints a line of JSON with its counts now and then, and
one at the end, so that a run that never ends costs only itself. What counts as a failure is what counts under control:
an exception that leaves the program, a thread, a task or a callback, and that nobody retrieved.
"""

from __future__ import annotations

import asyncio
import gc
import inspect
import json
import logging
import sys
import threading
import warnings
from collections import Counter
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from harness.model.border import safe_str
from harness.model.errors import HarnessError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["main", "run_often"]

_TELL_EVERY: Final = 0.2
"""Seconds between two reports."""


class _Unretrieved(logging.Handler):
    """What an event loop could only log."""

    def __init__(self, found: list[BaseException]) -> None:
        super().__init__(logging.ERROR)
        self._found = found

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[1] is not None:
            self._found.append(record.exc_info[1])


def _outcome(program: Callable[[], Any], found: list[BaseException]) -> BaseException | None:
    found.clear()
    try:
        result = program()
        if inspect.iscoroutine(result):
            asyncio.run(result)
    except Exception as exc:
        return exc
    except SystemExit as exc:
        return exc if exc.code not in (None, 0) else None
    return found[0] if found else None


def run_often(
    program: Callable[[], Any], seconds: float, runs: int | None, tell: Callable[[int, int, Counter[str]], None]
) -> None:
    """Run a program until the time is over, or so many times.

    Args:
        program: Zero-argument callable, sync or async.
        seconds: After so many no further run is begun.
        runs: Instead of a time.
        tell: Called with the numbers of runs and failures, and their messages, now and then and at the end.
    """
    found: list[BaseException] = []
    threading.excepthook = lambda args: found.append(args.exc_value or SystemExit())
    logger = logging.getLogger("asyncio")
    logger.addHandler(_Unretrieved(found))
    logger.propagate = False
    warnings.simplefilter("ignore")
    made = failed = 0
    messages: Counter[str] = Counter()
    told = started = monotonic()
    while made < runs if runs is not None else monotonic() - started < seconds:
        exc = _outcome(program, found)
        made += 1
        if exc is not None:
            failed += 1
            messages[f"{type(exc).__name__}: {safe_str(exc)}".partition("\n")[0]] += 1
        if monotonic() - told >= _TELL_EVERY:
            gc.collect()  # tasks that nobody asked for their exception report it when they go
            tell(made, failed, messages)
            told = monotonic()
    tell(made, failed, messages)


def main(arguments: Sequence[str]) -> int:
    """Run the program of a label."""
    from harness.catalog import program_named

    label, seconds, interval, *rest = arguments
    sys.setswitchinterval(float(interval))

    def tell(made: int, failed: int, messages: Counter[str]) -> None:
        print(json.dumps({"runs": made, "failures": failed, "messages": messages}), flush=True)

    try:
        program = program_named(label)
    except HarnessError as exc:
        print(exc, file=sys.stderr)
        return 2
    run_often(program, float(seconds), int(rest[0]) if rest else None, tell)
    print(json.dumps({"done": True}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
