"""Expressions: loads and calls become calls of hooks in the same place, so order is Python's by construction."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Final

from harness.instrument import hooks
from harness.instrument.node_builder import as_expression, at_place
from harness.instrument.visitor import Part

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.instrument.call_expressions import Calls
    from harness.instrument.node_builder import NodeBuilder
    from harness.instrument.scoping import Scoping
    from harness.instrument.visitor import Visitor

__all__ = ["Expressions"]

_SET_MAKERS: Final = ("set", "frozenset")
_MAKERS: Final = ("list", "tuple", "sorted", "dict")
"""Builtins whose result nobody else has."""
_SHARED: Final = (ast.Name, ast.Attribute, ast.Subscript)
"""What may lead to an object that somebody else has, too."""
_MADE_HERE: Final = (ast.Constant, ast.List, ast.Tuple, ast.GeneratorExp, ast.ListComp)


class Expressions(Part):
    """Rewrites expressions.

    Args:
        visitor, build, scoping: Of the module.
        calls: Its calls.
    """

    def __init__(self, visitor: Visitor, build: NodeBuilder, scoping: Scoping, calls: Calls) -> None:
        super().__init__(visitor, build, scoping)
        self._calls = calls

    # -- attributes and items -----------------------------------------------------------------------------------

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        base = node.value
        node.value = self._visitor.visit(node.value)
        if not self._scoping.depth or self._scoping.is_library(base):
            return node
        name = ast.Constant(self._scoping.mangled(node.attr))
        if isinstance(node.ctx, ast.Load):
            return self._build.call(hooks.load_attr, node.value, name, self._build.site(node, "read", base), at=node)
        op = "delete" if isinstance(node.ctx, ast.Del) else "write"
        target = self._build.call(hooks.AttrTarget, node.value, name, self._build.site(node, op, base), at=node)
        return at_place(ast.Attribute(target, "value", node.ctx), node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        base = node.value
        node.value, node.slice = self._visitor.visit(node.value), self._visitor.visit(node.slice)
        if not self._scoping.depth or self._scoping.is_confined(base):
            return node
        key = as_expression(node.slice)
        if isinstance(node.ctx, ast.Load):
            return self._build.call(hooks.load_item, node.value, key, self._build.site(node, "read", base), at=node)
        op = "delete" if isinstance(node.ctx, ast.Del) else "write"
        target = self._build.call(hooks.ItemTarget, node.value, key, self._build.site(node, op, base), at=node)
        return at_place(ast.Attribute(target, "value", node.ctx), node)

    def visit_Starred(self, node: ast.Starred) -> ast.AST:
        if not self._scoping.depth or not isinstance(node.ctx, ast.Load) or self._scoping.is_confined(node.value):
            return self._visitor.generic_visit(node)
        node.value = self.spread(self._visitor.visit(node.value), node.value)
        return node

    def spread(self, value: ast.expr, before: ast.expr) -> ast.expr:
        """``value``, the visited ``before``, whose elements are about to be taken one by one."""
        if self._scoping.is_confined(before):
            return value
        return self._build.call(hooks.spread, value, self._build.site(before, "spread", before), at=before)

    # -- what is walked -----------------------------------------------------------------------------------------

    def _visit_comprehension(self, node: Any) -> ast.AST:
        first = node.generators[0]
        first.iter = (
            self.iterable(self._visitor.visit(first.iter), first.iter)
            if self._scoping.depth and not first.is_async
            else self._visitor.visit(first.iter)
        )
        outer = self._scoping.enter(node)
        inside = self._scoping.depth
        for index, generator in enumerate(node.generators):
            if index:
                generator.iter = (
                    self.iterable(self._visitor.visit(generator.iter), generator.iter)
                    if inside and not generator.is_async
                    else self._visitor.visit(generator.iter)
                )
            generator.target = self._visitor.visit(generator.target)
            generator.ifs = [self._visitor.visit(each) for each in generator.ifs]
        for part in ("elt", "key", "value"):
            if hasattr(node, part):
                setattr(node, part, self._visitor.visit(getattr(node, part)))
        if isinstance(node, ast.GeneratorExp) and inside:
            node.elt = self._build.call(hooks.resumed, node.elt, self._build.site(node, "resume"), at=node.elt)
        if isinstance(node, ast.SetComp) and inside:
            node.elt = self._build.call(hooks.member, node.elt, at=node.elt)
        self._scoping.scope = outer
        return node  # type: ignore[no-any-return]

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _visit_comprehension

    def visit_Set(self, node: ast.Set) -> ast.AST:
        node.elts = [self._visitor.visit(each) for each in node.elts]
        if self._scoping.depth:
            node.elts = [
                each if isinstance(each, (ast.Constant, ast.Starred)) else self._build.call(hooks.member, each, at=each)
                for each in node.elts
            ]
        return node

    def iterable(self, iterable: ast.expr, before: ast.expr) -> ast.expr:
        if self._scoping.is_confined(before) or isinstance(before, _MADE_HERE):
            return iterable
        called = self._scoping.called_builtin(before)
        if isinstance(before, (ast.Set, ast.SetComp)) or called in _SET_MAKERS:
            return self._build.call(hooks.in_order, iterable, at=before)
        if called in ("range", *_MAKERS):
            return iterable
        hook = hooks.iterate_shared if isinstance(before, _SHARED) else hooks.iterate
        return self._build.call(hook, iterable, self._build.site(before, "iterate", before), at=before)

    # -- conditions ---------------------------------------------------------------------------------------------

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        name = type(node.op).__name__
        function = hooks.BINARY.get(name) or hooks.COMPARING.get(name)
        if (
            not self._scoping.depth
            or function is None
            or _is_plain(node.left, node.op)
            or _is_plain(node.right, node.op)
        ):
            return self._visitor.generic_visit(node)
        return self._operator(
            hooks.binary if name in hooks.BINARY else hooks.compare, function, node.left, node.right, node
        )

    def _operator(
        self, hook: Callable[..., Any], function: Callable[..., Any], left: ast.expr, right: ast.expr, node: ast.expr
    ) -> ast.expr:
        site = self._build.site(node, "look", left)
        name = self._build.constant(function, f"operator.{function.__name__}")
        return self._build.call(hook, name, self._visitor.visit(left), self._visitor.visit(right), site, at=node)

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        node.values = [self.condition(value) for value in node.values]
        return node

    def visit_FormattedValue(self, node: ast.FormattedValue) -> ast.AST:
        node.value = self._calls.looked_into(node.value)
        if node.format_spec is not None:
            node.format_spec = self._visitor.visit(node.format_spec)
        return node

    def visit_Dict(self, node: ast.Dict) -> ast.AST:
        node.keys = [self._visitor.visit(key) if key is not None else None for key in node.keys]
        node.values = [
            self._visitor.visit(value) if key is not None else self._calls.looked_into(value)
            for key, value in zip(node.keys, node.values, strict=True)
        ]
        return node

    def visit_keyword(self, node: ast.keyword) -> ast.AST:
        node.value = self._visitor.visit(node.value) if node.arg is not None else self._calls.looked_into(node.value)
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        if self._scoping.depth and len(node.ops) == 1:
            function = hooks.COMPARING.get(type(node.ops[0]).__name__)
            left, right = node.left, node.comparators[0]
            if function is not None and not any(isinstance(side, ast.Constant) for side in (left, right)):
                return self._operator(hooks.compare, function, left, right, node)
        elif self._scoping.depth:
            return self._visit_chain(node)
        if self._scoping.depth and len(node.ops) == 1 and isinstance(node.ops[0], (ast.In, ast.NotIn)):
            container = node.comparators[0]
            if self._scoping.is_confined(container):
                return self._visitor.generic_visit(node)
            site = self._build.site(node, "in", container)
            left, right = self._visitor.visit(left), self._visitor.visit(container)
            found: ast.expr = self._build.call(hooks.contains, left, right, site, at=node)
            return found if isinstance(node.ops[0], ast.In) else at_place(ast.UnaryOp(ast.Not(), found), node)
        return self._visitor.generic_visit(node)

    def _visit_chain(self, node: ast.Compare) -> ast.AST:
        """``a < b < c``: ``a < b`` and, of the same ``b``, ``b < c``."""
        if self._scoping.scope.kind != "function":  # an assignment expression would bind elsewhere
            node.left = self._calls.looked_into(node.left)
            node.comparators = [self._calls.looked_into(each) for each in node.comparators]
            return node
        parts: list[ast.expr] = []
        left = node.left
        for operator, right in zip(node.ops, node.comparators, strict=True):
            following: ast.expr = right
            if right is not node.comparators[-1] and not isinstance(right, ast.Constant):
                name = self._build.temporary()
                right = at_place(ast.NamedExpr(at_place(ast.Name(name, ast.Store()), right), right), right)
                following = at_place(ast.Name(name, ast.Load()), right)
            parts.append(at_place(ast.Compare(left, [operator], [right]), node))
            left = following
        return at_place(ast.BoolOp(ast.And(), [self._visitor.visit(part) for part in parts]), node)

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        node.test = self.condition(node.test)
        node.body, node.orelse = self._visitor.visit(node.body), self._visitor.visit(node.orelse)
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        node.operand = (
            self.condition(node.operand) if isinstance(node.op, ast.Not) else self._visitor.visit(node.operand)
        )
        return node

    def condition(self, test: ast.expr) -> ast.expr:
        """A condition: a container among the plain expressions is asked for its size."""
        site = test
        new: ast.expr = self._visitor.visit(test)
        if (
            self._scoping.depth
            and isinstance(site, (ast.Name, ast.Attribute, ast.Subscript))
            and not self._scoping.is_confined(site)
        ):
            return self._build.call(hooks.truth, new, self._build.site(site, "truth", site), at=site)
        return new

    # Patterns and annotations mean what they say: they are not expressions to be evaluated in our way.

    def visit_MatchValue(self, node: ast.MatchValue) -> ast.AST:
        return node

    def visit_MatchClass(self, node: ast.MatchClass) -> ast.AST:
        return node

    def visit_MatchMapping(self, node: ast.MatchMapping) -> ast.AST:
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        return node

    def visit_TypeAlias(self, node: ast.AST) -> ast.AST:
        return node


def _is_plain(side: ast.expr, operator: ast.operator) -> bool:
    """An operand by which the other one cannot be a container that is looked into."""
    if isinstance(side, ast.JoinedStr):
        return True
    if not isinstance(side, ast.Constant):
        return False
    return not (
        isinstance(operator, ast.Mult) or (isinstance(operator, ast.Mod) and isinstance(side.value, (str, bytes)))
    )
