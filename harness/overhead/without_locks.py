"""The same store with its locks left out: what a lock costs is the difference between the two.

Taken out are ``with self.lock:``, ``async with self.lock:`` and ``with self.locks[...]:``, in the source, for every
attribute that holds a lock or a dictionary of them; the bodies stay as they are. A do-nothing lock in its place would
not do: calling that costs as much as a lock does.
"""

from __future__ import annotations

import ast
import asyncio
import inspect
import threading
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from harness.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["lock_names", "without_locks"]

_LOCKS: Final = (
    type(threading.Lock()),
    type(threading.RLock()),
    asyncio.Lock,
    threading.Condition,
    threading.Semaphore,
)


def lock_names(store: object) -> set[str]:
    """The attributes of a store that hold locks, or a dictionary of locks."""
    return {name for name, value in vars(store).items() if isinstance(value, _LOCKS) or _holds_locks(value)}


def _holds_locks(value: object) -> bool:
    return isinstance(value, dict) and bool(value) and all(isinstance(each, _LOCKS) for each in value.values())


def without_locks(store: type[Any]) -> type[Any]:
    """A copy of a store's class, and of its module, in which no lock is taken.

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
    made = store()
    made.create("job")
    tree = _Remover(lock_names(made)).visit(ast.parse(source))
    copy = ModuleType(f"{module.__name__}_without_locks")
    copy.__package__ = module.__package__
    exec(compile(ast.fix_missing_locations(tree), f"<{module.__name__} without locks>", "exec"), copy.__dict__)
    found: Any = copy
    for name in store.__qualname__.split("."):
        found = getattr(found, name)
    return found  # type: ignore[no-any-return]


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
