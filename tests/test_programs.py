"""What an exploration takes for a program, and what it refuses."""

from __future__ import annotations

import asyncio
import functools
import os
import sys
import threading
from typing import Any

import pytest

import harness
from harness.model.errors import HarnessError
from tests.programs import Box, in_threads


def safe() -> str:
    box, lock = Box(), threading.Lock()

    def add() -> None:
        with lock:
            box.value += 1

    in_threads(add, add)
    assert box.value == 2
    return "safe"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"strategy": "randm"}, r"there is no strategy 'randm'.*auto, exhaustive, pct, pos, random, surw"),
        ({"detect": ("lost-updates",)}, r"cannot detect lost-updates; .*: data-race, double-acquire, lost-update"),
        ({"detect": "lost-update"}, r"detect.*tuple"),
        ({"schedules": 0}, r"schedules must be at least 1, not 0"),
        ({"order": "lifo"}, r"order must be 'fifo' or 'any', not 'lifo'"),
        ({"max_steps": 0}, r"max_steps must be at least 1, not 0"),
        ({"time_limit": -1.0}, r"time_limit must not be negative: -1"),
        ({"instrument": "a_module"}, r"instrument.*tuple"),
        ({"strategy": object()}, r"no strategy: it has no name, begin, choose, pick, end"),
    ],
)
def test_a_wrong_argument_is_named_with_what_would_be_right(options: dict[str, Any], message: str) -> None:
    with pytest.raises(harness.UsageError, match=message):
        harness.explore(safe, **options)


@pytest.mark.parametrize(
    ("program", "name"),
    [(5, "5"), ("safe", "'safe'"), (None, "None"), (len, "builtins:len"), (print, "function print>")],
)
def test_what_is_no_program_is_refused(program: Any, name: str) -> None:
    with pytest.raises(HarnessError, match=name):
        harness.explore(program)


def test_a_program_that_wants_arguments_is_refused() -> None:
    def program(store: object) -> None: ...

    with pytest.raises(harness.UsageError, match=r"called without arguments.*missing a required argument: 'store'"):
        harness.explore(program)


def test_a_coroutine_object_is_refused_with_what_to_give_instead() -> None:
    async def program() -> None: ...

    coroutine = program()
    with pytest.raises(HarnessError, match=r"coroutine object.*program.* without calling it"):
        harness.explore(coroutine)
    coroutine.close()


def test_a_module_that_is_not_there_is_named() -> None:
    with pytest.raises(harness.InstrumentationError, match="cannot import 'no_such_module'"):
        harness.explore(safe, instrument=("no_such_module",))


def test_a_program_cannot_explore_another_one() -> None:
    def program() -> None:
        harness.explore(safe)

    with pytest.raises(HarnessError, match="already under way"):
        harness.explore(program)
    assert harness.explore(safe, strategy="exhaustive").verdict == "proved"


class Suite:
    def __init__(self, step: int = 1) -> None:
        self.step = step

    def program(self) -> int:
        box = Box()

        def add() -> None:
            box.value += self.step

        in_threads(add, add)
        return box.value

    def __call__(self) -> int:
        return self.program()

    @staticmethod
    def static() -> int:
        return Suite(3).program()

    @classmethod
    def of_class(cls) -> int:
        return cls(4).program()


async def asynchronous() -> int:
    box = Box()

    async def add() -> None:
        seen = box.value
        await asyncio.sleep(0)
        box.value = seen + 1

    await asyncio.gather(add(), add())
    return box.value


def counting(step: int) -> int:
    return Suite(step).program()


PROGRAMS: list[tuple[str, Any, set[int]]] = [
    ("a method", Suite(2).program, {2, 4}),
    ("a callable object", Suite(5), {5, 10}),
    ("a static method", Suite.static, {3, 6}),
    ("a class method", Suite.of_class, {4, 8}),
    ("a lambda", lambda: counting(6), {6, 12}),
    ("a partial", functools.partial(counting, 7), {7, 14}),
    ("a partial of a partial", functools.partial(functools.partial(counting), step=8), {8, 16}),
    ("an async function", asynchronous, {1}),
    ("an async lambda", lambda: asynchronous(), {1}),
]


@pytest.mark.parametrize(("program", "outcomes"), [each[1:] for each in PROGRAMS], ids=[each[0] for each in PROGRAMS])
def test_a_program_may_be(program: Any, outcomes: set[int]) -> None:
    result = harness.explore(program, strategy="exhaustive")
    assert set(result.outcomes) == outcomes


def test_a_program_that_exits_without_an_error_passes() -> None:
    def program() -> None:
        sys.exit(0)

    assert [str(outcome) for outcome in harness.explore(program, schedules=1).outcomes] == ["0"]


@pytest.mark.parametrize("code", [3, "an update was lost"])
def test_a_program_that_exits_with_an_error_has_failed(code: Any) -> None:
    def program() -> None:
        sys.exit(code)

    failure = harness.explore(program).failure
    assert failure is not None
    assert (failure.kind, failure.message) == ("exception", f"SystemExit: {code}")
    assert failure.place.startswith(__file__)
    assert harness.confirm(program, failure.token).confirmed


def test_a_program_that_ends_the_process_is_refused() -> None:
    def program() -> None:
        os._exit(0)

    with pytest.raises(harness.UncontrolledError, match=r"os\._exit at .*test_programs"):
        harness.explore(program)


def test_a_program_that_explores_is_told_so() -> None:
    def program() -> None:
        harness.explore(safe)

    with pytest.raises(harness.UsageError, match=r"of .*program, and a program cannot explore another one"):
        harness.explore(program)
