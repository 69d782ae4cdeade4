"""What the parts of the rewriter have in common: the rewriter itself, which knows the part for each node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import ast

__all__ = ["Visitor"]


class Visitor(Protocol):
    """Rewrites any node."""

    def visit(self, node: ast.AST) -> Any:
        """Rewrite a node with the part that knows its kind."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Rewrite what is below a node, and leave the node as it is."""

    def statements(self, body: list[Any]) -> list[Any]:
        """Rewrite statements, each of which may become several."""
