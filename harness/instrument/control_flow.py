"""Control flow: what a statement walks, tests, matches or enters is announced."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from harness.instrument import hooks
from harness.instrument.node_builder import at_place
from harness.instrument.visitor import Part

if TYPE_CHECKING:
    from harness.instrument.expressions import Expressions
    from harness.instrument.node_builder import NodeBuilder
    from harness.instrument.scoping import Scoping
    from harness.instrument.variable_names import Variables
    from harness.instrument.visitor import Visitor

__all__ = ["ControlFlow"]

_NOT_LOOKING = (ast.MatchAs, ast.MatchValue, ast.MatchSingleton)
"""Patterns that do not look into a container or an object; a name may stand for a pattern in it."""


class ControlFlow(Part):
    """Rewrites loops, conditions, ``match`` and ``with``.

    Args:
        visitor, build, scoping: Of the module.
        variables, expressions: Its names and what is loaded.
    """

    def __init__(
        self,
        visitor: Visitor,
        build: NodeBuilder,
        scoping: Scoping,
        variables: Variables,
        expressions: Expressions,
    ) -> None:
        super().__init__(visitor, build, scoping)
        self._variables = variables
        self._expressions = expressions

    def _visit_loop(self, node: ast.For | ast.AsyncFor) -> ast.AST:
        before = node.iter
        node.iter = self._visitor.visit(node.iter)
        if self._scoping.depth:
            if isinstance(node, ast.For):
                node.iter = self._expressions.iterable(node.iter, before)
            stores = self._variables.detour(node.target)
        else:
            stores = []
        node.target = self._visitor.visit(node.target)
        node.body = stores + self._visitor.statements(node.body)
        node.orelse = self._visitor.statements(node.orelse)
        return node

    visit_For = visit_AsyncFor = _visit_loop

    def visit_While(self, node: ast.While) -> ast.AST:
        if not self._scoping.depth:
            return self._visitor.generic_visit(node)
        site = self._build.site(node.test, "while", node.test)
        test = self._expressions.condition(node.test)
        step = self._build.call(hooks.step, site, at=node.test)
        node.test = at_place(ast.BoolOp(ast.And(), [step, test]), node.test)
        node.body = self._visitor.statements(node.body)
        node.orelse = self._visitor.statements(node.orelse)
        return node

    def visit_If(self, node: ast.If) -> ast.AST:
        node.test = self._expressions.condition(node.test)
        node.body = self._visitor.statements(node.body)
        node.orelse = self._visitor.statements(node.orelse)
        return node

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        node.test = self._expressions.condition(node.test)
        node.msg = self._visitor.visit(node.msg) if node.msg is not None else None
        return node

    def visit_Match(self, node: ast.Match) -> ast.AST:
        looking = any(_looks(case.pattern) for case in node.cases)
        site = self._build.site(node.subject, "match", node.subject)
        subject = node.subject
        node.subject = self._visitor.visit(subject)
        if self._scoping.depth and looking:
            node.subject = self._build.call(hooks.matched, node.subject, site, at=subject)
            if self._scoping.scope.kind == "function" and any(case.guard is not None for case in node.cases):
                name = self._build.temporary()
                held = at_place(ast.Name(name, ast.Store()), subject)
                node.subject = at_place(ast.NamedExpr(held, node.subject), subject)
                for case in node.cases:
                    if case.guard is not None:
                        again = self._build.call(hooks.missed, ast.Name(name, ast.Load()), site, at=case.guard)
                        guard = self._expressions.condition(case.guard)
                        case.guard = at_place(ast.BoolOp(ast.Or(), [guard, again]), case.guard)
        for case in node.cases:
            if case.guard is not None and not looking:
                case.guard = self._expressions.condition(case.guard)
            case.body = self._captured(case.pattern) + self._visitor.statements(case.body)
        return node

    def _captured(self, pattern: ast.pattern) -> list[ast.stmt]:
        """Stores of the shared names that a pattern has bound."""
        stores: list[ast.stmt] = []
        for each in ast.walk(pattern):
            name = each.rest if isinstance(each, ast.MatchMapping) else getattr(each, "name", None)
            if isinstance(name, str) and self._variables.holder(name, pattern) is not None:
                bound = at_place(ast.Name(name, ast.Load()), pattern)
                value = self._variables.stored(name, bound, bound)
                stores.append(at_place(ast.Assign([at_place(ast.Name(name, ast.Store()), pattern)], value), pattern))
        return stores

    def _visit_with(self, node: ast.With | ast.AsyncWith) -> ast.AST:
        stores: list[ast.stmt] = []
        for item in node.items:
            before = item.context_expr
            item.context_expr = self._visitor.visit(item.context_expr)
            if self._scoping.depth:
                site = self._build.site(before, "with", before)
                item.context_expr = self._build.call(hooks.context, item.context_expr, site, at=before)
                if item.optional_vars is not None:
                    stores += self._variables.detour(item.optional_vars)
            if item.optional_vars is not None:
                item.optional_vars = self._visitor.visit(item.optional_vars)
        node.body = stores + self._visitor.statements(node.body)
        return node

    visit_With = visit_AsyncWith = _visit_with


def _looks(pattern: ast.pattern) -> bool:
    """Whether a pattern looks into its subject."""
    return any(isinstance(each, ast.pattern) and not isinstance(each, _NOT_LOOKING) for each in ast.walk(pattern))
