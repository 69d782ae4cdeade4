"""Calls of methods, and of values that may be uncontrolled functions."""

from __future__ import annotations

import functools
from types import BuiltinFunctionType, FunctionType
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakSet

from harness.history.events import WHOLE
from harness.instrument import sets
from harness.instrument.containers import CONTAINERS, MAPPINGS, method_effect, plain_key
from harness.instrument.hooks.attributes import announce_other
from harness.instrument.hooks.listener import READ, WRITE
from harness.instrument.hooks.plans import PLAIN, STATE, decide, remember
from harness.instrument.hooks.walks import in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from harness.instrument.hooks.listener import Access, Listener
    from harness.instrument.site import Site

__all__ = ["bind", "callee", "context", "load_method"]

_WEAK: Final = 4  # a method of a weak set, whose accesses nobody sees, and whose members have an order here
_access: Access | None = None
_resized: Callable[[], None]
_adapters: Mapping[type, Callable[[Any], Any]] = {}
_substitutes: Mapping[Any, Callable[..., Any]] = {}


def bind(listener: Listener | None) -> None:
    """Announce to ``listener`` from now on; None: to nobody."""
    global _access, _resized, _adapters, _substitutes
    _access = listener.access if listener is not None else None
    if listener is not None:
        _adapters, _substitutes, _resized = listener.adapters, listener.substitutes, listener.resized


def load_method(obj: Any, name: str, site: Site) -> Any:
    """Do ``obj.name`` where it is called at once: ``obj.name(...)``."""
    access = _access
    if access is None:
        return getattr(obj, name)
    cls = type(obj)
    plan = site.plan if cls is site.cls else _plan_method(site, cls, name)
    if plan == PLAIN:
        return getattr(obj, name)
    if type(plan) is tuple:
        return functools.partial(_call_method, obj, name, plan, site)
    if plan == _WEAK:
        return functools.partial(sets.call_method, obj, name)
    if plan == STATE:
        note = access(obj, name, READ, site)
    else:
        if isinstance(obj, type):
            found = _substitutes.get((obj, name))
            if found is not None:
                return found
        obj, note = announce_other(obj, name, READ, site, plan)
    value = getattr(obj, name)
    if note is not None:
        note(value)
    return callee(value)


def _plan_method(site: Site, cls: type, name: str) -> Any:
    plan: Any
    base = next((each for each in cls.__mro__ if each in CONTAINERS), None)
    if base is not None and not isinstance(getattr(cls, name, None), FunctionType):
        effect = method_effect(base, name)
        plan = (*effect, base in MAPPINGS and cls not in MAPPINGS) if effect is not None else PLAIN
    else:
        plan = _WEAK if cls is WeakSet else decide(cls, name)
    remember(site, cls, name, plan)
    return plan


def _call_method(
    obj: Any, name: str, plan: tuple[int, Any, bool, bool], site: Site, /, *args: Any, **kwargs: Any
) -> Any:
    """Do a method of a container; it is announced here, after its arguments have been evaluated."""
    kind, key, by_argument, is_subclass = plan
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
    return result


def callee(function: Any) -> Any:
    """A value that is about to be called: the controlled one, if it is an uncontrolled function."""
    kind = type(function)
    if _access is not None and (kind is BuiltinFunctionType or kind is type or kind is FunctionType):
        if kind is BuiltinFunctionType:
            adapter = _adapters.get(type(function.__self__))
            if adapter is not None:  # acquire = lock.acquire, from before
                return getattr(adapter(function.__self__), function.__name__)
        return _substitutes.get(function, function)
    return function


def context(obj: Any) -> Any:
    """The context manager of a ``with``: a lock from before the run is exchanged for its twin."""
    if _access is not None:
        adapter = _adapters.get(type(obj))
        if adapter is not None:
            return adapter(obj)
    return obj
