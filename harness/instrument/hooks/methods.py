"""Methods of containers and of opaque objects: announced when they are called, wherever they were taken from."""

from __future__ import annotations

import functools
from types import FunctionType, MappingProxyType, MethodDescriptorType
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakSet

from harness.instrument import sets
from harness.instrument.containers import CONTAINERS, MAPPINGS, VIEWS, method_effect, plain_key
from harness.instrument.contents import mapping_of
from harness.instrument.hooks import effects
from harness.instrument.hooks.files import is_of_files, use_files
from harness.instrument.hooks.generators import running
from harness.instrument.hooks.listener import NOBODY, READ, RESIZE, WRITE
from harness.instrument.hooks.replacing import replace_items
from harness.instrument.hooks.walks import in_order, is_container
from harness.instrument.opaque import is_opaque, is_value, owner_of, uses_opaque
from harness.model.event import WHOLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.instrument.hooks.listener import Access, Listener
    from harness.model.site import Site

__all__ = ["Taken", "announce_arguments", "kind_of", "plan_of", "taken"]

_STORING: Final = frozenset({"__setitem__", "update"})
_ASIDE: Final = frozenset({"__class__", "__init__", "__new__", "__reduce__", "__reduce_ex__", "__sizeof__"})
_FORMATTING: Final = frozenset({"join", "format", "format_map", "translate", "maketrans", "__mod__"})
_METHODS: Final = (FunctionType, MethodDescriptorType)
_COMPARING: Final = frozenset({"sort", "index", "count", "remove", "__contains__", "__eq__", "__lt__", "__repr__"})
"""Methods of containers that look into the elements."""
_access: Access | None = None
_told: Listener = NOBODY


def plan_of(cls: type, name: str) -> tuple[Any, ...] | None:
    """How a method ``name`` of an object of ``cls`` is to be announced; None if it is no such method.

    Returns:
        Whatever calls it, ``function(obj, name, plan, site, *args, **kwargs)``, and what that has to know.
    """
    if cls in (str, bytes):
        return (_call_reading,) if name in _FORMATTING else None
    owner = owner_of(cls, name)
    if owner is None:
        return None
    if cls is MappingProxyType:
        return (_call_proxy,)
    base = next((each for each in cls.__mro__ if each in CONTAINERS), None)
    if base is not None and (owner in CONTAINERS or not isinstance(owner.__dict__[name], FunctionType)):
        effect = method_effect(base, name)
        return (_call_method, *effect, base in MAPPINGS and cls not in MAPPINGS) if effect is not None else None
    if name in _ASIDE:
        return None
    if is_value(cls):
        return (_call_reading,) if isinstance(owner.__dict__[name], _METHODS) else None
    return (_call_opaque,) if uses_opaque(cls, name) and callable(getattr(cls, name, None)) else None


def kind_of(cls: type, name: str) -> int | None:
    """What a method ``name`` of the library does to an object of ``cls`` as a whole; None: nothing that is seen."""
    base = next((each for each in cls.__mro__ if each in CONTAINERS), None)
    if base is not None:
        effect = method_effect(base, name)
        return effect[0] if effect is not None else None
    return WRITE if uses_opaque(cls, name) else None


def taken(obj: Any, name: str, plan: tuple[Any, ...], site: Site) -> Any:
    """``obj.name`` where it is not called at once: whoever calls it later announces it."""
    return Taken(functools.partial(plan[0], obj, name, plan, site), getattr(obj, name))


class Taken:
    """A method or function that announces its calls, and is otherwise the method or function."""

    __slots__ = ("_announced", "_method")

    def __init__(self, announced: Callable[..., Any], method: Any) -> None:
        self._announced, self._method = announced, method

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._announced(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._method, name)

    def __eq__(self, other: object) -> bool:
        return bool(self._method == (other._method if isinstance(other, Taken) else other))

    def __hash__(self) -> int:
        return hash(self._method)

    def __repr__(self) -> str:
        return repr(self._method)


def announce_arguments(args: tuple[Any, ...], kind: int, site: Site, announced: bool) -> None:
    """Containers and opaque objects among the arguments of a call are about to be looked into.

    Args:
        args: Of the call.
        kind: What is done to them.
        site: Of the call.
        announced: The call itself has been announced; otherwise the first of them is what it is announced by.
    """
    if _access is None:
        return
    for each in args:
        cls = type(each)
        if cls in VIEWS:
            each, cls = mapping_of(each), dict
        if is_container(cls) or is_opaque(cls):
            if announced:
                _told.record_access_in_step(each, WHOLE, kind, site)
            else:
                _access(each, WHOLE, kind, site)
                announced = True


def _call_opaque(obj: Any, name: str, plan: tuple[Any, ...], site: Site, /, *args: Any, **kwargs: Any) -> Any:
    if _access is None:
        return getattr(obj, name)(*args, **kwargs)
    if type(obj) is WeakSet:
        _access(obj, WHOLE, WRITE, site)
        return sets.call_method(obj, name, *args, **kwargs)
    _access(obj, WHOLE, WRITE, site)
    used = (obj, *args, *kwargs.values())
    begun = effects.use(used, site, already=obj)
    if is_of_files(obj):
        use_files(site)
    try:
        with running(obj):
            return getattr(obj, name)(*args, **kwargs)
    finally:
        effects.ended(used, begun, site)


def _call_proxy(obj: Any, name: str, plan: tuple[Any, ...], site: Site, /, *args: Any, **kwargs: Any) -> Any:
    if _access is not None:
        _access(mapping_of(obj), WHOLE, READ, site)
    return getattr(obj, name)(*args, **kwargs)


def _call_reading(obj: Any, name: str, plan: tuple[Any, ...], site: Site, /, *args: Any, **kwargs: Any) -> Any:
    effects.look((*args, *kwargs.values()), site)
    if name == "join":
        args = tuple(map(in_order, args))
    return getattr(obj, name)(*args, **kwargs)


def _call_method(obj: Any, name: str, plan: tuple[Any, ...], site: Site, /, *args: Any, **kwargs: Any) -> Any:
    """Do a method of a container; it is announced here, after its arguments have been evaluated."""
    _, kind, key, by_argument, is_subclass = plan
    if by_argument:
        key = plain_key(args[0]) if args else WHOLE
        if is_subclass and key is not WHOLE:
            key = ("[]", key)
    if _access is None:
        return getattr(obj, name)(*args, **kwargs)
    if kind == RESIZE and by_argument:
        key = _told.resize_key(key)
    note = _access(obj, key, kind, site)
    if name in _STORING:
        replace_items(obj, name, args, kwargs)
    if key is WHOLE and not by_argument:
        if name in _COMPARING:
            effects.look((obj, *args), site, already=obj)
        elif args:
            announce_arguments(args, READ, site, announced=True)
            if kind != READ:
                args = tuple(
                    effects.pulsing(each, obj, kind, site) if hasattr(type(each), "__next__") else each for each in args
                )
    begun, before = _told.moment() if kind != READ else 0, len(obj)
    if isinstance(obj, set) and (key is WHOLE or kind == RESIZE):
        result = sets.call_method(obj, name, *args, **kwargs)
    elif name == "extend":
        result = getattr(obj, name)(*map(in_order, args), **kwargs)
    else:
        result = getattr(obj, name)(*args, **kwargs)
    if kind != READ and _told.moment() != begun:  # something was called back, and the change came after it
        _told.record_access_in_step(obj, key, kind, site)
    elif kind == WRITE and key is not WHOLE and len(obj) != before:
        _told.resized()
    if note is not None:
        note(result if kind == READ or not args else args[-1])
    return result
