"""Attributes: loads, stores, and targets that are both."""

from __future__ import annotations

from types import BuiltinFunctionType, FunctionType, MethodDescriptorType, ModuleType
from typing import TYPE_CHECKING, Any, Final

from harness.instrument.hooks import computed, methods
from harness.instrument.hooks.listener import NOBODY, READ, USE, WRITE
from harness.instrument.hooks.plans import (
    COMPUTED,
    DEFAULT,
    OPAQUE,
    OWN,
    PLAIN,
    SPECIAL,
    STATE,
    decide,
    forget,
    owners_of,
    plan_at,
    remember,
)
from harness.instrument.hooks.replacing import ATOMS, replace_attribute
from harness.instrument.opaque import is_controlled, is_stored
from harness.model.event import WHOLE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from harness.instrument.hooks.listener import Access, Listener, Note
    from harness.model.site import Site

__all__ = ["AttrTarget", "announce_named", "announce_other", "bind", "load_attr", "store_attr"]

_METHODS: Final = (FunctionType, MethodDescriptorType, BuiltinFunctionType)
_access: Access | None = None
_told: Listener = NOBODY
_adapters: Mapping[type, Callable[[Any], Any]] = {}


def bind(listener: Listener) -> None:
    """Take over what is the same for all executions of a program."""
    global _adapters
    _adapters = listener.adapters


def load_attr(obj: Any, name: str, site: Site) -> Any:
    """Do ``obj.name``."""
    access = _access
    if access is None:
        return getattr(obj, name)
    cls = type(obj)
    plan = site.plan if cls is site.cls else _plan_load(site, cls, name)
    if plan == STATE:
        note = access(obj, name, READ, site)
        if note is None:
            return getattr(obj, name)
    elif plan == PLAIN:
        return getattr(obj, name)
    elif type(plan) is tuple:
        return methods.taken(obj, name, plan, site)
    elif plan == COMPUTED:
        return computed.load(obj, name, site)
    else:
        obj, note = announce_other(obj, name, READ, site, plan)
    value = getattr(obj, name)
    if note is not None:
        note(value)
    return value


def _plan_load(site: Site, cls: type, name: str) -> Any:
    plan = methods.plan_of(cls, name)
    if plan is None:
        return plan_at(site, cls, name)
    remember(site, cls, name, plan)
    return plan


def store_attr(value: Any, obj: Any, name: str, site: Site) -> None:
    """``obj.name = value``; the value comes first, as Python evaluates it."""
    access = _access
    if access is not None:
        cls = type(obj)
        plan = site.plan if cls is site.cls else plan_at(site, cls, name)
        if plan in OWN:
            note = access(obj, name, WRITE, site)
            if type(value) not in ATOMS:
                replace_attribute(obj, name, value)
            if note is not None:
                note(value)
        elif plan != PLAIN:
            obj, note = announce_other(obj, name, WRITE, site, plan)
            if note is not None:
                note(value)
    setattr(obj, name, value)


def announce_named(obj: Any, name: str, kind: int, site: Site) -> tuple[Any, Note]:
    """Announce an access of an attribute whose name is a value; returns the object to do it on, too."""
    assert _access is not None
    plan = decide(type(obj), name)
    if plan == PLAIN:
        return obj, None
    if plan == STATE or (plan == DEFAULT and kind == WRITE):
        note = _access(obj, name, kind, site)
        if kind == READ:
            for owner in owners_of(obj, name):
                _told.record_access_in_step(owner, name, READ, site)
        return obj, note
    return announce_other(obj, name, kind, site, plan)


def announce_other(obj: Any, name: str, kind: int, site: Site, plan: int) -> tuple[Any, Note]:
    """Announce an access whose location has to be looked for; returns the object to do it on, too."""
    access = _access
    assert access is not None
    if plan in (DEFAULT, COMPUTED):
        note = access(obj, name, kind, site)
        if kind == READ:
            for owner in owners_of(obj, name):
                _told.record_access_in_step(owner, name, READ, site)
        return obj, note
    adapter = _adapters.get(type(obj))
    if adapter is not None:
        obj = adapter(obj)
        if isinstance(getattr(type(obj), name, None), _METHODS) or decide(type(obj), name) == PLAIN:
            return obj, None
    if plan == OPAQUE or adapter is not None:
        access(obj, WHOLE, USE, site)
        for each in _locks_of(obj):
            _told.record_access_in_step(each, WHOLE, USE, site)
        return obj, None
    if name == "__dict__":
        note = access(obj, WHOLE, WRITE, site)  # whoever has it may write
        _alias(obj)
        return obj, note
    if isinstance(obj, ModuleType):
        if kind != READ or _is_data(obj.__dict__.get(name)):
            return obj, access(obj.__dict__, name, kind, site)
        return obj, None
    if isinstance(obj, type):
        return _announce_class(obj, name, kind, site)
    return obj, None


def _announce_class(cls: type, name: str, kind: int, site: Site) -> tuple[Any, Note]:
    """Announce an access of a class's attribute. A read looks into one base after the other, until it is there."""
    assert _access is not None
    if name.startswith("__"):
        if name in SPECIAL or is_stored(name):
            return cls, _access(cls, WHOLE, USE, site)
        return cls, None
    if kind != READ:
        if name not in cls.__dict__:
            forget(name)
        return cls, _access(cls, name, kind, site)
    found = next((base.__dict__[name] for base in cls.__mro__ if name in base.__dict__), None)
    if hasattr(type(found), "__get__") and not is_stored(name):
        return cls, None
    note = _access(cls, name, READ, site)
    if name not in cls.__dict__:
        for base in cls.__mro__[1:]:
            _told.record_access_in_step(base, name, READ, site)
            if name in base.__dict__:
                break
    return cls, note


def _alias(obj: Any) -> None:
    """An access to the dictionary of ``obj`` is one to the attribute of that name."""
    names = getattr(obj, "__dict__", None)
    if type(names) is dict:
        _told.same(names, obj)


def _locks_of(obj: Any) -> list[Any]:
    """What guards the state of an object of the library: looking past it is seen by all who hold it."""
    return [each for each in getattr(obj, "__dict__", {}).values() if is_controlled(type(each))]


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
            plan = site.plan if cls is site.cls else plan_at(site, cls, name)
            if plan in OWN:
                _access(obj, name, WRITE, site)
            elif plan != PLAIN:
                obj, _ = announce_other(obj, name, WRITE, site, plan)
        delattr(obj, name)
