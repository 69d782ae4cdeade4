"""Runs a suite of CPython's own tests inside the controlled world: ``python -m tests.cpython.runner test.test_queue``.

The suite is the unchanged module of the ``test`` package that belongs to the interpreter. It is imported while the
world is open, so that what it binds is controlled. Each test method is the program of one execution, in the plain
order.

Prints one JSON object a line: ``{"id": ..., "outcome": "pass" | "skip" | "fail", "detail": ..., "seconds": ...}``. The
line before a test that never ends names it in ``{"begins": ...}``.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import time
import unittest
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final

from harness.engine.default_order import default_choice
from harness.exploration.session import Session
from harness.model.errors import HarnessError
from harness.model.options import Options
from harness.strategies.scripted import Scripted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from harness.engine.actor import Actor

__all__ = ["main"]

_MAX_STEPS: Final = 400_000
_SLICE: Final = 20
_clock = time.perf_counter  # the real one, whatever is done with the name later


class _Turns(Scripted):
    """The default order with time slices.

    CPython preempts a thread every few milliseconds, and its tests rely on that: they wait in loops for what another
    thread sets. The suites are not rewritten, so the world does not see these loops.
    """

    def __init__(self) -> None:
        super().__init__([])
        self._kept = 0

    def choose(self, current: Actor, enabled: Sequence[Actor]) -> Actor:
        chosen = default_choice(current, enabled)
        self._kept = self._kept + 1 if chosen is current else 0
        if self._kept < _SLICE:
            return chosen
        self._kept = 0
        later = [actor for actor in enabled if actor.id > current.id and not actor.timed]
        return later[0] if later else next((actor for actor in enabled if not actor.timed), chosen)


class _Method:
    """The test method that is to be executed, as a program; :attr:`result` is unittest's word about it."""

    instrument: tuple[str, ...] = ()  # the suite stays as it is

    def __init__(self) -> None:
        self.case: unittest.TestCase | None = None
        self.result = unittest.TestResult()
        self.ended = False

    def __call__(self) -> None:
        assert self.case is not None
        suite = unittest.TestSuite([self.case])  # which also sets up the class and the module
        suite.run(self.result)
        self.ended = True

    def outcome(self, problem: Any) -> tuple[str, str]:
        """The verdict, and in a few words why."""
        result = self.result
        if problem is not None and not (self.ended and problem.kind == "exception"):
            return "fail", f"{problem.traceback}\n{problem.kind}: {problem.message}".strip()
        for _, text in (*result.failures, *result.errors):
            return "fail", text.strip()
        if result.unexpectedSuccesses:
            return "fail", "unexpected success"
        if result.skipped:
            return "skip", result.skipped[0][1]
        return "pass", ""


def main(module: str, only: str, without: list[str]) -> None:
    """Execute the tests of ``module`` that match ``only`` and none of ``without``, and print what became of each."""
    method = _Method()
    sys.stdout = sys.stderr  # what tests print is no part of the answer
    with Session(method, Options(max_steps=_MAX_STEPS)) as session:
        for case in _cases(unittest.defaultTestLoader.loadTestsFromModule(importlib.import_module(module))):
            name = case.id().removeprefix(f"{module}.")
            if not fnmatchcase(name, only) or any(fnmatchcase(name, pattern) for pattern in without):
                continue
            _say(begins=name)
            began = _clock()
            outcome, detail = _execute(session, method, case)
            _say(id=name, outcome=outcome, detail=detail, seconds=round(_clock() - began, 3))


def _execute(session: Session, method: _Method, case: unittest.TestCase) -> tuple[str, str]:
    method.case, method.result, method.ended = case, unittest.TestResult(), False
    try:
        run = session.run(_Turns(), detail=False)
    except HarnessError as exc:  # it reaches outside
        return "fail", f"{type(exc).__name__}: {exc}"
    return method.outcome(run.problem)


def _cases(suite: Any) -> Iterator[unittest.TestCase]:
    if isinstance(suite, unittest.TestCase):
        yield suite
        return
    for part in suite:
        yield from _cases(part)


def _say(**line: object) -> None:
    print(json.dumps(line), file=sys.__stdout__, flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.cpython.runner")
    parser.add_argument("module")
    parser.add_argument("--only", default="*", metavar="PATTERN")
    parser.add_argument("--without", action="append", default=[], metavar="PATTERN")
    options = parser.parse_args()
    main(options.module, options.only, options.without)
