"""Names of attributes that the source stores: a method of such a name may be replaced while another thread calls it."""

from __future__ import annotations

import ast
from typing import Final

__all__ = ["stored_attributes"]

_SETTERS: Final = frozenset({"setattr", "delattr", "__setattr__", "__delattr__"})


def stored_attributes(tree: ast.Module) -> frozenset[str]:
    """The names of attributes that a module stores or deletes.

    Args:
        tree: The module, as parsed.

    Example:
        >>> sorted(stored_attributes(ast.parse("a.x = 1; del a.y; setattr(a, 'z', 1)")))
        ['x', 'y', 'z']
    """
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr=name, ctx=ast.Store() | ast.Del()):
                found.add(name)
            case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called), args=args) if called in _SETTERS:
                found.update(each.value for each in args if isinstance(each, ast.Constant) and type(each.value) is str)
            case _:
                pass
    return frozenset(found)
