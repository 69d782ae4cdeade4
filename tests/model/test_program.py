"""What could not be executed, or would be executed without anything happening, is refused with what to give instead."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import pytest

import harness
from harness.model.program import check_program, label_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator


def generator() -> Iterator[int]:
    yield 1


async def agenerator() -> AsyncIterator[int]:
    yield 1


class Program:
    def __call__(self) -> None:
        pass


class Yielding:
    def __call__(self) -> Iterator[int]:
        yield 1


def needs(job: str) -> None:
    del job


@pytest.mark.parametrize("program", [generator, agenerator, functools.partial(generator), Yielding()])
def test_a_generator_function_would_run_nothing_and_is_refused(program: Any) -> None:
    with pytest.raises(harness.UsageError, match=r"test_program:\w+ has a yield in it: .* runs nothing"):
        harness.explore(program)


def test_a_class_is_refused_by_its_name() -> None:
    with pytest.raises(harness.UsageError, match="test_program:Program is a class: give a function"):
        harness.explore(Program)


def test_what_needs_arguments_is_named_without_its_address() -> None:
    with pytest.raises(harness.UsageError, match=r"test_program:needs cannot be \(missing .* 'job'\)"):
        harness.explore(needs)  # type: ignore[arg-type]


@pytest.mark.parametrize("program", [Program(), functools.partial(needs, "a"), lambda: None, Program().__call__])
def test_whatever_is_called_without_arguments_is_a_program(program: Any) -> None:
    check_program(program)


def test_a_program_is_called_module_and_name_or_what_it_says() -> None:
    assert label_of(functools.partial(needs, "a")) == "tests.model.test_program:needs"
    assert label_of(Program()) == "tests.model.test_program:Program"
