"""The same store with its locks left out: what a lock costs is the difference between the two.

Taken out are ``with self.lock:`` and ``async with self.lock:``, in the source, for every attribute that holds a lock or
a dict of locks (``with self.locks[job_id]:``); the bodies stay as they are. A do-nothing lock in its place would not
do: calling that costs as much as a lock does.

A twin is good for timing one update after the other, and for nothing else: it is as racy as code can be.
"""

from __future__ import annotations

import ast
import asyncio
import inspect
import threading
from types import FunctionType, MemberDescriptorType, ModuleType
from typing import TYPE_CHECKING, Any, Final

from harness.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["bare_twin", "lock_names", "without_locks"]

_LOCKS: Final = (
    type(threading.Lock()),
    type(threading.RLock()),
    asyncio.Lock,
    threading.Condition,
    threading.Semaphore,
)


def lock_names(store: object) -> set[str]:
    """The attributes of a store that hold locks, or dicts of locks.

    >>> from harness.stores import ThreadLockStore
    >>> lock_names(ThreadLockStore())
    {'lock'}
    """
    held: dict[str, Any] = {}
    for each in reversed(type(store).__mro__):  # no property is called: it could do anything
        for name, value in vars(each).items():
            held[name] = getattr(store, name, None) if isinstance(value, MemberDescriptorType) else value
    held.update(getattr(store, "__dict__", {}))
    return {
        name
        for name, value in held.items()
        if _is_lock(value) or (isinstance(value, dict) and value and all(map(_is_lock, value.values())))
    }


def bare_twin(store: type[Any], job_id: str) -> type[Any] | None:
    """A copy of the class whose ``update_job_status`` takes no lock, directly or in a method that it calls.

    Args:
        store: A class that can be made with no arguments.
        job_id: Of a job that is created to see which locks the store makes with it.

    Returns:
        None if no lock is found there: the store does without, or keeps it where this cannot see it.
    """
    owner = next((each for each in store.__mro__ if "update_job_status" in vars(each)), None)
    if owner is None:
        return None
    one = store()
    if hasattr(one, "create"):
        one.create(job_id)
    names = lock_names(one)
    if not names:
        return None
    try:
        twin = without_locks(owner, names)
    except UsageError:
        return None
    return twin if _code_of(owner) != _code_of(twin) else None


def without_locks(store: type[Any], names: Iterable[str] | None = None) -> type[Any]:
    """A copy of a store's class, and of its module, in which no lock is taken.

    Args:
        store: The class; what it inherits from other modules stays as it is.
        names: The attributes that hold locks; without them, those of a new store.

    Raises:
        UsageError: The source of the class cannot be had.
    """
    module = inspect.getmodule(store)
    try:
        source = inspect.getsource(module) if module is not None else ""
    except OSError:
        source = ""
    if module is None or not source:
        raise UsageError(f"the source of {store.__qualname__} cannot be had, so it cannot be measured without its lock")
    tree = _Remover(lock_names(store()) if names is None else names).visit(ast.parse(source))
    copy = ModuleType(f"{module.__name__}_without_locks")
    copy.__package__ = module.__package__
    exec(compile(ast.fix_missing_locations(tree), f"<{module.__name__} without locks>", "exec"), copy.__dict__)
    found: Any = copy
    for name in store.__qualname__.split("."):
        found = getattr(found, name)
    return found  # type: ignore[no-any-return]


def _is_lock(value: object) -> bool:
    if isinstance(value, type):
        return False
    enters = hasattr(value, "__enter__") or hasattr(value, "__aenter__")
    return isinstance(value, _LOCKS) or (enters and hasattr(value, "acquire") and hasattr(value, "release"))


def _code_of(store: type[Any]) -> dict[str, bytes]:
    """The bytecode of ``update_job_status`` and of every method that it leads to, by name."""
    found: dict[str, bytes] = {}
    names = ["update_job_status"]
    while names:
        name = names.pop()
        method = inspect.getattr_static(store, name, None)
        if name not in found and isinstance(method, FunctionType):
            found[name] = method.__code__.co_code
            names += method.__code__.co_names
    return found


class _Remover(ast.NodeTransformer):
    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)

    def visit_With(self, node: ast.With | ast.AsyncWith) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        node.items = [item for item in node.items if not self._is_lock(item.context_expr)]
        return node if node.items else node.body

    visit_AsyncWith = visit_With

    def _is_lock(self, expression: ast.expr) -> bool:
        if isinstance(expression, ast.Subscript):
            expression = expression.value
        return (
            isinstance(expression, ast.Attribute)
            and isinstance(expression.value, ast.Name)
            and expression.value.id == "self"
            and expression.attr in self._names
        )
