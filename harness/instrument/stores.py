"""Announces stores of attributes, items and shared variables, in two ways.

* ``a.x = v`` becomes ``store_attr(v, a, "x", site)``: value first, then the object, as Python does it;
* any other target (unpacking, ``for``, ``with``, ``del``, ``+=``) becomes ``AttrTarget(a, "x", site).value``. Python
  evaluates that when it would have evaluated ``a``, and then loads, stores or deletes the attribute ``value``, which is
  the access. So ``a.x += f()`` evaluates ``a`` once, loads, calls ``f``, adds in place and stores, without our doing.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from harness.instrument import hooks
from harness.instrument.node_builder import as_expression, at_place
from harness.instrument.visitor import Part

if TYPE_CHECKING:
    from harness.instrument.expressions import Expressions
    from harness.instrument.node_builder import NodeBuilder
    from harness.instrument.scoping import Scoping
    from harness.instrument.variable_names import Variables
    from harness.instrument.visitor import Visitor

__all__ = ["Assignments"]


class Assignments(Part):
    """Rewrites assignments and ``del``.

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

    def visit_Assign(self, node: ast.Assign) -> ast.AST | list[ast.stmt]:
        value = self._visitor.visit(node.value)
        if self._scoping.depth and len(node.targets) == 1:
            target = node.targets[0]
            if isinstance(target, ast.Attribute):
                obj, name = self._visitor.visit(target.value), ast.Constant(self._scoping.mangled(target.attr))
                site = self._build.site(target, "write", target.value)
                return at_place(ast.Expr(self._build.call(hooks.store_attr, value, obj, name, site, at=node)), node)
            if isinstance(target, ast.Subscript) and not self._scoping.is_confined(target.value):
                site = self._build.site(target, "write", target.value)
                obj, key = self._visitor.visit(target.value), as_expression(self._visitor.visit(target.slice))
                return at_place(ast.Expr(self._build.call(hooks.store_item, value, obj, key, site, at=node)), node)
            if isinstance(target, ast.Name):
                node.value = self._variables.stored(target.id, value, node)
                return node
        if self._scoping.depth and any(isinstance(target, (ast.Tuple, ast.List)) for target in node.targets):
            value = (
                value if isinstance(node.value, (ast.Tuple, ast.List)) else self._expressions.spread(value, node.value)
            )
        node.value = value
        stores = (
            [store for target in node.targets for store in self._variables.detour(target)]
            if self._scoping.depth
            else []
        )
        node.targets = [self._visitor.visit(target) for target in node.targets]
        return [node, *stores]

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | list[ast.stmt]:
        if node.value is not None:
            value = self._visitor.visit(node.value)
            node.value = (
                self._variables.stored(node.target.id, value, node) if isinstance(node.target, ast.Name) else value
            )
        if not isinstance(node.target, ast.Name) and node.value is not None:
            node.target = self._visitor.visit(node.target)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST | list[ast.stmt]:
        if (
            isinstance(node.target, ast.Name)
            and self._scoping.depth
            and self._variables.holder(node.target.id, node) is not None
        ):
            name, temporary = node.target.id, self._build.temporary()
            load = self._visitor.visit(at_place(ast.Name(name, ast.Load()), node.target))
            first = at_place(ast.Assign([at_place(ast.Name(temporary, ast.Store()), node)], load), node)
            middle = at_place(
                ast.AugAssign(
                    at_place(ast.Name(temporary, ast.Store()), node), node.op, self._visitor.visit(node.value)
                ),
                node,
            )
            value = self._variables.stored(name, at_place(ast.Name(temporary, ast.Load()), node), node)
            last = at_place(ast.Assign([at_place(ast.Name(name, ast.Store()), node)], value), node)
            return [first, middle, last]
        if isinstance(node.target, ast.Attribute) and self._scoping.depth and self._scoping.scope.kind == "function":
            return self._add_to_attribute(node, node.target)
        if isinstance(node.target, ast.Name):
            node.value = self._changing(node, ast.Name(node.target.id, ast.Load()))
            return node
        node.target = self._visitor.visit(node.target)
        node.value = self._visitor.visit(node.value)
        return node

    def visit_Delete(self, node: ast.Delete) -> ast.AST | list[ast.stmt]:
        result: list[ast.stmt] = []
        for target in node.targets:
            if (
                isinstance(target, ast.Name)
                and self._scoping.depth
                and self._variables.holder(target.id, target) is not None
            ):
                stored = self._variables.stored(target.id, at_place(ast.Constant(None), target), target)
                result.append(at_place(ast.Expr(stored), target))
            result.append(at_place(ast.Delete([self._visitor.visit(target)]), node))
        return result

    def _changing(self, node: ast.AugAssign, target: ast.Name) -> ast.expr:
        """The right side of ``name += value``, by which what the name stands for may be changed."""
        value: ast.expr = self._visitor.visit(node.value)
        if (
            not self._scoping.depth
            or isinstance(node.value, (ast.Constant, ast.JoinedStr))
            or self._scoping.is_confined(target)
        ):
            return value
        site = self._build.site(node, "change", node.target)
        return self._build.call(hooks.in_place, at_place(target, node.target), value, site, at=node)

    def _add_to_attribute(self, node: ast.AugAssign, target: ast.Attribute) -> list[ast.stmt]:
        """``a.x += v``, the commonest race of all, without an :class:`AttrTarget`: load, add in place, store."""
        obj, value = self._build.temporary(), self._build.temporary()

        def load(name: str) -> ast.Name:
            return at_place(ast.Name(name, ast.Load()), target)

        def store(name: str) -> ast.Name:
            return at_place(ast.Name(name, ast.Store()), target)

        attribute = ast.Constant(self._scoping.mangled(target.attr))
        reading, writing = (
            self._build.site(target, "read", target.value),
            self._build.site(target, "write", target.value),
        )
        loaded = self._build.call(hooks.load_attr, load(obj), attribute, reading, at=target)
        stored = self._build.call(hooks.store_attr, load(value), load(obj), attribute, writing, at=target)
        return [
            at_place(ast.Assign([store(obj)], self._visitor.visit(target.value)), node),
            at_place(ast.Assign([store(value)], loaded), node),
            at_place(ast.AugAssign(store(value), node.op, self._changing(node, load(value))), node),
            at_place(ast.Expr(stored), node),
            at_place(ast.Delete([at_place(ast.Name(each, ast.Del()), node) for each in (obj, value)]), node),
        ]
