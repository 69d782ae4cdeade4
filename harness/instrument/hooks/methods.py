"""Methods of containers and of opaque objects: announced when they are called, wherever they were taken from."""

from __future__ import annotations

import functools
from types import FunctionType, MappingProxyType
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakSet

from harness.instrument import sets
from harness.instrument.containers import CONTAINERS, MAPPINGS, method_effect, plain_key
from harness.instrument.hooks.listener import READ, WRITE
from harness.instrument.hooks.walks import in_order, is_container, mapping_of
from harness.instrument.opaque import is_opaque, owner_of, uses_opaque
from harness.model.event import WHOLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.instrument.hooks.listener import Access, Listener
    from harness.model.site import Site

__all__ = ["announce_arguments", "bind", "plan_of", "taken"]

_ASIDE: Final = frozenset({"__class__", "__init__", "__new__", "__reduce__", "__reduce_ex__", "__sizeof__"})
_FORMATTING: Final = frozenset({"join", "format", "format_map"})
_access: Access | None = None
_access_in_step: Callable[[object, object, int, Site], None]
_resized: Callable[[], None]


def bind(listener: Listener) -> None:
    """Announce to ``listener`` from now on."""
    global _access, _access_in_step, _resized
    _access = listener.access
    _access_in_step, _resized = listener.record_access_in_step, listener.resized


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
    return (_call_opaque,) if uses_opaque(cls, name) and callable(getattr(cls, name, None)) else None


def taken(obj: Any, name: str, plan: tuple[Any, ...], site: Site) -> Any:
    """``obj.name`` where it is not called at once: whoever calls it later announces it."""
    return _Taken(functools.partial(plan[0], obj, name, plan, site), getattr(obj, name))


class _Taken:
    """A bound method that announces its calls, and is otherwise the method."""

    __slots__ = ("_announced", "_method")

    def __init__(self, announced: Callable[..., Any], method: Any) -> None:
        self._announced, self._method = announced, method

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._announced(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._method, name)

    def __eq__(self, other: object) -> bool:
        return bool(self._method == (other._method if isinstance(other, _Taken) else other))

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
        if is_container(cls) or is_opaque(cls):
            if announced:
                _access_in_step(each, WHOLE, kind, site)
            else:
                _access(each, WHOLE, kind, site)
                announced = True


def _call_opaque(obj: Any, name: str, plan: tuple[Any, ...], site: Site, /, *args: Any, **kwargs: Any) -> Any:
    if _access is not None:
        _access(obj, WHOLE, WRITE, site)
        announce_arguments(args, READ, site, announced=True)
        if type(obj) is WeakSet:
            return sets.call_method(obj, name, *args, **kwargs)
    return getattr(obj, name)(*args, **kwargs)


def _call_proxy(obj: Any, name: str, plan: tuple[Any, ...], site: Site, /, *args: Any, **kwargs: Any) -> Any:
    if _access is not None:
        _access(mapping_of(obj), WHOLE, READ, site)
    return getattr(obj, name)(*args, **kwargs)


def _call_reading(obj: Any, name: str, plan: tuple[Any, ...], site: Site, /, *args: Any, **kwargs: Any) -> Any:
    announce_arguments((*args, *kwargs.values()), READ, site, announced=False)
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
    note = _access(obj, key, kind, site)
    before = len(obj)
    if key is WHOLE and isinstance(obj, set):
        result = sets.call_method(obj, name, *args, **kwargs)
    elif name == "extend":
        result = getattr(obj, name)(*map(in_order, args), **kwargs)
    else:
        result = getattr(obj, name)(*args, **kwargs)
    if kind == WRITE and len(obj) != before:
        _resized()
    if note is not None:
        note(result if kind == READ or not args else args[-1])
    if key is WHOLE:
        announce_arguments(args, READ, site, announced=True)
    return result
