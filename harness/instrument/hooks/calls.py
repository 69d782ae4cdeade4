"""Calls of methods, and of values that may be uncontrolled functions."""

from __future__ import annotations

import functools
import random
from types import BuiltinFunctionType, FunctionType
from typing import TYPE_CHECKING, Any, Final

from harness.instrument.hooks import methods
from harness.instrument.hooks.attributes import announce_other
from harness.instrument.hooks.listener import READ, WRITE
from harness.instrument.hooks.plans import PLAIN, STATE, decide, remember
from harness.instrument.opaque import CACHED
from harness.model.event import WHOLE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from harness.instrument.hooks.listener import Access, Listener
    from harness.model.site import Site

__all__ = ["bind", "call_library", "callee", "context", "load_method"]

_CHANGING: Final = frozenset({"_bisect", "_heapq", "_operator", "bisect", "heapq", "operator"})
"""Modules whose functions change their arguments."""
_access: Access | None = None
_adapters: Mapping[type, Callable[[Any], Any]] = {}
_substitutes: Mapping[Any, Callable[..., Any]] = {}


def bind(listener: Listener) -> None:
    """Announce to ``listener`` from now on."""
    global _access, _adapters, _substitutes
    _access = listener.access
    _adapters, _substitutes = listener.adapters, listener.substitutes


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
        return functools.partial(plan[0], obj, name, plan, site)
    if plan == STATE:
        note = access(obj, name, READ, site)
    else:
        if isinstance(obj, type):
            found = _substitutes.get((obj, name))
            if found is not None:
                return found
            if obj is object and name == "__setattr__":
                return functools.partial(_set_plainly, site)
        obj, note = announce_other(obj, name, READ, site, plan)
    value = getattr(obj, name)
    if note is not None:
        note(value)
    return callee(value)


def _set_plainly(site: Site, obj: Any, name: str, value: Any) -> None:
    """``object.__setattr__(obj, name, value)``, which asks nobody."""
    if _access is not None:
        _access(obj, name, WRITE, site)
    object.__setattr__(obj, name, value)


def _plan_method(site: Site, cls: type, name: str) -> Any:
    plan: Any = methods.plan_of(cls, name)
    if plan is None:
        plan = decide(cls, name)
    remember(site, cls, name, plan)
    return plan


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


def call_library(function: Any, site: Site, /, *args: Any, **kwargs: Any) -> Any:
    """Call a function that is not rewritten: it may look into its arguments, and some change them."""
    if _access is None:
        return function(*args, **kwargs)
    function = callee(function)
    if type(function) is CACHED:
        _access(function, WHOLE, WRITE, site)
        return function(*args, **kwargs)
    module = getattr(function, "__module__", None) or ""
    owner = getattr(function, "__self__", None)
    is_method = type(owner) is random.Random  # the functions of random are methods of one
    if is_method:
        _access(owner, WHOLE, WRITE, site)
    kind = WRITE if module in _CHANGING or is_method else READ
    methods.announce_arguments((*args, *kwargs.values()), kind, site, announced=is_method)
    return function(*args, **kwargs)


def context(obj: Any) -> Any:
    """The context manager of a ``with``: a lock from before the run is exchanged for its twin."""
    if _access is not None:
        adapter = _adapters.get(type(obj))
        if adapter is not None:
            return adapter(obj)
    return obj
