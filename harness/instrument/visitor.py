"""What the parts of the rewriter have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import ast

    from harness.instrument.node_builder import NodeBuilder
    from harness.instrument.scoping import Scoping

__all__ = ["Part", "Visitor"]


class Visitor(Protocol):
    """The rewriter itself, which knows the part for each node."""

    def visit(self, node: ast.AST) -> Any:
        """Rewrite a node with the part that knows its kind."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Rewrite what is below a node, and leave the node as it is."""

    def statements(self, body: list[Any]) -> list[Any]:
        """Rewrite statements, each of which may become several."""


class Part:
    """Rewrites some kinds of nodes.

    Args:
        visitor, build, scoping: Of the module.
    """

    def __init__(self, visitor: Visitor, build: NodeBuilder, scoping: Scoping) -> None:
        self._visitor = visitor
        self._build = build
        self._scoping = scoping
