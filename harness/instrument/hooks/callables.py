"""Whatever can be called: what the call does, where the code of it does not say so itself.

Rewritten code asks :func:`callee` for each function that it does not know by its name. Functions that are rewritten or
controlled come back as they are. For all others, the call is announced: by what is known about the builtin
(``builtins.py``), the method, the module; or else as a use of all that the function is given.
"""

from __future__ import annotations

import functools
import operator
import random
import sys
from collections.abc import Callable
from types import (
    BuiltinFunctionType,
    FunctionType,
    MethodDescriptorType,
    MethodType,
    MethodWrapperType,
    ModuleType,
    WrapperDescriptorType,
)
from typing import TYPE_CHECKING, Any, Final

from harness.instrument.hooks import attributes, items, methods, sourceless
from harness.instrument.hooks.listener import READ, USE, WRITE
from harness.instrument.opaque import (
    CACHED,
    CHANGING,
    changes_functions,
    is_controlled_module,
    is_file_function,
    is_pure,
    is_rewritten,
    owner_of,
)
from harness.model.event import WHOLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from harness.instrument.hooks.listener import Access, Listener
    from harness.model.site import Site

__all__ = ["HANDING", "KNOWN", "announcing", "bind", "callee", "controlled"]

KNOWN: Final[dict[Any, Callable[..., Any]]] = {}
"""What does the call of a builtin: ``KNOWN[function](function, site, args, kwargs)``; ``builtins.py`` fills it."""
HANDING: Final = frozenset(
    {
        *("Thread", "Timer", "add_done_callback", "call_at", "call_later", "call_soon", "call_soon_threadsafe"),
        *("map", "run", "run_in_executor", "submit", "to_thread"),
    }
)
"""Controlled functions and methods that call what they are given."""
_GETTERS: Final = (operator.attrgetter, operator.itemgetter, operator.methodcaller)
_WRAPPED: Final = frozenset(
    {*_GETTERS, functools.partial, MethodDescriptorType, WrapperDescriptorType, MethodWrapperType, BuiltinFunctionType}
)
_access: Access | None = None
_adapters: Mapping[type, Callable[[Any], Any]] = {}
_substitutes: Mapping[Any, Callable[..., Any]] = {}


def bind(listener: Listener) -> None:
    """Take over what is the same for all executions of a program."""
    global _adapters, _substitutes
    _adapters, _substitutes = listener.adapters, listener.substitutes


def callee(function: Any, site: Site) -> Any:
    """A value that is about to be called: the controlled one, or one that announces the call.

    Args:
        function: The value.
        site: Of the call.
    """
    if type(function) is FunctionType and is_rewritten(function.__code__.co_filename):
        if _access is not None and changes_functions():
            _access(function, WHOLE, USE, site)
        return function
    function = controlled(function)
    handler = _handler_of(function, site)
    return function if handler is None else handler


def controlled(function: Any) -> Any:
    """The controlled twin of an uncontrolled function; any other value as it is."""
    kind = type(function)
    if _access is None or (kind is not BuiltinFunctionType and kind is not type and kind is not FunctionType):
        return function
    if kind is BuiltinFunctionType:
        adapter = _adapters.get(type(function.__self__))
        if adapter is not None:  # acquire = lock.acquire, from before
            return getattr(adapter(function.__self__), function.__name__)
    return _substitutes.get(function, function)


def announcing(function: Any, site: Site) -> Any:
    """A value that code without source will call, perhaps: one that announces its calls, if it does not itself."""
    kind = type(function)
    if kind in _WRAPPED or (kind is type and KNOWN.get(function) is not None):
        handler = _handler_of(function, site)
        if handler is not None:
            return methods.Taken(handler, function)
    return function


def _handler_of(function: Any, site: Site) -> Callable[..., Any] | None:
    """What to call in place of ``function``; None if its calls need no announcement."""
    kind = type(function)
    if kind in (BuiltinFunctionType, FunctionType, type):
        known = KNOWN.get(function)
        if known is not None:
            return lambda *args, **kwargs: known(function, site, args, kwargs) if args else function(*args, **kwargs)
    if kind is BuiltinFunctionType or kind is MethodWrapperType:
        owner = function.__self__
        if owner is not None and not isinstance(owner, (ModuleType, type)):
            return _bound(owner, function, site)
        if isinstance(owner, type):
            return functools.partial(sourceless.call_looking, function, site)
        return _by_module(function, getattr(function, "__module__", None) or "", site)
    if kind is FunctionType:
        return _by_module(function, function.__module__ or "", site)
    if isinstance(function, type):
        return _making(function, site)
    if kind is MethodDescriptorType or kind is WrapperDescriptorType:
        return functools.partial(_call_unbound, function, site)
    if kind is MethodType:
        inner = function.__func__
        if type(inner) is FunctionType and is_rewritten(inner.__code__.co_filename):
            return None
        if type(function.__self__) is random.Random:
            return functools.partial(sourceless.call_changing, function, site, function.__self__)
        return _by_module(inner, getattr(inner, "__module__", None) or "", site)
    if kind is functools.partial:
        return functools.partial(_call_partial, function, site)
    if kind in _GETTERS:
        return functools.partial(_call_getter, function, site)
    if kind is CACHED:
        return functools.partial(sourceless.call_cached, function, site)
    if kind is methods.Taken:
        return None
    owner = owner_of(kind, "__call__")
    call = owner.__dict__["__call__"] if owner is not None else None
    if type(call) is FunctionType and is_rewritten(call.__code__.co_filename):
        return None
    if owner is None or is_controlled_module(owner.__module__):
        return None
    return functools.partial(sourceless.call_unknown, function, site, function)


def _by_module(function: Any, module: str, site: Site) -> Callable[..., Any] | None:
    name = getattr(function, "__name__", "")
    if is_controlled_module(module):
        return functools.partial(_call_handing, function, site) if name in HANDING else None
    if module == "builtins":
        return None  # what looks into objects is known by its name
    if is_file_function(module, name):
        return functools.partial(sourceless.call_files, function, site)
    if module in CHANGING:
        return functools.partial(sourceless.call_changing, function, site, None)
    if is_pure(module) and not getattr(function, "__closure__", None):
        return functools.partial(sourceless.call_looking, function, site)
    root = sys.modules.get(module.partition(".")[0])
    if type(function) is FunctionType and function.__code__.co_filename.startswith("<"):
        root = None  # made by a library for a class of the program
    return functools.partial(sourceless.call_unknown, function, site, root)


def _making(cls: type, site: Site) -> Callable[..., Any] | None:
    """An object is about to be made."""
    module = cls.__module__
    if is_controlled_module(module):
        return functools.partial(_call_handing, cls, site) if cls.__name__ in HANDING else None
    maker = owner_of(cls, "__init__")
    init = maker.__dict__["__init__"] if maker is not None and maker is not object else None
    if type(init) is FunctionType and is_rewritten(init.__code__.co_filename):
        return None
    if type(init) is FunctionType and maker is not None and is_controlled_module(maker.__module__):
        return functools.partial(_call_handing, cls, site)
    if cls is functools.partial:
        return functools.partial(_call_making_partial, cls, site)
    if module != "builtins" and init is not None and is_file_function(module, cls.__name__):
        return functools.partial(sourceless.call_files, cls, site)
    return functools.partial(sourceless.call_looking, cls, site)


def _bound(owner: Any, function: Any, site: Site) -> Callable[..., Any] | None:
    """A method of an object made in C: ``add = jobs.append``, and then ``add(1)``."""
    name = function.__name__
    plan = methods.plan_of(type(owner), name)
    if plan is not None:
        return functools.partial(plan[0], owner, name, plan, site)
    if name == "__setattr__" or name == "__delattr__" or name == "__getattribute__":
        return functools.partial(_call_unbound, getattr(type(owner), name), site, owner)
    return None


def _call_unbound(function: Any, site: Site, /, *args: Any, **kwargs: Any) -> Any:
    """A method taken from its class: ``list.append(jobs, 1)``."""
    name = function.__name__
    if not args or _access is None:
        return function(*args, **kwargs)
    owner, *rest = args
    if name in ("__setattr__", "__delattr__", "__getattribute__") and rest and type(rest[0]) is str:
        kind = READ if name == "__getattribute__" else WRITE
        attributes.announce_named(owner, rest[0], kind, site)
        return function(*args, **kwargs)
    if name in ("__get__", "__set__", "__delete__"):
        _access(rest[0] if rest else owner, getattr(owner, "__name__", WHOLE), WRITE, site)
        return function(*args, **kwargs)
    plan = methods.plan_of(type(owner), name)
    if plan is not None and getattr(type(owner), name, None) is function:
        return plan[0](owner, name, plan, site, *rest, **kwargs)
    return sourceless.call_unknown(function, site, None, *args, **kwargs)


def _call_partial(function: Any, site: Site, /, *args: Any, **kwargs: Any) -> Any:
    if _access is not None:
        _access(function, WHOLE, USE, site)
        _access(function.keywords, WHOLE, READ, site)
    return callee(function.func, site)(*function.args, *args, **{**function.keywords, **kwargs})


def _call_making_partial(cls: type, site: Site, /, function: Any, *args: Any, **kwargs: Any) -> Any:
    return cls(announcing(function, site), *args, **kwargs)


def _call_getter(function: Any, site: Site, /, obj: Any) -> Any:
    """``attrgetter("a.b")(obj)`` and the like, as their documentation has them in Python."""
    if _access is None:
        return function(obj)
    made, arguments = function.__reduce__()[:2]
    if made is not type(function):  # a methodcaller with keywords: a partial of its class
        name, *rest = made.args if isinstance(made, functools.partial) else arguments
        keywords = made.keywords if isinstance(made, functools.partial) else {}
        return callee(_attribute(obj, name, site), site)(*rest, **keywords)
    if made is operator.methodcaller:
        name, *rest = arguments
        return callee(_attribute(obj, name, site), site)(*rest)
    if made is operator.itemgetter:
        found = tuple(items.load_item(obj, key, site) for key in arguments)
    else:
        found = tuple(
            functools.reduce(lambda at, part: _attribute(at, part, site), name.split("."), obj) for name in arguments
        )
    return found[0] if len(found) == 1 else found


def _attribute(obj: Any, name: str, site: Site) -> Any:
    site.cls = None  # the name may be another one each time
    return attributes.load_attr(obj, name, site)


def _call_handing(function: Any, site: Site, /, *args: Any, **kwargs: Any) -> Any:
    """Something controlled is given a function, to call it later: ``Thread(target=function)``."""
    return function(
        *[announcing(each, site) for each in args], **{key: announcing(each, site) for key, each in kwargs.items()}
    )
