"""The functions that rewritten code calls in place of its accesses: announce, then do exactly what Python would.

They stand in rewritten code as constants. Without a listener each is the plain operation, so code that outlives an
exploration goes on working.

What it costs over the plain operation with a listener that does nothing, CPython 3.13: attribute load 110 ns, store
110 ns, item load 130 ns, method of a container 350 ns. A :class:`Site` remembers the type it saw last and what to do
with it (``plan``), as CPython's own inline caches do.

What could make it wrong: to do the operation and then announce, to evaluate something twice, or to raise what Python
would not. The property test in ``tests/instrument`` holds rewritten code against the original.
"""

from __future__ import annotations

import collections
import copy
import dataclasses
import functools
from types import BuiltinFunctionType, FunctionType, MemberDescriptorType, ModuleType
from typing import TYPE_CHECKING, Any, Final, Protocol
from weakref import WeakSet

from harness.history.events import SIZE, WHOLE, Kind
from harness.instrument import sets
from harness.instrument.containers import CONTAINERS, MAPPINGS, SEQUENCES, VIEWS, method_effect, plain_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from harness.instrument.site import Site

__all__ = [
    "BUILTIN_NAMES",
    "AttrTarget",
    "ItemTarget",
    "Listener",
    "announce_name",
    "before_store",
    "call_builtin",
    "callee",
    "contains",
    "context",
    "in_order",
    "iterate",
    "listen",
    "load_attr",
    "load_item",
    "load_method",
    "member",
    "noted",
    "spread",
    "step",
    "store_attr",
    "store_item",
    "truth",
]

READ, WRITE, RESIZE = int(Kind.READ), int(Kind.WRITE), int(Kind.RESIZE)
Note = Any


class Listener(Protocol):
    """Who is told about accesses."""

    @property
    def adapters(self) -> Mapping[type, Callable[[Any], Any]]:
        """Exact type of an uncontrolled object -> function to its controlled twin."""

    @property
    def substitutes(self) -> Mapping[Any, Callable[..., Any]]:
        """Uncontrolled callable -> controlled one."""

    def access(self, obj: object, key: object, kind: int, site: Site) -> Callable[[object], object] | None:
        """About to access ``key`` of ``obj``. May return a function that wants the value, once it is known."""

    def resized(self) -> None:
        """The write that was announced last changed the size of its container."""

    def step(self, site: Site) -> None:
        """A ``while`` loop goes round once more."""


_access: Callable[[object, object, int, Any], Callable[[object], object] | None] | None = None
_step: Callable[[Any], None] | None = None
_resized: Callable[[], None]
_adapters: Mapping[type, Callable[[Any], Any]] = {}
_substitutes: Mapping[Any, Callable[..., Any]] = {}


def listen(listener: Listener | None) -> None:
    """Announce to ``listener`` from now on; None: to nobody."""
    global _access, _step, _resized, _adapters, _substitutes
    if listener is None:
        _access = _step = None
        return
    _adapters, _substitutes = listener.adapters, listener.substitutes
    _resized = listener.resized
    _access, _step = listener.access, listener.step


# -- what to do at a site: decided once per type ------------------------------------------------------------------

STATE: Final = 0  # an attribute of the object itself
PLAIN: Final = 1  # nothing that changes: a method, a property (its body speaks for itself), a module of the library
DEFAULT: Final = 2  # the class has a value too: look which one it is
_OWN: Final = (STATE, DEFAULT)
OTHER: Final = 3  # decided at each access: modules, classes, objects to be exchanged
WEAK: Final = 4  # a method of a weak set, whose accesses nobody sees, and whose members have an order here


def _plan(site: Site, cls: type, name: str) -> int:
    plan = _decide(cls, name)
    site.cls, site.plan = cls, plan
    return plan


def _decide(cls: type, name: str) -> int:
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


_LIBRARY: Final = frozenset(
    {"builtins", "_asyncio", "_thread", "_threading_local", "threading", "asyncio.locks", "asyncio.queues", "queue"}
)


def _owner(obj: Any, name: str) -> object:
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


# -- attributes ---------------------------------------------------------------------------------------------------


def load_attr(obj: Any, name: str, site: Site) -> Any:
    """Do ``obj.name``."""
    access = _access
    if access is None:
        return getattr(obj, name)
    cls = type(obj)
    plan = site.plan if cls is site.cls else _plan(site, cls, name)
    if plan == STATE:
        note = access(obj, name, READ, site)
        if note is None:
            return getattr(obj, name)
    elif plan == PLAIN:
        return getattr(obj, name)
    else:
        obj, note = _announce_other(obj, name, READ, site, plan)
    value = getattr(obj, name)
    if note is not None:
        note(value)
    return value


def store_attr(value: Any, obj: Any, name: str, site: Site) -> None:
    """``obj.name = value``; the value comes first, as Python evaluates it."""
    access = _access
    if access is not None:
        cls = type(obj)
        plan = site.plan if cls is site.cls else _plan(site, cls, name)
        if plan in _OWN:
            note = access(obj, name, WRITE, site)
            if note is not None:
                note(value)
        elif plan == OTHER:
            obj, note = _announce_other(obj, name, WRITE, site, plan)
            if note is not None:
                note(value)
    setattr(obj, name, value)


def _announce_other(obj: Any, name: str, kind: int, site: Site, plan: int) -> tuple[Any, Note]:
    access = _access
    assert access is not None
    if plan == DEFAULT:
        return obj, access(_owner(obj, name) if kind == READ else obj, name, kind, site)
    adapter = _adapters.get(type(obj))
    if adapter is not None:
        return adapter(obj), None
    if name == "__dict__":
        return obj, access(obj, WHOLE, READ, site)
    if isinstance(obj, ModuleType):
        if kind != READ or _is_data(obj.__dict__.get(name)):
            return obj, access(obj.__dict__, name, kind, site)
        return obj, None
    if isinstance(obj, type):
        for cls in obj.__mro__ if kind == READ else (obj,):
            if kind != READ or name in cls.__dict__:
                if kind == READ and (name.startswith("__") or hasattr(type(cls.__dict__[name]), "__get__")):
                    break
                return obj, access(cls, name, kind, site)
    return obj, None


def _is_data(value: object) -> bool:
    return not isinstance(value, (type, ModuleType)) and not callable(value)


class AttrTarget:
    """``obj.name`` as the target of an unpacking, a loop, ``with``, ``del`` or an augmented assignment.

    Python evaluates the target's object when it evaluates this, and then loads, stores or deletes ``.value``.
    """

    __slots__ = ("_name", "_obj", "_site")

    def __init__(self, obj: Any, name: str, site: Site) -> None:
        self._obj, self._name, self._site = obj, name, site

    @property
    def value(self) -> Any:
        return load_attr(self._obj, self._name, self._site)

    @value.setter
    def value(self, value: Any) -> None:
        store_attr(value, self._obj, self._name, self._site)

    @value.deleter
    def value(self) -> None:
        obj, name, site = self._obj, self._name, self._site
        if _access is not None:
            cls = type(obj)
            plan = site.plan if cls is site.cls else _plan(site, cls, name)
            if plan in _OWN:
                _access(obj, name, WRITE, site)
            elif plan == OTHER:
                obj, _ = _announce_other(obj, name, WRITE, site, plan)
        delattr(obj, name)


# -- items --------------------------------------------------------------------------------------------------------


def _item_key(obj: Any, cls: type, key: object) -> object:
    """The key of a location in a container; None if ``obj`` is none whose items are state."""
    if cls in MAPPINGS:
        return plain_key(key)
    if cls in SEQUENCES:
        if type(key) is int:
            return key if key >= 0 else key + len(obj)
        return WHOLE
    if issubclass(cls, MAPPINGS):
        inner = plain_key(key)
        return WHOLE if inner is WHOLE else ("[]", inner)
    if issubclass(cls, (*SEQUENCES, set)):
        return WHOLE
    return None


def load_item(obj: Any, key: Any, site: Site) -> Any:
    """Do ``obj[key]``."""
    access = _access
    if access is None:
        return obj[key]
    cls = type(obj)
    place = key if cls is dict and type(key) is str else _item_key(obj, cls, key)
    if place is None:
        return obj[key]
    note = access(obj, place, READ, site)
    if cls is collections.defaultdict:
        before = len(obj)
        value = obj[key]
        if len(obj) != before:
            _resized()  # reading made the item
    else:
        value = obj[key]
    if note is not None:
        note(value)
    return value


def store_item(value: Any, obj: Any, key: Any, site: Site) -> None:
    """``obj[key] = value``; the value comes first, as Python evaluates it."""
    access = _access
    if access is None:
        obj[key] = value
        return
    cls = type(obj)
    place = key if cls is dict and type(key) is str else _item_key(obj, cls, key)
    if place is None:
        obj[key] = value
        return
    note = access(obj, place, WRITE, site)
    before = len(obj)
    obj[key] = value
    if len(obj) != before:
        _resized()
    if note is not None:
        note(value)


class ItemTarget:
    """``obj[key]`` as a target: see :class:`AttrTarget`."""

    __slots__ = ("_key", "_obj", "_site")

    def __init__(self, obj: Any, key: Any, site: Site) -> None:
        self._obj, self._key, self._site = obj, key, site

    @property
    def value(self) -> Any:
        return load_item(self._obj, self._key, self._site)

    @value.setter
    def value(self, value: Any) -> None:
        store_item(value, self._obj, self._key, self._site)

    @value.deleter
    def value(self) -> None:
        obj, key = self._obj, self._key
        if _access is not None:
            place = _item_key(obj, type(obj), key)
            if place is not None:
                _access(obj, place, RESIZE, self._site)
        del obj[key]


# -- names --------------------------------------------------------------------------------------------------------


def announce_name(holder: Any, name: str, site: Site) -> Note:
    """Announce the load of a global (``holder`` is the dictionary) or of a closure variable (a lambda captures it)."""
    if _access is None:
        return None
    return _access(holder if type(holder) is dict else _cell(holder, name), name, READ, site)


def noted(note: Note, value: Any) -> Any:
    """The value of a name, which Python has loaded after the announcement."""
    if note is not None:
        note(value)
    return value


def before_store(value: Any, holder: Any, name: str, site: Site) -> Any:
    """``value`` is about to be stored in a global or a closure variable."""
    if _access is not None:
        note = _access(holder if type(holder) is dict else _cell(holder, name), name, WRITE, site)
        if note is not None:
            note(value)
    return value


def _cell(capture: FunctionType, name: str) -> object:
    cells = capture.__closure__
    return cells[capture.__code__.co_freevars.index(name)] if cells else capture


# -- calls --------------------------------------------------------------------------------------------------------


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
    if plan == WEAK:
        return functools.partial(sets.call_method, obj, name)
    if plan == STATE:
        note = access(obj, name, READ, site)
    else:
        if isinstance(obj, type):
            found = _substitutes.get((obj, name))
            if found is not None:
                return found
        obj, note = _announce_other(obj, name, READ, site, plan)
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
        plan = WEAK if cls is WeakSet else _decide(cls, name)
    site.cls, site.plan = cls, plan
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
    plan = _decide(type(obj), args[1])
    kind = READ if function in (getattr, hasattr) else WRITE
    if plan == STATE or (plan == DEFAULT and kind == WRITE):
        assert _access is not None
        note = _access(obj, args[1], kind, site)
    elif plan != PLAIN:
        obj, note = _announce_other(obj, args[1], kind, site, plan)
    result = function(obj, *args[1:], **kwargs)
    if note is not None:
        note(args[2] if function is setattr and len(args) > 2 else result)
    return result


def _call_on_whole(function: Any, site: Site, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    for each in args:
        _announce_container(each, site)
    if function in _SET_MAKERS:
        return function(*map(sets.joined, args), **kwargs)
    if function in _WALKERS and (len(args) == 1 or function is sum):
        return function(in_order(args[0]), *args[1:], **kwargs)
    return function(*args, **kwargs)


def _call_on_iterable(function: Any, site: Site, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if function is iter and len(args) != 1:
        return function(*args, **kwargs)
    if function is reversed:
        _announce_container(args[0], site)
        return function(*args, **kwargs)
    return function(*(iterate(each, site) for each in args), **kwargs)


def _call_len(function: Any, site: Site, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    note = _announce_size(args[0], site)
    result = function(*args, **kwargs)
    if note is not None:
        note(result)
    return result


def _call_on_fields(function: Any, site: Site, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    obj = args[0]
    if _is_container(type(obj)):
        _announce_container(obj, site)
    elif hasattr(obj, "__dict__") and not isinstance(obj, (type, ModuleType)):
        assert _access is not None
        _access(obj, WHOLE, READ, site)
    return function(*args, **kwargs)


_SET_MAKERS: Final = frozenset({set, frozenset})
_WALKERS: Final = frozenset({list, tuple, sorted, sum, min, max, any, all})
_BUILTIN_TYPES: Final = (BuiltinFunctionType, type, FunctionType)
_BUILTINS: Final[dict[Any, Callable[..., Any]]] = {
    **dict.fromkeys((getattr, setattr, hasattr, delattr), _call_getattr),
    **dict.fromkeys((list, tuple, sorted, set, frozenset, dict, sum, min, max, any, all, repr, str), _call_on_whole),
    **dict.fromkeys((enumerate, zip, map, filter, iter, reversed), _call_on_iterable),
    **dict.fromkeys(
        (vars, copy.copy, copy.deepcopy, dataclasses.replace, dataclasses.asdict, dataclasses.astuple), _call_on_fields
    ),
    len: _call_len,
    bool: _call_len,
}
BUILTIN_NAMES: Final = frozenset(function.__name__ for function in _BUILTINS)
"""Names at whose calls the rewrite asks :func:`call_builtin`."""


# -- containers as wholes -----------------------------------------------------------------------------------------


def _is_container(cls: type) -> bool:
    return cls in CONTAINERS or (issubclass(cls, (dict, list, set, collections.deque)) and cls not in CONTAINERS)


def _announce_container(obj: Any, site: Site) -> None:
    """All of a container is about to be read."""
    cls = type(obj)
    if _access is None:
        return
    if _is_container(cls):
        _access(obj, WHOLE, READ, site)
    elif cls in VIEWS:
        _access(_mapping_of(obj), VIEWS[cls], READ, site)


def _announce_size(obj: Any, site: Site) -> Note:
    cls = type(obj)
    if _access is None:
        return None
    if _is_container(cls):
        return _access(obj, SIZE, READ, site)
    if cls in VIEWS:
        return _access(_mapping_of(obj), SIZE, READ, site)
    return None


def _mapping_of(view: Any) -> Any:
    """The dictionary behind a view; the view shows it read-only, so ask the proxy for a copy-free handle."""
    import gc

    return next((each for each in gc.get_referents(view) if isinstance(each, dict)), view)


def spread(obj: Any, site: Site) -> Any:
    """``*obj`` in a call or a display."""
    _announce_container(obj, site)
    return in_order(obj)


def truth(obj: Any, site: Site) -> Any:
    """``obj`` as a condition: of a container it asks whether it is empty."""
    if _access is not None and _is_container(type(obj)):
        _announce_size(obj, site)
    return obj


def contains(element: Any, obj: Any, site: Site) -> bool:
    """Do ``element in obj``."""
    access = _access
    if access is None:
        return element in obj
    cls = type(obj)
    note = None
    if cls in MAPPINGS or cls is set:
        note = access(obj, plain_key(element), READ, site)
    elif _is_container(cls):
        note = access(obj, WHOLE, READ, site)
    elif cls in VIEWS:
        note = access(_mapping_of(obj), WHOLE, READ, site)
    result = element in obj
    if note is not None:
        note(result)
    return result


def iterate(obj: Any, site: Site) -> Any:
    """The iterable of a loop: each step over a container is an access of its own."""
    if _access is None:
        return obj
    cls = type(obj)
    if cls in VIEWS:
        return _steps(iter(obj), _mapping_of(obj), VIEWS[cls], site)
    if cls in MAPPINGS:
        return _steps(iter(obj), obj, SIZE, site)
    if cls is set:
        return _steps(sets.steps(obj), obj, SIZE, site)
    if cls in sets.KINDS:
        return sets.steps(obj)
    if (
        _is_container(cls)
        and getattr(cls.__iter__, "__module__", None) is None
        and not isinstance(cls.__iter__, FunctionType)
    ):
        return _steps(iter(obj), obj, SIZE if issubclass(cls, (dict, set)) else WHOLE, site)
    return obj


def _steps(iterator: Iterator[Any], obj: Any, key: object, site: Site) -> Iterator[Any]:
    while True:
        note = _access(obj, key, READ, site) if _access is not None else None
        try:
            value = next(iterator)
        except StopIteration:
            return
        if note is not None:
            note(value)
        yield value


def in_order(obj: Any) -> Any:
    """``obj`` about to be walked where that is no access of its own: of a set, its members."""
    return sets.walk(obj) if _access is not None and type(obj) in sets.KINDS else obj


def member(obj: Any) -> Any:
    """An element of a set that is being made."""
    return sets.join(obj) if _access is not None else obj


def context(obj: Any) -> Any:
    """The context manager of a ``with``: a lock from before the run is exchanged for its twin."""
    if _access is not None:
        adapter = _adapters.get(type(obj))
        if adapter is not None:
            return adapter(obj)
    return obj


def step(site: Site) -> bool:
    """One more round of a ``while`` loop."""
    if _step is not None:
        _step(site)
    return True
