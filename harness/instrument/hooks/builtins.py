"""Calls of builtins that look into objects: ``len``, ``getattr``, ``list``, ``copy.copy`` and others."""

from __future__ import annotations

import copy
import dataclasses
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, Final

from harness.instrument import sets
from harness.instrument.hooks.attributes import announce_other
from harness.instrument.hooks.calls import callee
from harness.instrument.hooks.listener import READ, WRITE
from harness.instrument.hooks.plans import DEFAULT, PLAIN, STATE, decide, owners_of
from harness.instrument.hooks.walks import announce_container, announce_size, in_order, is_container, iterate, walked
from harness.instrument.opaque import uses_opaque
from harness.model.event import WHOLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.instrument.hooks.listener import Access, Listener
    from harness.model.site import Site

__all__ = ["BUILTIN_NAMES", "bind", "call_builtin"]

_access: Access | None = None
_access_in_step: Callable[[object, object, int, Site], None]


def bind(listener: Listener) -> None:
    """Announce to ``listener`` from now on."""
    global _access, _access_in_step
    _access = listener.access
    _access_in_step = listener.record_access_in_step


def call_builtin(function: Any, site: Site, /, *args: Any, **kwargs: Any) -> Any:
    """A call of something that is called like a builtin that looks into objects: ``len(x)``, ``setattr(...)``."""
    if _access is not None and args:
        handler = _BUILTINS.get(function) if type(function) in _BUILTIN_TYPES else None
        if handler is not None:
            return handler(function, site, args, kwargs)
        function = callee(function)
    return function(*args, **kwargs)


def _call_getattr(function: Any, site: Site, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if len(args) < 2 or type(args[1]) is not str:
        return function(*args, **kwargs)
    obj, note = args[0], None
    site.cls = None  # the name may be another one each time
    plan = decide(type(obj), args[1])
    kind = READ if function in (getattr, hasattr) else WRITE
    if plan == STATE or (plan == DEFAULT and kind == WRITE):
        assert _access is not None
        note = _access(obj, args[1], kind, site)
        if kind == READ:
            for owner in owners_of(obj, args[1]):
                _access_in_step(owner, args[1], READ, site)
    elif plan != PLAIN:
        obj, note = announce_other(obj, args[1], kind, site, plan)
    result = function(obj, *args[1:], **kwargs)
    if note is not None:
        note(args[2] if function is setattr and len(args) > 2 else result)
    return result


def _call_on_whole(function: Any, site: Site, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    for each in args:
        announce_container(each, site)
    if function in _SET_MAKERS:
        return function(*map(sets.joined, args), **kwargs)
    if function in _WALKERS and (len(args) == 1 or function is sum):
        return function(in_order(args[0]), *args[1:], **kwargs)
    return function(*args, **kwargs)


def _call_on_iterable(function: Any, site: Site, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if function is iter and len(args) != 1:
        return function(*args, **kwargs)
    if function is reversed and len(args) == 1 and is_container(type(args[0])):
        announce_container(args[0], site)  # where it begins is settled now
        return walked(reversed(args[0]), args[0], site)
    return function(*(iterate(each, site) for each in args), **kwargs)


def _call_next(function: Any, site: Site, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if uses_opaque(type(args[0]), "__next__"):
        assert _access is not None
        _access(args[0], WHOLE, WRITE, site)
    return function(*args, **kwargs)


def _call_len(function: Any, site: Site, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    note = announce_size(args[0], site)
    result = function(*args, **kwargs)
    if note is not None:
        note(result)
    return result


def _call_on_fields(function: Any, site: Site, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    obj = args[0]
    if is_container(type(obj)):
        announce_container(obj, site)
    elif hasattr(obj, "__dict__") and not isinstance(obj, (type, ModuleType)):
        assert _access is not None
        _access(obj, WHOLE, WRITE if function is vars else READ, site)  # whoever has its dictionary may write
    return function(*args, **kwargs)


_SET_MAKERS: Final = frozenset({set, frozenset})
_WALKERS: Final = frozenset({list, tuple, sorted, sum, min, max, any, all})
_BUILTIN_TYPES: Final = (BuiltinFunctionType, type, FunctionType)
_BUILTINS: Final[dict[Any, Callable[..., Any]]] = {
    **dict.fromkeys((getattr, setattr, hasattr, delattr), _call_getattr),
    **dict.fromkeys((list, tuple, sorted, set, frozenset, dict, sum, min, max, any, all, repr, str), _call_on_whole),
    **dict.fromkeys((ascii, bytes, bytearray, format, print), _call_on_whole),
    next: _call_next,
    **dict.fromkeys((enumerate, zip, map, filter, iter, reversed), _call_on_iterable),
    **dict.fromkeys(
        (vars, copy.copy, copy.deepcopy, dataclasses.replace, dataclasses.asdict, dataclasses.astuple), _call_on_fields
    ),
    len: _call_len,
    bool: _call_len,
}
BUILTIN_NAMES: Final = frozenset(function.__name__ for function in _BUILTINS)
"""Names at whose calls the rewrite asks :func:`call_builtin`."""
