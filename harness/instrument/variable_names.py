"""Variables: loads and stores of those that may be seen to change are announced.

What could make it wrong: a new variable captured (the code would no longer fit its closure). Names are loaded by Python
itself after the announcement, and the lambda that hands over a cell mentions only variables that are captured anyway.
"""

from __future__ import annotations

import ast

from harness.instrument import hooks
from harness.instrument.node_builder import MARK, at_place
from harness.instrument.visitor import Part

__all__ = ["Variables"]


class Variables(Part):
    """Rewrites names."""

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if not isinstance(node.ctx, ast.Load):
            return node
        holder = self.holder(node.id, node)
        if holder is None:
            return node
        announced = self._build.call(
            hooks.announce_name, holder, ast.Constant(node.id), self._build.site(node, "read"), at=node
        )
        return self._build.call(hooks.noted, announced, node, at=node)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> ast.AST:
        node.value = self.stored(node.target.id, self._visitor.visit(node.value), node)
        return node

    def holder(self, name: str, at: ast.AST) -> ast.expr | None:
        """Build an expression for what holds a variable that may be seen to change; None for all others."""
        if not self._scoping.depth or self._scoping.scope.kind == "class":
            return None
        owner = self._scoping.scope.owner(name)
        if owner is None:
            return (
                self._build.constant(self._scoping.names, "globals") if self._scoping.is_rebound_global(name) else None
            )
        if owner.kind == "class" or not owner.is_shared_cell(name):
            return None
        empty = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
        body = ast.Tuple([ast.Constant(MARK + "cell"), ast.Name(name, ast.Load())], ast.Load())
        return at_place(ast.Lambda(empty, body), at)

    def stored(self, name: str, value: ast.expr, at: ast.expr | ast.stmt) -> ast.expr:
        """Announce the store of ``value`` in a variable, if it may be seen to change."""
        holder = self.holder(name, at)
        if holder is None:
            return value
        return self._build.call(
            hooks.before_store, value, holder, ast.Constant(name), self._build.site(at, "write", text=name), at=at
        )

    def _shared_names(self, target: ast.AST) -> list[ast.Name]:
        return [
            each
            for each in ast.walk(target)
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store) and self.holder(each.id, each) is not None
        ]

    def detour(self, target: ast.expr) -> list[ast.stmt]:
        """Let a binding go to temporaries first, where it would store shared names; the stores follow it."""
        stores: list[ast.stmt] = []
        for name in self._shared_names(target):
            temporary, original = self._build.temporary(), name.id
            name.id = temporary
            value = self.stored(original, at_place(ast.Name(temporary, ast.Load()), name), name)
            stores.append(at_place(ast.Assign([at_place(ast.Name(original, ast.Store()), name)], value), name))
        return stores
