"""Calls of methods, and of values that may be functions without source."""

from __future__ import annotations

import functools
from types import WrapperDescriptorType
from typing import TYPE_CHECKING, Any, Final

from harness.instrument.hooks import callables, effects, methods
from harness.instrument.hooks.attributes import announce_named, announce_other
from harness.instrument.hooks.files import FILE_METHODS, Opened, is_of_files, use_files
from harness.instrument.hooks.listener import READ, WRITE
from harness.instrument.hooks.plans import PLAIN, STATE, decide, remember
from harness.instrument.opaque import is_controlled, is_controlled_module, is_rewritten, owner_of
from harness.model.event import WHOLE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from harness.instrument.hooks.listener import Access, Listener
    from harness.model.site import Site

__all__ = ["bind", "callee", "context", "load_method"]

_SLOTS: Final = frozenset({"__setattr__", "__delattr__", "__getattribute__", "__get__", "__set__", "__delete__"})
_access: Access | None = None
_adapters: Mapping[type, Callable[[Any], Any]] = {}
_substitutes: Mapping[Any, Callable[..., Any]] = {}


def bind(listener: Listener) -> None:
    """Take over what is the same for all executions of a program."""
    global _adapters, _substitutes
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
    return callables.callee(value, site)


def _set_plainly(site: Site, obj: Any, name: str, value: Any) -> None:
    """``object.__setattr__(obj, name, value)``, which asks nobody."""
    if _access is not None:
        _access(obj, name, WRITE, site)
    object.__setattr__(obj, name, value)


def _plan_method(site: Site, cls: type, name: str) -> Any:
    plan: Any = _plan_by_name(cls, name)
    if plan is None:
        plan = methods.plan_of(cls, name)
    if plan is None:
        plan = decide(cls, name)
    remember(site, cls, name, plan)
    return plan


def _plan_by_name(cls: type, name: str) -> Any:
    if name in callables.HANDING and is_controlled(cls):
        return (_call_handing,)
    if cls is super:
        return (_call_super,)
    if name in _SLOTS and not issubclass(cls, type):
        owner = owner_of(cls, name)
        if owner is not None and type(owner.__dict__[name]) is WrapperDescriptorType:
            return (_call_slot,)
    if name in FILE_METHODS and cls.__module__.startswith("pathlib"):
        return (_call_path,)
    return None


def _call_handing(obj: Any, name: str, plan: Any, site: Site, /, *args: Any, **kwargs: Any) -> Any:
    """A method of something controlled that keeps a function, to call it later: ``loop.call_soon(function)``."""
    adapter = _adapters.get(type(obj))
    if adapter is not None:
        obj = adapter(obj)
    handed = [callables.announcing(each, site) for each in args]
    return getattr(obj, name)(*handed, **kwargs)


def _call_slot(obj: Any, name: str, plan: Any, site: Site, /, *args: Any, **kwargs: Any) -> Any:
    """A method of the language by its name: ``obj.__setattr__("x", 1)``."""
    return callables.callee(getattr(type(obj), name), site)(obj, *args, **kwargs)


def _call_super(obj: Any, name: str, plan: Any, site: Site, /, *args: Any, **kwargs: Any) -> Any:
    """``super().name(...)``: of a class that is not rewritten, it may do anything to the object."""
    method = getattr(obj, name)
    owner = obj.__self__
    inner = getattr(method, "__func__", None)
    if inner is not None and (is_rewritten(inner.__code__.co_filename) or is_controlled_module(inner.__module__ or "")):
        return method(*args, **kwargs)
    if name in ("__init__", "__new__", "__init_subclass__") or owner is None or isinstance(owner, type):
        return method(*args, **kwargs)
    if name in _SLOTS and args and type(args[0]) is str:
        announce_named(owner, args[0], READ if name == "__getattribute__" else WRITE, site)
    elif _access is not None:
        kind = methods.kind_of(type(owner), name)
        if kind is not None:
            _access(owner, WHOLE, kind, site)
            begun = effects.use(args, site, already=owner)
            try:
                return method(*args, **kwargs)
            finally:
                effects.ended((owner, *args), begun, site)
    return method(*args, **kwargs)


def _call_path(obj: Any, name: str, plan: Any, site: Site, /, *args: Any, **kwargs: Any) -> Any:
    use_files(site)
    return getattr(obj, name)(*args, **kwargs)


def callee(function: Any, site: Site) -> Any:
    """A value that is about to be called: what announces the call, if its code does not."""
    return callables.callee(function, site) if _access is not None else function


def context(obj: Any, site: Site) -> Any:
    """The context manager of a ``with``: a lock from before the run is exchanged for its twin."""
    if _access is not None:
        adapter = _adapters.get(type(obj))
        if adapter is not None:
            return adapter(obj)
        if is_of_files(obj):
            return Opened(obj, site)
    return obj
