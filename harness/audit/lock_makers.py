"""Finds the locks: which expressions make one, of which kind, and which classes of ours wrap one."""

from __future__ import annotations

import ast

from harness.audit.places import Lock
from harness.audit.symbols import Class, Module, dotted

__all__ = ["CONTAINERS", "lock_from_name", "lock_made_by", "lock_of", "wrapped_lock"]

_PACKAGES = ("threading", "asyncio", "multiprocessing", "anyio", "trio")
_EXCLUSIVE = {"Lock", "RLock", "Condition"}
_COUNTING = {"Semaphore", "BoundedSemaphore"}
CONTAINERS = {"dict", "list", "set", "deque", "defaultdict", "OrderedDict", "Dict", "List", "Mapping", "MutableMapping"}


def lock_of(
    value: ast.expr | None,
    annotation: ast.expr | None,
    module: Module,
    owner: Class | Module,
    label: str,
    name: str,
    keyed: bool,
) -> Lock | None:
    """The lock that an attribute holds; a dict of locks is a family."""
    shared = _condition_of(value, module, owner)
    if shared is not None:
        return shared
    if value is not None:
        made = lock_made_by(value, module, label, name)
        if made is not None:
            return _keyed(made) if keyed else made
        inside = [lock_made_by(each, module, label, name) for each in ast.walk(value) if isinstance(each, ast.Call)]
        in_call = [
            lock_from_name(dotted(argument, module), module, label, name, value.lineno)
            for call in ast.walk(value)
            if isinstance(call, ast.Call)
            for argument in [*call.args, *(keyword.value for keyword in call.keywords)]
        ]
        found = next((each for each in [*inside, *in_call] if each is not None), None)
        if found is not None:
            factory = isinstance(value, ast.Call) and dotted(value.func, module).split(".")[-1] == "field"
            container = isinstance(value, ast.Dict | ast.List | ast.DictComp | ast.ListComp | ast.Call)
            if factory:
                return found
            return _keyed(found) if container and _is_container(value, module) else None
    if annotation is not None:
        for each in ast.walk(annotation):
            if isinstance(each, ast.Name | ast.Attribute):
                found = lock_from_name(dotted(each, module), module, label, name, annotation.lineno)
                if found is not None:
                    return _keyed(found) if isinstance(annotation, ast.Subscript) else found
    return None


def _is_container(value: ast.expr, module: Module) -> bool:
    if isinstance(value, ast.Call):
        return dotted(value.func, module).split(".")[-1] in CONTAINERS
    return isinstance(value, ast.Dict | ast.List | ast.DictComp | ast.ListComp)


def _condition_of(value: ast.expr | None, module: Module, owner: Class | Module) -> Lock | None:
    """``Condition(self.lock)`` is that lock."""
    match value:
        case ast.Call(func=func, args=[ast.Attribute(attr=name) | ast.Name(id=name)]):
            if dotted(func, module).split(".")[-1] == "Condition":
                return owner.locks.get(name)
        case _:
            pass
    return None


def _keyed(lock: Lock) -> Lock:
    return Lock(lock.owner, lock.name, lock.kind, True, lock.reentrant, lock.path, lock.line)


def lock_made_by(value: ast.expr, module: Module, label: str, name: str) -> Lock | None:
    """The lock that an expression makes, or None."""
    if not isinstance(value, ast.Call):
        return None
    return lock_from_name(dotted(value.func, module), module, label, name, value.lineno, value.args)


def lock_from_name(
    made: str, module: Module, label: str, name: str, line: int, arguments: list[ast.expr] | None = None
) -> Lock | None:
    """Return the lock that a dotted name makes when it is called, or None; a semaphore for several excludes no one."""
    package, _, kind = made.rpartition(".")
    if (
        package not in ("threading", "asyncio", "multiprocessing", "anyio", "trio")
        or kind not in _EXCLUSIVE | _COUNTING
    ):
        return None
    one = arguments is not None and (not arguments or getattr(arguments[0], "value", None) == 1)
    if kind in _COUNTING and not one:
        return Lock(label, name, "none", False, False, module.path, line)
    family = "thread" if package in ("threading", "multiprocessing") else "asyncio"
    reentrant = family == "thread" and kind in ("RLock", "Condition")
    return Lock(label, name, "thread" if family == "thread" else "asyncio", False, reentrant, module.path, line)


def wrapped_lock(cls: Class) -> Lock | None:
    """The lock that a class of ours wraps: to enter it, or to acquire it, is to take that lock."""
    names = {"__enter__", "__aenter__", "acquire"}
    takes = [method for name, method in cls.all_methods.items() if name in names]
    for lock in cls.all_locks:
        for method in takes:
            taken = (
                isinstance(each, ast.Attribute) and each.attr == lock.name and isinstance(each.value, ast.Name)
                for each in ast.walk(method.node)
            )
            if lock.kind != "none" and any(taken):
                return lock
    return None
