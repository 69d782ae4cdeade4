"""Calls of builtins that look into objects: ``len``, ``getattr``, ``list``, ``copy.copy`` and others."""

from __future__ import annotations

import copy
import dataclasses
import functools
import os
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, Final

from harness.instrument import sets
from harness.instrument.containers import VIEWS
from harness.instrument.contents import SCALARS
from harness.instrument.hooks import callables, computed, effects, methods
from harness.instrument.hooks.attributes import announce_named, announce_other
from harness.instrument.hooks.files import use_files
from harness.instrument.hooks.generators import running
from harness.instrument.hooks.listener import NOBODY, READ, USE, WRITE
from harness.instrument.hooks.plans import COMPUTED, OTHER, decide
from harness.instrument.hooks.replacing import ATOMS, replace_attribute
from harness.instrument.hooks.walks import announce_container, announce_size, in_order, is_container
from harness.instrument.opaque import uses_opaque
from harness.model.event import SIZE, WHOLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.instrument.hooks.listener import Access, Listener
    from harness.model.site import Site

__all__ = ["BUILTIN_NAMES", "call_builtin"]

_access: Access | None = None
_told: Listener = NOBODY


def call_builtin(function: Any, site: Site, /, *args: Any, **kwargs: Any) -> Any:
    """A call of something that is called like a builtin that looks into objects: ``len(x)``, ``setattr(...)``."""
    if _access is None:
        return function(*args, **kwargs)
    known = _BUILTINS.get(function) if type(function) in _BUILTIN_TYPES else None
    if known is not None:
        return known(function, site, args, kwargs) if args else function(**kwargs)
    return callables.callee(function, site)(*args, **kwargs)


def _call_getattr(function: Any, site: Site, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if len(args) < 2 or type(args[1]) is not str:
        return function(*args, **kwargs)
    obj, name, *rest = args
    site.cls = None  # the name may be another one each time
    if function is getattr:
        plan = methods.plan_of(type(obj), name)
        if plan is not None:
            return methods.taken(obj, name, plan, site)
        if decide(type(obj), name) == COMPUTED:
            return computed.load(obj, name, site)
    obj, note = announce_named(obj, name, READ if function in (getattr, hasattr) else WRITE, site)
    if function is setattr and rest and type(rest[0]) not in ATOMS:
        replace_attribute(obj, name, rest[0])
    result = function(obj, name, *rest, **kwargs)
    if note is not None:
        note(rest[0] if function is setattr and rest else result)
    return result


def _call_shallow(function: Any, site: Site, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """A builtin that takes the elements of its arguments as they are."""
    for each in args:
        if is_container(type(each)) or type(each) in VIEWS:
            announce_container(each, site)
        else:
            effects.look((each,), site)
    if function in _SET_MAKERS:
        return function(*map(sets.joined, args), **kwargs)
    if function in _WALKERS and len(args) == 1:
        with running(args[0]):
            return function(in_order(args[0]), **kwargs)
    return function(*args, **kwargs)


def _call_deep(function: Any, site: Site, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """A builtin that compares, adds or prints the elements of its arguments."""
    if VIEWS.get(type(args[0])) is SIZE:
        announce_container(args[0], site)
        effects.look((*args[0], *args[1:]), site, already=args[0])
    else:
        effects.look((*args, *kwargs.values()), site)
    if "key" in kwargs:
        kwargs["key"] = callables.announcing(kwargs["key"], site)
    if function in _WALKERS and (len(args) == 1 or function is sum):
        with running(args[0]):
            return function(in_order(args[0]), *args[1:], **kwargs)
    return function(*args, **kwargs)


def _call_dict(function: Any, site: Site, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return (_call_shallow if isinstance(args[0], dict) else _call_deep)(function, site, args, kwargs)


def _call_on_iterable(function: Any, site: Site, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """A builtin that makes an iterator. Its steps are announced where they are made."""
    if function is iter and len(args) != 1:
        return function(*args, **kwargs)
    if function in (map, filter):
        args = (callables.announcing(args[0], site), *args[1:])
    for each in args:
        if isinstance(each, (dict, set)) or function is reversed:
            announce_size(each, site)  # an iterator remembers the size, or where it begins
    return function(*(sets.steps(each) if type(each) in sets.KINDS else each for each in args), **kwargs)


def _call_next(function: Any, site: Site, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if uses_opaque(type(args[0]), "__next__"):
        effects.look(args[:1], site)
    with running(args[0]):
        return function(*args, **kwargs)


def _call_len(function: Any, site: Site, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    note = announce_size(args[0], site)
    result = function(*args, **kwargs)
    if note is not None:
        note(result)
    return result


def _call_on_fields(function: Any, site: Site, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """A copier: it reads the fields of an object as they are, or with all that is in them."""
    obj = args[0]
    if is_container(type(obj)):
        announce_container(obj, site)
    elif hasattr(obj, "__dict__") and not isinstance(obj, (type, ModuleType)):
        assert _access is not None
        if function is vars:
            announce_other(obj, "__dict__", READ, site, OTHER)
        else:
            _access(obj, WHOLE, READ, site)
    elif type(obj) not in SCALARS:
        effects.look((obj,), site)
    if function in _DEEP_COPIERS:
        effects.announce(args, READ, site, already=obj, everything=True)
    return function(*args, **kwargs)


def _call_dir(function: Any, site: Site, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    assert _access is not None
    if type(args[0]) not in SCALARS:
        _access(args[0], WHOLE, READ, site)
    return function(*args, **kwargs)


def _call_print(function: Any, site: Site, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    effects.look(args, site)
    file = kwargs.get("file")
    if file is not None:
        used = (file, *args)
        begun = effects.use((file,), site)
        try:
            return function(*args, **kwargs)
        finally:
            effects.ended(used, begun, site)
    return function(*args, **kwargs)


def _call_open(function: Any, site: Site, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    use_files(site)
    return function(*args, **kwargs)


def _call_environment(function: Any, site: Site, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    assert _access is not None
    _access(os.environ, WHOLE, READ if function is os.getenv else USE, site)
    return function(*args, **kwargs)


def _call_reduce(function: Any, site: Site, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    effects.look(args[1:], site)
    first = callables.announcing(args[0], site)
    return function(first, *args[1:], **kwargs)


_SET_MAKERS: Final = frozenset({set, frozenset})
_WALKERS: Final = frozenset({list, tuple, sorted, sum, min, max, any, all})
_DEEP_COPIERS: Final = frozenset({copy.deepcopy, dataclasses.asdict, dataclasses.astuple})
_BUILTIN_TYPES: Final = (BuiltinFunctionType, type, FunctionType)
_BUILTINS: Final[dict[Any, Callable[..., Any]]] = {
    **dict.fromkeys((getattr, setattr, hasattr, delattr), _call_getattr),
    **dict.fromkeys((list, tuple, set, frozenset, bytes, bytearray), _call_shallow),
    **dict.fromkeys((sorted, sum, min, max, any, all, repr, str, ascii, format), _call_deep),
    dict: _call_dict,
    print: _call_print,
    next: _call_next,
    **dict.fromkeys((enumerate, zip, map, filter, iter, reversed), _call_on_iterable),
    **dict.fromkeys(
        (vars, copy.copy, copy.deepcopy, dataclasses.replace, dataclasses.asdict, dataclasses.astuple), _call_on_fields
    ),
    dir: _call_dir,
    len: _call_len,
    bool: _call_len,
    open: _call_open,
    functools.reduce: _call_reduce,
    **dict.fromkeys((os.getenv, os.putenv, os.unsetenv), _call_environment),
}
BUILTIN_NAMES: Final = frozenset(function.__name__ for function in _BUILTINS)
"""Names at whose calls the rewrite asks :func:`call_builtin`."""
callables.KNOWN.update(_BUILTINS)
