"""Definitions: the bodies of functions are rewritten, each in the scope that it opens."""

from __future__ import annotations

import ast
from typing import Final

from harness.instrument import hooks
from harness.instrument.node_builder import at_place
from harness.instrument.visitor import Part

__all__ = ["Definitions"]

_SHARED: Final = (ast.Name, ast.Attribute, ast.Subscript)
"""Expressions that may lead to an iterator that others have, too."""


class Definitions(Part):
    """Rewrites functions, classes and ``yield``."""

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        node.decorator_list = [self._visitor.visit(each) for each in node.decorator_list]
        self._defaults(node.args)
        outer, self._scoping.yields = self._scoping.yields, False
        self._in_scope(node, ["body"], node.name)
        if self._scoping.yields and isinstance(node, ast.FunctionDef):
            first = node.body[0]
            resumed = self._build.call(hooks.resumed, ast.Constant(None), self._build.site(first, "resume"), at=first)
            has_docstring = ast.get_docstring(node, clean=False) is not None
            node.body.insert(1 if has_docstring else 0, at_place(ast.Expr(resumed), first))
        self._scoping.yields = outer
        return node

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self.visit_FunctionDef(node)

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        self._defaults(node.args)
        self._in_scope(node, ["body"], "<lambda>")
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.decorator_list = [self._visitor.visit(each) for each in node.decorator_list]
        node.bases = [self._visitor.visit(each) for each in node.bases]
        node.keywords = [self._visitor.visit(each) for each in node.keywords]
        outer = self._scoping.enter(node)
        self._scoping.classes.append(node.name)
        self._build.functions.append(node.name)
        node.body = self._visitor.statements(node.body)
        self._build.functions.pop()
        self._scoping.classes.pop()
        self._scoping.scope = outer
        return node

    def visit_Yield(self, node: ast.Yield) -> ast.AST:
        self._scoping.yields = True
        self._visitor.generic_visit(node)
        return (
            self._build.call(hooks.resumed, node, self._build.site(node, "resume"), at=node)
            if self._scoping.depth
            else node
        )

    def visit_YieldFrom(self, node: ast.YieldFrom) -> ast.AST:
        self._scoping.yields = True
        before = node.value
        node.value = self._visitor.visit(before)
        if self._scoping.depth and isinstance(before, _SHARED):
            node.value = self._build.call(
                hooks.delegated, node.value, self._build.site(before, "iterate", before), at=before
            )
        return node

    def _in_scope(self, node: ast.AST, parts: list[str], name: str) -> None:
        outer = self._scoping.enter(node)
        self._build.functions.append(name)
        self._scoping.depth += 1
        for part in parts:
            value = getattr(node, part)
            if isinstance(value, list):
                setattr(node, part, self._visitor.statements(value))
            else:
                setattr(node, part, self._visitor.visit(value))
        self._scoping.depth -= 1
        self._build.functions.pop()
        self._scoping.scope = outer

    def _defaults(self, arguments: ast.arguments) -> None:
        arguments.defaults = [self._visitor.visit(each) for each in arguments.defaults]
        arguments.kw_defaults = [
            self._visitor.visit(each) if each is not None else None for each in arguments.kw_defaults
        ]
