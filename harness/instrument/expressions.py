"""Expressions: loads and calls become calls of hooks in the same place, so order is Python's by construction."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Final

from harness.instrument import hooks
from harness.instrument.call_expressions import Calls
from harness.instrument.marks import as_expression, at_place

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Expressions"]

_SET_MAKERS: Final = ("set", "frozenset")
_MAKERS: Final = ("list", "tuple", "sorted", "dict")
"""Builtins whose result nobody else has."""
_SHARED: Final = (ast.Name, ast.Attribute, ast.Subscript)
"""What may lead to an object that somebody else has, too."""
_MADE_HERE: Final = (ast.Constant, ast.List, ast.Tuple, ast.GeneratorExp, ast.ListComp)


class Expressions(Calls):
    """Rewrites expressions."""

    # -- attributes and items -----------------------------------------------------------------------------------

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        base = node.value
        node.value = self.visit(node.value)
        if not self._depth or self._is_library(base):
            return node
        name = ast.Constant(self._mangled(node.attr))
        if isinstance(node.ctx, ast.Load):
            return self._call(hooks.load_attr, node.value, name, self._site(node, "read", base), at=node)
        op = "delete" if isinstance(node.ctx, ast.Del) else "write"
        target = self._call(hooks.AttrTarget, node.value, name, self._site(node, op, base), at=node)
        return at_place(ast.Attribute(target, "value", node.ctx), node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        base = node.value
        node.value, node.slice = self.visit(node.value), self.visit(node.slice)
        if not self._depth or self._is_confined(base):
            return node
        key = as_expression(node.slice)
        if isinstance(node.ctx, ast.Load):
            return self._call(hooks.load_item, node.value, key, self._site(node, "read", base), at=node)
        op = "delete" if isinstance(node.ctx, ast.Del) else "write"
        target = self._call(hooks.ItemTarget, node.value, key, self._site(node, op, base), at=node)
        return at_place(ast.Attribute(target, "value", node.ctx), node)

    def visit_Starred(self, node: ast.Starred) -> ast.AST:
        if not self._depth or not isinstance(node.ctx, ast.Load) or self._is_confined(node.value):
            return self.generic_visit(node)
        node.value = self._spread(self.visit(node.value), node.value)
        return node

    def _spread(self, value: ast.expr, before: ast.expr) -> ast.expr:
        """``value``, the visited ``before``, whose elements are about to be taken one by one."""
        if self._is_confined(before):
            return value
        return self._call(hooks.spread, value, self._site(before, "spread", before), at=before)

    # -- what is walked -----------------------------------------------------------------------------------------

    def _visit_comprehension(self, node: Any) -> ast.AST:
        first = node.generators[0]
        first.iter = (
            self._iterable(self.visit(first.iter), first.iter)
            if self._depth and not first.is_async
            else self.visit(first.iter)
        )
        outer, self._scope = self._scope, self._scopes.of[node]
        inside = self._depth
        for index, generator in enumerate(node.generators):
            if index:
                generator.iter = (
                    self._iterable(self.visit(generator.iter), generator.iter)
                    if inside and not generator.is_async
                    else self.visit(generator.iter)
                )
            generator.target = self.visit(generator.target)
            generator.ifs = [self.visit(each) for each in generator.ifs]
        for part in ("elt", "key", "value"):
            if hasattr(node, part):
                setattr(node, part, self.visit(getattr(node, part)))
        if isinstance(node, ast.GeneratorExp) and inside:
            node.elt = self._call(hooks.resumed, node.elt, self._site(node, "resume"), at=node.elt)
        if isinstance(node, ast.SetComp) and inside:
            node.elt = self._call(hooks.member, node.elt, at=node.elt)
        self._scope = outer
        return node  # type: ignore[no-any-return]

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _visit_comprehension

    def visit_Set(self, node: ast.Set) -> ast.AST:
        node.elts = [self.visit(each) for each in node.elts]
        if self._depth:
            node.elts = [
                each if isinstance(each, (ast.Constant, ast.Starred)) else self._call(hooks.member, each, at=each)
                for each in node.elts
            ]
        return node

    def _iterable(self, iterable: ast.expr, before: ast.expr) -> ast.expr:
        if self._is_confined(before) or isinstance(before, _MADE_HERE):
            return iterable
        called = self._called_builtin(before)
        if isinstance(before, (ast.Set, ast.SetComp)) or called in _SET_MAKERS:
            return self._call(hooks.in_order, iterable, at=before)
        if called in ("range", *_MAKERS):
            return iterable
        hook = hooks.iterate_shared if isinstance(before, _SHARED) else hooks.iterate
        return self._call(hook, iterable, self._site(before, "iterate", before), at=before)

    def _called_builtin(self, node: ast.expr) -> str:
        """The name of a builtin that ``node`` calls; ``""`` for anything else."""
        match node:
            case ast.Call(func=ast.Name(id=name)):
                if name not in self._scopes.bound_globals and self._scope.owner(name) is None:
                    return name
        return ""

    # -- conditions ---------------------------------------------------------------------------------------------

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        name = type(node.op).__name__
        function = hooks.BINARY.get(name) or hooks.COMPARING.get(name)
        if not self._depth or function is None or _is_plain(node.left, node.op) or _is_plain(node.right, node.op):
            return self.generic_visit(node)
        return self._operator(
            hooks.binary if name in hooks.BINARY else hooks.compare, function, node.left, node.right, node
        )

    def _operator(
        self, hook: Callable[..., Any], function: Callable[..., Any], left: ast.expr, right: ast.expr, node: ast.expr
    ) -> ast.expr:
        site = self._site(node, "look", left)
        name = self._constant(function, f"operator.{function.__name__}")
        return self._call(hook, name, self.visit(left), self.visit(right), site, at=node)

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        node.values = [self._condition(value) for value in node.values]
        return node

    def visit_FormattedValue(self, node: ast.FormattedValue) -> ast.AST:
        node.value = self._looked_into(node.value)
        if node.format_spec is not None:
            node.format_spec = self.visit(node.format_spec)
        return node

    def visit_Dict(self, node: ast.Dict) -> ast.AST:
        node.keys = [self.visit(key) if key is not None else None for key in node.keys]
        node.values = [
            self.visit(value) if key is not None else self._looked_into(value)
            for key, value in zip(node.keys, node.values, strict=True)
        ]
        return node

    def visit_keyword(self, node: ast.keyword) -> ast.AST:
        node.value = self.visit(node.value) if node.arg is not None else self._looked_into(node.value)
        return node

    def visit_YieldFrom(self, node: ast.YieldFrom) -> ast.AST:
        self._yields = True
        before = node.value
        node.value = self.visit(before)
        if self._depth and isinstance(before, _SHARED):
            node.value = self._call(hooks.delegated, node.value, self._site(before, "iterate", before), at=before)
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        if self._depth and len(node.ops) == 1:
            function = hooks.COMPARING.get(type(node.ops[0]).__name__)
            left, right = node.left, node.comparators[0]
            if function is not None and not any(isinstance(side, ast.Constant) for side in (left, right)):
                return self._operator(hooks.compare, function, left, right, node)
        elif self._depth:
            return self._visit_chain(node)
        if self._depth and len(node.ops) == 1 and isinstance(node.ops[0], (ast.In, ast.NotIn)):
            container = node.comparators[0]
            if self._is_confined(container):
                return self.generic_visit(node)
            site = self._site(node, "in", container)
            left, right = self.visit(left), self.visit(container)
            found: ast.expr = self._call(hooks.contains, left, right, site, at=node)
            return found if isinstance(node.ops[0], ast.In) else at_place(ast.UnaryOp(ast.Not(), found), node)
        return self.generic_visit(node)

    def _visit_chain(self, node: ast.Compare) -> ast.AST:
        """``a < b < c``: ``a < b`` and, of the same ``b``, ``b < c``."""
        if self._scope.kind != "function":  # an assignment expression would bind elsewhere
            node.left = self._looked_into(node.left)
            node.comparators = [self._looked_into(each) for each in node.comparators]
            return node
        parts: list[ast.expr] = []
        left = node.left
        for operator, right in zip(node.ops, node.comparators, strict=True):
            following: ast.expr = right
            if right is not node.comparators[-1] and not isinstance(right, ast.Constant):
                name = self._temporary()
                right = at_place(ast.NamedExpr(at_place(ast.Name(name, ast.Store()), right), right), right)
                following = at_place(ast.Name(name, ast.Load()), right)
            parts.append(at_place(ast.Compare(left, [operator], [right]), node))
            left = following
        return at_place(ast.BoolOp(ast.And(), [self.visit(part) for part in parts]), node)

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        node.test = self._condition(node.test)
        node.body, node.orelse = self.visit(node.body), self.visit(node.orelse)
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        node.operand = self._condition(node.operand) if isinstance(node.op, ast.Not) else self.visit(node.operand)
        return node

    def _condition(self, test: ast.expr) -> ast.expr:
        """A condition: a container among the plain expressions is asked for its size."""
        site = test
        new: ast.expr = self.visit(test)
        if self._depth and isinstance(site, (ast.Name, ast.Attribute, ast.Subscript)) and not self._is_confined(site):
            return self._call(hooks.truth, new, self._site(site, "truth", site), at=site)
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
