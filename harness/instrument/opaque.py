"""Objects whose state changes inside code that is not rewritten: an iterator, a ``UserDict``, a random generator.

Nobody announces what their methods do, so each use of one counts as a write of all of it. That errs on the side of
dependence: two loggings are ordered that need not be. What is left out is under control (``threading``, ``queue``,
``sqlite3``), or a value that never changes (``datetime``, ``re``, ``pathlib``), or has no state that another
actor could reach.
"""

from __future__ import annotations

import enum
import functools
from types import CoroutineType, MethodType
from typing import TYPE_CHECKING, Final

from harness.instrument.containers import CONTAINERS, VIEWS

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["CACHED", "has_effects", "is_opaque", "owner_of", "rewrite_only", "uses_opaque"]

_CONTROLLED: Final = frozenset(
    {
        *("_asyncio", "_contextvars", "_queue", "_thread", "_threading_local", "asyncio", "concurrent", "contextvars"),
        *("greenlet", "harness", "queue", "sqlite3", "threading", "time"),
    }
)
_VALUES: Final = frozenset(
    {
        *("_decimal", "_operator", "_pydatetime", "_sre", "abc", "ast", "collections.abc", "contextlib", "copy"),
        *("dataclasses", "datetime", "decimal", "enum", "fractions", "functools", "inspect", "ipaddress", "numbers"),
        *("operator", "pathlib", "re", "string", "traceback", "types", "typing", "uuid", "zoneinfo"),
    }
)
_OF_ONE_LOOP: Final = frozenset({"_asyncio", "asyncio.futures", "asyncio.locks", "asyncio.queues", "asyncio.tasks"})
"""Modules of what belongs to one loop, and is not safe in the hands of a thread that takes it nevertheless."""
_HARMLESS: Final = (BaseException, type, enum.Enum, CoroutineType, MethodType)
CACHED: Final = functools._lru_cache_wrapper
_SAFE: Final = _CONTROLLED | _VALUES
_known: dict[type, bool] = {}
_uses: dict[tuple[type, str], bool] = {}
_rewritten: frozenset[str] = frozenset()


def rewrite_only(modules: Iterable[str]) -> None:
    """From now on these modules are rewritten, and no others."""
    global _rewritten
    _rewritten = frozenset(modules)
    _known.clear()
    _uses.clear()


def is_opaque(cls: type) -> bool:
    """Whether the methods of ``cls`` change what nobody announces."""
    known = _known.get(cls)
    if known is None:
        known = _known[cls] = _find_out(cls)
    return known


def _find_out(cls: type) -> bool:
    module = cls.__module__
    if cls in CONTAINERS or cls in VIEWS or issubclass(cls, _HARMLESS):
        return False
    if cls is CACHED or module in _OF_ONE_LOOP:
        return True
    if module == "builtins":
        return hasattr(cls, "__next__") or cls is memoryview
    if module == "weakref":
        return "Dictionary" in cls.__name__
    return not (module in _rewritten or module in _VALUES or module.partition(".")[0] in _SAFE)


def has_effects(module: str) -> bool:
    """Whether functions of a library module look into containers, or change state of their own."""
    return (module not in _VALUES and module.partition(".")[0] not in _SAFE) or module in ("operator", "_operator")


def owner_of(cls: type, name: str) -> type | None:
    """The class that has a method ``name``, for objects of ``cls``."""
    return next((base for base in cls.__mro__ if name in base.__dict__), None)


def uses_opaque(cls: type, name: str) -> bool:
    """Whether ``obj.name(...)``, for an object of ``cls``, runs what is not rewritten and may change the object."""
    known = _uses.get((cls, name))
    if known is None:
        owner = owner_of(cls, name)
        if owner is not None and owner.__module__ == "collections.abc":  # it is made of the methods of the others
            known = any(map(is_opaque, cls.__mro__))
        else:
            known = owner is not None and is_opaque(owner)
        _uses[cls, name] = known
    return known
