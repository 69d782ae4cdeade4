"""Uses of a local variable by which the container it holds cannot get out of the function.

``threads = [...]; for thread in threads: thread.start()``: nobody else can reach that list, so nothing that is done to
it is a scheduling point. It is so for a variable that is only ever bound to a container made on the spot, that no inner
function captures, and all of whose uses are of the kinds below. An escape analysis for the simplest and commonest case.

What could make it wrong: a use after which somebody else has the container. What is not listed here counts as one:
handing it to a function, returning it, putting it into another container, giving it a second name, a view or an
iterator of it that lives on.
"""

from __future__ import annotations

import ast
from typing import Final

__all__ = ["LOOKS_AT_NAMES", "harmless_uses"]

_MADE: Final = (ast.List, ast.Dict, ast.ListComp, ast.DictComp)
_METHODS: Final = frozenset(
    {
        *("append", "extend", "insert", "remove", "pop", "clear", "index", "count", "sort", "reverse", "copy"),
        *("get", "setdefault", "update", "popitem", "add", "discard"),
    }
)
"""Methods of list, dict and set that return neither the container nor anything that looks into it later."""
_BUILTINS: Final = frozenset({"len", "sum", "any", "all", "min", "max", "sorted", "list", "tuple", "set", "bool"})
"""Builtins that are done with the container when they return."""
LOOKS_AT_NAMES: Final = frozenset({"locals", "vars", "dir", "eval", "exec"})
"""Builtins that hand out what local variables hold."""


def harmless_uses(tree: ast.Module) -> set[ast.Name]:
    """The names, bound or used, after which nobody else can have what they stand for.

    Args:
        tree: A module, as parsed.

    Example:
        >>> tree = ast.parse("made = [1]; made.append(2); print(made)")
        >>> sorted((each.id, each.col_offset) for each in harmless_uses(tree))
        [('made', 0), ('made', 12)]
    """
    shadowed = _bound_names(tree) & _BUILTINS
    found: set[ast.Name] = set()

    def add(node: ast.AST | None) -> None:
        if isinstance(node, ast.Name):
            found.add(node)

    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[target], value=value) | ast.AnnAssign(target=target, value=value):
                if isinstance(value, _MADE):
                    add(target)
            case ast.For(iter=used) | ast.Subscript(value=used):
                add(used)
            case ast.ListComp() | ast.SetComp() | ast.DictComp():
                for generator in node.generators:
                    if not generator.is_async:
                        add(generator.iter)
            case ast.Call(func=ast.Attribute(value=used, attr=name)) if name in _METHODS:
                add(used)
            case ast.Call(func=ast.Name(id=name), args=[used], keywords=[]) if name in _BUILTINS - shadowed:
                add(used)
            case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[used]):
                add(used)
            case ast.If(test=used) | ast.While(test=used) | ast.IfExp(test=used) | ast.Assert(test=used):
                add(used)
            case ast.UnaryOp(op=ast.Not(), operand=used):
                add(used)
            case ast.Call(args=args):
                for each in args:
                    if isinstance(each, ast.Starred):  # becomes a tuple of its own
                        add(each.value)
    return found


def _bound_names(tree: ast.Module) -> set[str]:
    bound: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                bound.add(name)
            case ast.arg(arg=name) | ast.alias(asname=str(name)) | ast.alias(name=name):
                bound.add(name)
    return bound
