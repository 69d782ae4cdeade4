"""What can be a program, a function that is called without arguments for each execution; and what it is called."""

from __future__ import annotations

import functools
import inspect
from typing import Any

from harness.model.errors import UsageError

__all__ = ["check_program", "label_of"]


def check_program(program: Any) -> None:
    """Refuse what could not be executed, or would be executed without anything happening.

    Raises:
        UsageError: It cannot be a program, with what to give instead.

    Example:
        >>> check_program(lambda: None)
        >>> check_program(lambda job: None)
        Traceback (most recent call last):
        harness.UsageError: a program is called without arguments, and harness.model.program:<lambda> \
cannot be (missing a required argument: 'job'): give a function without arguments that calls it
    """
    if inspect.iscoroutine(program):
        raise UsageError(f"{program!r} can run only once: give the async function itself, without calling it")
    if not callable(program):
        raise UsageError(f"{program!r} is no program: give a function without arguments")
    if isinstance(program, type):
        raise UsageError(f"{label_of(program)} is a class: give a function without arguments that makes and uses one")
    called = program if hasattr(program, "__code__") or isinstance(program, functools.partial) else program.__call__
    if inspect.isgeneratorfunction(called) or inspect.isasyncgenfunction(called):
        raise UsageError(
            f"{label_of(program)} has a yield in it: called, it only makes a generator, and runs nothing; "
            f"give a function that goes through it"
        )
    try:
        inspect.signature(program).bind()
    except TypeError as exc:
        raise UsageError(
            f"a program is called without arguments, and {label_of(program)} cannot be ({exc}): "
            f"give a function without arguments that calls it"
        ) from None
    except ValueError:
        pass  # written in C, and says nothing about its arguments


def label_of(program: Any) -> str:
    """How a token names its program: ``scenario@store``, or ``module:name``."""
    label = getattr(program, "label", None)
    if isinstance(label, str):
        return label
    while isinstance(program, functools.partial):
        program = program.func
    name = getattr(program, "__qualname__", type(program).__qualname__)
    return f"{program.__module__}:{name}"
