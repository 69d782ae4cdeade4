"""What to do at an access of an attribute: decided once for each type, and remembered at the site."""

from __future__ import annotations

import functools
from types import MemberDescriptorType, ModuleType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from harness.instrument.hooks.listener import Listener
    from harness.instrument.site import Site

__all__ = ["DEFAULT", "OTHER", "OWN", "PLAIN", "STATE", "bind", "decide", "owner_of", "plan_at"]

STATE: Final = 0  # an attribute of the object itself
PLAIN: Final = 1  # nothing that changes: a method, a property (its body speaks for itself), a module of the library
DEFAULT: Final = 2  # the class has a value too: look which one it is
OWN: Final = (STATE, DEFAULT)
OTHER: Final = 3  # decided at each access: modules, classes, objects to be exchanged
_LIBRARY: Final = frozenset(
    {"builtins", "_asyncio", "_thread", "_threading_local", "threading", "asyncio.locks", "asyncio.queues", "queue"}
)
_adapters: Mapping[type, Callable[[Any], Any]] = {}


def bind(listener: Listener | None) -> None:
    """Exchange objects as ``listener`` says from now on."""
    global _adapters
    if listener is not None:
        _adapters = listener.adapters


def plan_at(site: Site, cls: type, name: str) -> int:
    """What to do with an attribute of a ``cls``, remembered at the site."""
    plan = decide(cls, name)
    site.cls, site.plan = cls, plan
    return plan


def decide(cls: type, name: str) -> int:
    """What to do with an attribute of a ``cls``."""
    if cls is ModuleType or cls in _adapters or issubclass(cls, type) or name == "__dict__":
        return OTHER
    if name.startswith("__") and name.endswith("__"):
        return PLAIN
    for owner in cls.__mro__:
        if name in owner.__dict__:
            found = owner.__dict__[name]
            if isinstance(found, MemberDescriptorType):
                return STATE
            if isinstance(found, functools.cached_property):
                return DEFAULT
            if hasattr(type(found), "__get__"):
                return PLAIN
            return DEFAULT
    if cls.__module__ in _LIBRARY or not hasattr(cls, "__dict__"):
        return PLAIN
    return STATE


def owner_of(obj: Any, name: str) -> object:
    """The object whose dictionary holds the attribute: the instance, or a class."""
    try:
        if name in obj.__dict__:
            return obj
    except AttributeError:
        return obj
    for cls in type(obj).__mro__:
        if name in cls.__dict__:
            return cls
    return obj
