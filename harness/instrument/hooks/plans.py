"""What to do at an access of an attribute: decided once for each type, and remembered at the site."""

from __future__ import annotations

import functools
from collections import defaultdict
from types import CellType, FunctionType, GetSetDescriptorType, MemberDescriptorType, ModuleType
from typing import TYPE_CHECKING, Any, Final

from harness.instrument.opaque import is_controlled_module, is_opaque, is_rewritten, is_stored

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from harness.instrument.hooks.listener import Listener
    from harness.model.site import Site

__all__ = [
    "COMPUTED", "DEFAULT", "OPAQUE", "OTHER", "OWN", "PLAIN", "SPECIAL", "STATE", "bind", "decide", "forget",
    "forget_all", "owners_of", "plan_at", "remember",
]  # fmt: skip

STATE: Final = 0  # an attribute of the object itself
PLAIN: Final = 1  # nothing that changes: a method, a property (its body speaks for itself), a module of the library
DEFAULT: Final = 2  # the class has a value too: look which one it is
OWN: Final = (STATE, DEFAULT)
OTHER: Final = 3  # decided at each access: modules, classes, objects to be exchanged
OPAQUE: Final = 4  # code of the library answers, from state of its own
COMPUTED: Final = 5  # a functools.cached_property
_LOCAL: Final = frozenset({"_asyncio", "_thread", "_threading_local", "harness.stdlib.thread_local"})
"""Modules whose objects show each thread attributes of its own, or none that change."""
SPECIAL: Final = frozenset({"__bases__", "__closure__", "__code__", "__defaults__", "__kwdefaults__", "__mro__"})
"""Attributes with names of the language that programs change."""
_METHODS: Final = (FunctionType, classmethod, staticmethod)
_adapters: Mapping[type, Callable[[Any], Any]] = {}
_sites: dict[str, set[Site]] = defaultdict(set)  # where an attribute of that name is asked for


def bind(listener: Listener) -> None:
    """Take over what is the same for all executions of a program."""
    global _adapters
    _adapters = listener.adapters


def plan_at(site: Site, cls: type, name: str) -> int:
    """What to do with an attribute of a ``cls``, remembered at the site."""
    plan = decide(cls, name)
    remember(site, cls, name, plan)
    return plan


def remember(site: Site, cls: type, name: str, plan: Any) -> None:
    """Keep a plan at the site, until the class changes."""
    site.cls, site.plan = cls, plan
    _sites[name].add(site)


def decide(cls: type, name: str) -> int:
    """What to do with an attribute of a ``cls``."""
    if cls is ModuleType or cls in _adapters or issubclass(cls, type) or name == "__dict__":
        return OTHER
    if name.startswith("__") and name.endswith("__"):
        return OPAQUE if name in SPECIAL or is_stored(name) else PLAIN
    for owner in cls.__mro__:
        if name in owner.__dict__:
            return _decide_found(cls, owner, name)
    if cls is FunctionType:
        return STATE
    if any(base.__module__ in _LOCAL for base in cls.__mro__) or not hasattr(cls, "__dict__"):
        return PLAIN
    return OPAQUE if is_controlled_module(cls.__module__) and cls.__module__ != "_thread" else STATE


def _decide_found(cls: type, owner: type, name: str) -> int:
    """What to do with an attribute that a class has a value for."""
    found = owner.__dict__[name]
    if owner is CellType:
        return OPAQUE
    if isinstance(found, (MemberDescriptorType, GetSetDescriptorType)):
        return OPAQUE if is_opaque(owner) else STATE
    if isinstance(found, functools.cached_property):
        return COMPUTED
    if isinstance(found, _METHODS):
        return DEFAULT if is_stored(name) else PLAIN
    if isinstance(found, property):
        code = getattr(found.fget, "__code__", None)
        if code is not None and is_rewritten(code.co_filename):
            return PLAIN
        return OPAQUE if is_opaque(owner) or is_controlled_module(owner.__module__) else PLAIN
    get = getattr(type(found), "__get__", None)
    if get is None:
        return DEFAULT
    if isinstance(get, FunctionType) and not is_rewritten(get.__code__.co_filename):
        return OPAQUE
    return PLAIN


def owners_of(obj: Any, name: str) -> list[type]:
    """The classes that a read of ``obj.name`` looks into, because the object itself has no such attribute."""
    if name in getattr(obj, "__dict__", ()):
        return []
    looked = []
    for cls in type(obj).__mro__:
        if isinstance(cls.__dict__.get(name), MemberDescriptorType):
            return []  # a slot: it is the object's own
        if cls is not object:
            looked.append(cls)
        if name in cls.__dict__:
            break
    return looked


def forget_all() -> None:
    """Decide anew at every site: other modules are rewritten from now on, and other objects exchanged."""
    for sites in _sites.values():
        for site in sites:
            site.cls = None
    _sites.clear()


def forget(name: str) -> None:
    """A class has another attribute of that name from now on: decide anew at every site that asks for it."""
    for site in _sites.pop(name, ()):
        site.cls = None
