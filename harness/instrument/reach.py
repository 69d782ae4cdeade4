"""The modules of a project that a module leads to, by what its names hold.

A name may hold a module, a function, a class, an instance, or a container of them (a registry), and each of those was
written somewhere: a base class, the code inside a decorator, a closure. What only an execution brings to light, such as
an import inside a function, is :mod:`harness.instrument.watch`'s.
"""

from __future__ import annotations

import functools
import sys
import types
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["modules_reached"]

_DEEP: Final = 3
"""Containers and closures inside one another are followed so far."""


def modules_reached(
    start: types.ModuleType, program: object, is_own: Callable[[types.ModuleType], bool]
) -> dict[str, types.ModuleType]:
    """The modules that ``start`` and ``program`` lead to, by name.

    Args:
        start: The module that the program was written in.
        program: The program itself, which may carry others in its arguments or its closure.
        is_own: Whether a module belongs to the project.
    """
    found = {start.__name__: start}
    pending: list[list[object]] = [[program], list(vars(start).values())]
    while pending:
        for value in pending.pop():
            for name in _written_in(value, _DEEP):
                module = sys.modules.get(name)
                if module is not None and name not in found and is_own(module):
                    found[name] = module
                    pending.append(list(vars(module).values()))
    return found


def _written_in(value: Any, depth: int) -> Iterator[str]:
    """Names of the modules in which what ``value`` is made of was written."""
    if isinstance(value, types.ModuleType):
        yield value.__name__
        return
    if isinstance(value, types.FunctionType):
        yield value.__module__ or ""
        yield from _inside((cell.cell_contents for cell in value.__closure__ or () if _has_value(cell)), depth)
        yield from _inside((value.__dict__.get("__wrapped__"),), depth)
        return
    if isinstance(value, type):
        for base in value.__mro__:
            yield base.__module__
        return
    if isinstance(value, functools.partial):
        yield from _inside((value.func, *value.args, *value.keywords.values()), depth)
        return
    if isinstance(value, types.MethodType):
        yield from _inside((value.__func__, value.__self__), depth)
        return
    if isinstance(value, dict):
        yield from _inside(list(value.values()), depth)
        return
    if isinstance(value, (list, tuple, set, frozenset)):
        yield from _inside(list(value), depth)
        return
    for base in type(value).__mro__:
        yield base.__module__


def _inside(values: Any, depth: int) -> Iterator[str]:
    if depth:
        for value in values:
            yield from _written_in(value, depth - 1)


def _has_value(cell: types.CellType) -> bool:
    try:
        cell.cell_contents  # noqa: B018  an empty cell raises
    except ValueError:
        return False
    return True
