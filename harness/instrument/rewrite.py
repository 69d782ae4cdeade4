"""The rewrite: the AST of a module in, the same AST with calls of the hooks in place of accesses out.

Loads become calls in the same place, so order is Python's by construction. For stores there are two ways:

* ``a.x = v`` becomes ``store_attr(v, a, "x", site)``: value first, then the object, as Python does it;
* any other target (unpacking, ``for``, ``with``, ``del``, ``+=``) becomes ``AttrTarget(a, "x", site).value``. Python
  evaluates that when it would have evaluated ``a``, and then loads, stores or deletes the attribute ``value``, which is
  the access. So ``a.x += f()`` evaluates ``a`` once, loads, calls ``f``, adds in place and stores, without our doing.

Only the bodies of functions are rewritten: what runs at import runs once, before any schedule. ``marks.py`` makes the
nodes, ``scoping.py`` knows the names, ``expressions.py`` rewrites what is loaded and called, and here are the
statements.
"""

from __future__ import annotations

import ast
from typing import Any

from harness.instrument import hooks
from harness.instrument.expressions import Expressions
from harness.instrument.marks import as_expression, at_place

__all__ = ["Rewriter"]

_NOT_LOOKING = (ast.MatchAs, ast.MatchValue, ast.MatchSingleton)
"""Patterns that do not look into a container or an object; a name may stand for a pattern in it."""


class Rewriter(Expressions):
    """Rewrites one module.

    Args:
        tree: The module; it is changed in place.
        file: Its path, for the sites.
        source: Its text, for the sites.
        names: The globals of the module.

    Attributes:
        constants: Marker -> hook or site that takes its place in the compiled code.
    """

    def __init__(self, tree: ast.Module, file: str, source: str, names: dict[str, Any]) -> None:
        super().__init__(tree, file, source, names)
        self.generic_visit(tree)

    def visit_Assign(self, node: ast.Assign) -> ast.AST | list[ast.stmt]:
        value = self.visit(node.value)
        if self._depth and len(node.targets) == 1:
            target = node.targets[0]
            if isinstance(target, ast.Attribute):
                obj, name = self.visit(target.value), ast.Constant(self._mangled(target.attr))
                site = self._site(target, "write", target.value)
                return at_place(ast.Expr(self._call(hooks.store_attr, value, obj, name, site, at=node)), node)
            if isinstance(target, ast.Subscript) and not self._is_confined(target.value):
                site = self._site(target, "write", target.value)
                obj, key = self.visit(target.value), as_expression(self.visit(target.slice))
                return at_place(ast.Expr(self._call(hooks.store_item, value, obj, key, site, at=node)), node)
            if isinstance(target, ast.Name):
                node.value = self._stored(target.id, value, node)
                return node
        if self._depth and any(isinstance(target, (ast.Tuple, ast.List)) for target in node.targets):
            value = value if isinstance(node.value, (ast.Tuple, ast.List)) else self._spread(value, node.value)
        node.value = value
        stores = [store for target in node.targets for store in self._detour(target)] if self._depth else []
        node.targets = [self.visit(target) for target in node.targets]
        return [node, *stores]

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | list[ast.stmt]:
        if node.value is not None:
            value = self.visit(node.value)
            node.value = self._stored(node.target.id, value, node) if isinstance(node.target, ast.Name) else value
        if not isinstance(node.target, ast.Name) and node.value is not None:
            node.target = self.visit(node.target)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST | list[ast.stmt]:
        if isinstance(node.target, ast.Name) and self._depth and self._holder(node.target.id, node) is not None:
            name, temporary = node.target.id, self._temporary()
            load = self.visit(at_place(ast.Name(name, ast.Load()), node.target))
            first = at_place(ast.Assign([at_place(ast.Name(temporary, ast.Store()), node)], load), node)
            middle = at_place(
                ast.AugAssign(at_place(ast.Name(temporary, ast.Store()), node), node.op, self.visit(node.value)), node
            )
            value = self._stored(name, at_place(ast.Name(temporary, ast.Load()), node), node)
            last = at_place(ast.Assign([at_place(ast.Name(name, ast.Store()), node)], value), node)
            return [first, middle, last]
        if isinstance(node.target, ast.Attribute) and self._depth and self._scope.kind == "function":
            return self._add_to_attribute(node, node.target)
        if isinstance(node.target, ast.Name):
            node.value = self._changing(node, ast.Name(node.target.id, ast.Load()))
            return node
        node.target = self.visit(node.target)
        node.value = self.visit(node.value)
        return node

    def _changing(self, node: ast.AugAssign, target: ast.Name) -> ast.expr:
        """The right side of ``name += value``, by which what the name stands for may be changed."""
        value: ast.expr = self.visit(node.value)
        if not self._depth or isinstance(node.value, (ast.Constant, ast.JoinedStr)) or self._is_confined(target):
            return value
        site = self._site(node, "change", node.target)
        return self._call(hooks.in_place, at_place(target, node.target), value, site, at=node)

    def _add_to_attribute(self, node: ast.AugAssign, target: ast.Attribute) -> list[ast.stmt]:
        """``a.x += v``, the commonest race of all, without an :class:`AttrTarget`: load, add in place, store."""
        obj, value = self._temporary(), self._temporary()

        def load(name: str) -> ast.Name:
            return at_place(ast.Name(name, ast.Load()), target)

        def store(name: str) -> ast.Name:
            return at_place(ast.Name(name, ast.Store()), target)

        attribute = ast.Constant(self._mangled(target.attr))
        reading, writing = self._site(target, "read", target.value), self._site(target, "write", target.value)
        loaded = self._call(hooks.load_attr, load(obj), attribute, reading, at=target)
        stored = self._call(hooks.store_attr, load(value), load(obj), attribute, writing, at=target)
        return [
            at_place(ast.Assign([store(obj)], self.visit(target.value)), node),
            at_place(ast.Assign([store(value)], loaded), node),
            at_place(ast.AugAssign(store(value), node.op, self._changing(node, load(value))), node),
            at_place(ast.Expr(stored), node),
            at_place(ast.Delete([at_place(ast.Name(each, ast.Del()), node) for each in (obj, value)]), node),
        ]

    def visit_Delete(self, node: ast.Delete) -> ast.AST | list[ast.stmt]:
        result: list[ast.stmt] = []
        for target in node.targets:
            if isinstance(target, ast.Name) and self._depth and self._holder(target.id, target) is not None:
                stored = self._stored(target.id, at_place(ast.Constant(None), target), target)
                result.append(at_place(ast.Expr(stored), target))
            result.append(at_place(ast.Delete([self.visit(target)]), node))
        return result

    def _visit_loop(self, node: ast.For | ast.AsyncFor) -> ast.AST:
        before = node.iter
        node.iter = self.visit(node.iter)
        if self._depth:
            if isinstance(node, ast.For):
                node.iter = self._iterable(node.iter, before)
            stores = self._detour(node.target)
        else:
            stores = []
        node.target = self.visit(node.target)
        node.body = stores + self._statements(node.body)
        node.orelse = self._statements(node.orelse)
        return node

    visit_For = visit_AsyncFor = _visit_loop

    def visit_While(self, node: ast.While) -> ast.AST:
        if not self._depth:
            return self.generic_visit(node)
        site = self._site(node.test, "while", node.test)
        test = self._condition(node.test)
        step = self._call(hooks.step, site, at=node.test)
        node.test = at_place(ast.BoolOp(ast.And(), [step, test]), node.test)
        node.body = self._statements(node.body)
        node.orelse = self._statements(node.orelse)
        return node

    def visit_Match(self, node: ast.Match) -> ast.AST:
        looking = any(_looks(case.pattern) for case in node.cases)
        site = self._site(node.subject, "match", node.subject)
        subject = node.subject
        node.subject = self.visit(subject)
        if self._depth and looking:
            node.subject = self._call(hooks.matched, node.subject, site, at=subject)
            if self._scope.kind == "function" and any(case.guard is not None for case in node.cases):
                name = self._temporary()
                held = at_place(ast.Name(name, ast.Store()), subject)
                node.subject = at_place(ast.NamedExpr(held, node.subject), subject)
                for case in node.cases:
                    if case.guard is not None:
                        again = self._call(hooks.missed, ast.Name(name, ast.Load()), site, at=case.guard)
                        guard = self._condition(case.guard)
                        case.guard = at_place(ast.BoolOp(ast.Or(), [guard, again]), case.guard)
        for case in node.cases:
            if case.guard is not None and not looking:
                case.guard = self._condition(case.guard)
            case.body = self._captured(case.pattern) + self._statements(case.body)
        return node

    def _captured(self, pattern: ast.pattern) -> list[ast.stmt]:
        """Stores of the shared names that a pattern has bound."""
        stores: list[ast.stmt] = []
        for each in ast.walk(pattern):
            name = each.rest if isinstance(each, ast.MatchMapping) else getattr(each, "name", None)
            if isinstance(name, str) and self._holder(name, pattern) is not None:
                bound = at_place(ast.Name(name, ast.Load()), pattern)
                value = self._stored(name, bound, bound)
                stores.append(at_place(ast.Assign([at_place(ast.Name(name, ast.Store()), pattern)], value), pattern))
        return stores

    def visit_If(self, node: ast.If) -> ast.AST:
        node.test = self._condition(node.test)
        node.body = self._statements(node.body)
        node.orelse = self._statements(node.orelse)
        return node

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        node.test = self._condition(node.test)
        node.msg = self.visit(node.msg) if node.msg is not None else None
        return node

    def _visit_with(self, node: ast.With | ast.AsyncWith) -> ast.AST:
        stores: list[ast.stmt] = []
        for item in node.items:
            before = item.context_expr
            item.context_expr = self.visit(item.context_expr)
            if self._depth:
                site = self._site(before, "with", before)
                item.context_expr = self._call(hooks.context, item.context_expr, site, at=before)
                if item.optional_vars is not None:
                    stores += self._detour(item.optional_vars)
            if item.optional_vars is not None:
                item.optional_vars = self.visit(item.optional_vars)
        node.body = stores + self._statements(node.body)
        return node

    visit_With = visit_AsyncWith = _visit_with


def _looks(pattern: ast.pattern) -> bool:
    """Whether a pattern looks into its subject."""
    return any(isinstance(each, ast.pattern) and not isinstance(each, _NOT_LOOKING) for each in ast.walk(pattern))
