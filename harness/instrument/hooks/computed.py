"""``functools.cached_property``: whether the value is there, and its store once it has been computed, are accesses.

CPython's own does both in library code, which is not rewritten. Here it is done step by step as
``functools.py`` has it: up to Python 3.11 with a lock of the property's own, from 3.12 on without any.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from harness.instrument.hooks.listener import READ, WRITE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from harness.instrument.hooks.listener import Access, Listener
    from harness.model.site import Site

__all__ = ["bind", "load"]

_access: Access | None = None
_adapters: Mapping[type, Callable[[Any], Any]] = {}


def bind(listener: Listener) -> None:
    """Take over what is the same for all executions of a program."""
    global _adapters
    _adapters = listener.adapters


def load(obj: Any, name: str, site: Site) -> Any:
    """Do ``obj.name``, a cached property of an object that has a dictionary."""
    if _is_there(obj, name, site):
        return _value(obj, name)
    made: Any = next(base.__dict__[name] for base in type(obj).__mro__ if name in base.__dict__)
    lock = getattr(made, "lock", None)
    if lock is None or not isinstance(made, functools.cached_property):
        return _compute(made, obj, name, site)
    adapter = _adapters.get(type(lock))
    with adapter(lock) if adapter is not None else lock:
        if _is_there(obj, name, site):
            return _value(obj, name)
        return _compute(made, obj, name, site)


def _is_there(obj: Any, name: str, site: Site) -> bool:
    note = _access(obj, name, READ, site) if _access is not None else None
    if name not in obj.__dict__:
        return False
    if note is not None:
        note(obj.__dict__[name])
    return True


def _value(obj: Any, name: str) -> Any:
    return obj.__dict__[name]


def _compute(made: Any, obj: Any, name: str, site: Site) -> Any:
    value = made.func(obj)
    note = _access(obj, name, WRITE, site) if _access is not None else None
    if note is not None:
        note(value)
    obj.__dict__[name] = value
    return value
