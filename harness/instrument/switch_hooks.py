"""What marked code calls where CPython checks its eval breaker: it says so, and does what Python would.

Marked code is in place while a failure is judged or ``switching="gil"`` is explored, and only then.
"""

from __future__ import annotations

import sys
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = [
    "after", "again", "checked_call", "entered", "left", "listen", "rounds", "rounds_entered", "second",
]  # fmt: skip

_ENTERING_CHECKS: Final = sys.version_info >= (3, 14)  # there __enter__ is called by CALL; before, by BEFORE_WITH

_passed: Callable[[], None] | None = None
_files: frozenset[str] = frozenset()
_atomic: tuple[type, ...] = ()


def listen(
    passed: Callable[[], None] | None, files: frozenset[str] = frozenset(), atomic: tuple[type, ...] = ()
) -> None:
    """Report checks to ``passed`` from now on; None: to nobody.

    Args:
        passed: Called when the running thread has come by a check.
        files: Sources that are marked: their functions report for themselves.
        atomic: Types whose methods are C functions in CPython, whatever they are here.
    """
    global _passed, _files, _atomic
    _passed, _files, _atomic = passed, files, atomic


def entered() -> None:
    """A function begins."""
    if _passed is not None:
        _passed()


def after(value: Any) -> Any:
    """Something has returned ``value``, and then there is a check."""
    if _passed is not None:
        _passed()
    return value


def second(_: None, value: Any) -> Any:
    """The second of two expressions."""
    return value


def again(number: int) -> int:
    """A ``while`` loop goes round: every round but the first is come to by a jump backwards."""
    if number and _passed is not None:
        _passed()
    return 1


def checked_call(function: Any, /, *args: Any, **kwargs: Any) -> Any:
    """Call ``function``. A Python function checks when it is entered, everything else when it has returned."""
    passed = _passed
    if passed is None:
        return function(*args, **kwargs)
    inner = function.__func__ if type(function) is MethodType else function
    if type(inner) is FunctionType and type(getattr(function, "__self__", None)) not in _atomic:
        if inner.__code__.co_filename in _files:
            return function(*args, **kwargs)
        passed()
    result = function(*args, **kwargs)
    passed()
    return result


class _Rounds:
    """An iterator that says when a loop comes back to it."""

    __slots__ = ("_is_again", "_next")

    def __init__(self, iterable: Any, is_again: bool) -> None:
        self._next = iter(iterable).__next__
        self._is_again = is_again

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        if self._is_again:
            if _passed is not None:
                _passed()
        else:
            self._is_again = True
        return self._next()


def rounds(iterable: Any) -> Any:
    """The iterable of a loop."""
    return _Rounds(iterable, False) if _passed is not None else iterable


def rounds_entered(iterable: Any) -> Any:
    """The first iterable of a generator expression or a comprehension that is a function: its first step enters it."""
    return _Rounds(iterable, True) if _passed is not None else iterable


class _Left:
    """A context manager that is entered without a check and left with one."""

    __slots__ = ("_manager",)

    def __init__(self, manager: Any) -> None:
        self._manager = manager

    def __enter__(self) -> Any:
        value = type(self._manager).__enter__(self._manager)
        return after(value) if _ENTERING_CHECKS else value

    def __exit__(self, *exc: Any) -> Any:
        manager_exit = type(self._manager).__exit__
        result = manager_exit(self._manager, *exc)
        is_marked = type(manager_exit) is FunctionType and manager_exit.__code__.co_filename in _files
        if exc[0] is None and not is_marked:
            after(None)
        return result


def left(manager: Any) -> Any:
    """The context manager of a ``with``."""
    kind = type(manager)
    if _passed is None or not hasattr(kind, "__enter__") or not hasattr(kind, "__exit__"):
        return manager
    return _Left(manager)
