"""Builds nodes of the new AST, and the constants in it that stand for hooks and sites until the code is compiled."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Final, TypeVar

from harness.model.site import Site

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MARK", "NodeBuilder", "as_expression", "at_place"]

_Node = TypeVar("_Node", bound=ast.AST)
MARK: Final = "\0race\0"
"""How the constants begin that stand for hooks and sites."""


class NodeBuilder:
    """Builds the nodes of one module.

    Args:
        file: Its path, for the sites.
        source: Its text, for the sites.

    Attributes:
        constants: Marker -> hook or site that takes its place in the compiled code.
        functions: Names of the functions and classes around the node, for the sites.
    """

    def __init__(self, file: str, source: str) -> None:
        self.constants: dict[str, Any] = {}
        self.functions: list[str] = []
        self._file = file
        self._encoded: list[bytes] = [line.encode() for line in source.splitlines(keepends=True)]
        self._temporaries = 0

    def constant(self, value: Any, key: str) -> ast.Constant:
        """Build a constant that stands for ``value``."""
        self.constants[MARK + key] = value
        return ast.Constant(MARK + key)

    def call(self, hook: Callable[..., Any], *args: ast.expr, at: ast.AST) -> ast.Call:
        """Build a call of a hook, at the place of another node."""
        function = self.constant(hook, hook.__name__)
        return at_place(ast.Call(function, list(args), []), at)

    def site(self, node: ast.expr | ast.stmt, op: str, base: ast.AST | None = None, text: str = "") -> ast.Constant:
        """Build a constant that stands for a new site: what ``op`` does to ``base`` at ``node``."""
        site = Site(
            self._file, node.lineno, node.col_offset, node.end_lineno or node.lineno, node.end_col_offset or 0,
            ".".join(self.functions) or "<module>", op, text or self._text(node),
            self._text(base) if base is not None else "",
        )  # fmt: skip
        return self.constant(site, str(len(self.constants)))

    def temporary(self) -> str:
        """Name a new variable that the program does not have."""
        self._temporaries += 1
        return f"_race_temporary_{self._temporaries}"

    def _text(self, node: Any) -> str:
        first, last = int(node.lineno) - 1, int(node.end_lineno) - 1
        start, end = int(node.col_offset), int(node.end_col_offset)
        if first != last:
            return self._encoded[first][start:].decode(errors="replace").strip() + "…"
        return self._encoded[first][start:end].decode(errors="replace")


def at_place(node: _Node, place: ast.AST) -> _Node:
    """Put a new node at the place in the source of the one that it stands for."""
    return ast.copy_location(node, place)


def as_expression(key: ast.expr) -> ast.expr:
    """Turn a subscript into an argument: ``1:2`` has to become ``slice(1, 2, None)``."""
    if isinstance(key, ast.Slice):
        parts = [part if part is not None else ast.Constant(None) for part in (key.lower, key.upper, key.step)]
        return ast.Call(ast.Constant(MARK + "slice"), parts, [])
    if isinstance(key, ast.Tuple):
        return ast.Tuple([as_expression(each) for each in key.elts], ast.Load())
    return key
