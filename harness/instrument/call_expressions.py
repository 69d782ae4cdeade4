"""Calls: the function is asked for what announces the call, where its own code does not."""

from __future__ import annotations

import ast
from typing import Final

from harness.instrument import hooks
from harness.instrument.node_builder import at_place
from harness.instrument.visitor import Part

__all__ = ["Calls"]

_EVALUATING: Final = frozenset({"eval", "exec"})
_FRAME_BOUND: Final = frozenset({"super", "locals", "globals", "isinstance", "issubclass", "callable", "id", "type"})
"""Builtins that look at the frame that calls them, or at nothing that changes."""
_TAKING_ONE: Final = frozenset({"add", "append", "appendleft", "discard", "get", "insert", "pop", "setdefault"})
"""Methods of containers that do not look into what they are given."""
_COPIERS: Final = frozenset({"copy", "deepcopy", "replace", "asdict", "astuple"})
_NEVER_CHANGING: Final = (ast.Constant, ast.JoinedStr, ast.Lambda)


class Calls(Part):
    """Rewrites calls."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        function = node.func
        if not self._scoping.depth:
            return self._visitor.generic_visit(node)
        if isinstance(function, ast.Attribute):
            if self._scoping.is_confined(function.value):
                return self._visit_confined_call(node, function)
            if not self._scoping.is_library(function.value) or function.attr in _COPIERS:
                return self._visit_method_call(node, function)
            if self._scoping.is_controlled_function(function):
                return self._visitor.generic_visit(node)
        elif isinstance(function, ast.Name) and self._scoping.scope.owner(function.id) is None:
            name = function.id
            if name in _EVALUATING:
                return self._visit_evaluation(node)
            if name in hooks.BUILTIN_NAMES and not (len(node.args) == 1 and self._scoping.is_confined(node.args[0])):
                site = self._build.site(node, _op_of_builtin(node, name), node.args[0] if node.args else node)
                callee: list[ast.expr] = [self._visitor.visit(function), site]
                args = [self._visitor.visit(each) for each in node.args]
                keywords = [self._visitor.visit(each) for each in node.keywords]
                return at_place(
                    ast.Call(self._build.constant(hooks.call_builtin, "call_builtin"), callee + args, keywords), node
                )
            if name in _FRAME_BOUND or self._scoping.is_rewritten_function(name):
                return self._visitor.generic_visit(node)
        site = self._build.site(node, "call", node.args[0] if node.args else node)
        node.func = self._build.call(hooks.callee, self._visitor.visit(function), site, at=function)
        node.args = [self._visitor.visit(each) for each in node.args]
        node.keywords = [self._visitor.visit(each) for each in node.keywords]
        return node

    def _visit_confined_call(self, node: ast.Call, function: ast.Attribute) -> ast.AST:
        """A method of a container that nobody else has; what it is given may be shared."""
        if function.attr not in _TAKING_ONE:
            node.args = [self.looked_into(each) for each in node.args]
            node.keywords = [self._visitor.visit(each) for each in node.keywords]
            return node
        return self._visitor.generic_visit(node)

    def _visit_evaluation(self, node: ast.Call) -> ast.AST:
        """``eval(text)``, ``exec(text, names)``: code without source, which can use all that the names stand for."""
        node.args = [self._visitor.visit(each) for each in node.args]
        node.keywords = [self._visitor.visit(each) for each in node.keywords]
        if node.args and not isinstance(node.args[0], ast.Starred):
            names = node.args[1:] or [ast.Call(ast.Name("locals", ast.Load()), [], [])]
            if not any(isinstance(each, ast.Starred) for each in names):
                site = self._build.site(node, "call", node)
                used: list[ast.expr] = [self._build.call(hooks.used, each, site, at=node) for each in names]
                node.args[1:] = used if len(node.args) > 1 else []
                if len(node.args) == 1:
                    node.args[0] = self._build.call(hooks.before, node.args[0], used[0], at=node)
        return node

    def _visit_method_call(self, node: ast.Call, function: ast.Attribute) -> ast.AST:
        base = function.value
        obj = self._visitor.visit(function.value)
        name = ast.Constant(self._scoping.mangled(function.attr))
        site = self._build.site(node, function.attr, base)
        node.func = self._build.call(hooks.load_method, obj, name, site, at=function)
        if function.attr in _COPIERS and node.args and not _starred(node.args):
            # copy.copy(x), dataclasses.replace(x): reads of every field, if that is what they turn out to be
            args = [self._visitor.visit(each) for each in node.args]
            keywords = [self._visitor.visit(each) for each in node.keywords]
            first: list[ast.expr] = [node.func, self._build.site(node, function.attr, node.args[0])]
            return at_place(
                ast.Call(self._build.constant(hooks.call_builtin, "call_builtin"), first + args, keywords), node
            )
        node.args = [self._visitor.visit(each) for each in node.args]
        node.keywords = [self._visitor.visit(each) for each in node.keywords]
        return node

    def looked_into(self, value: ast.expr) -> ast.expr:
        """Announce that a value is about to be read as a whole."""
        new: ast.expr = self._visitor.visit(value)
        if not self._scoping.depth or isinstance(value, _NEVER_CHANGING) or self._scoping.is_confined(value):
            return new
        return self._build.call(hooks.operand, new, self._build.site(value, "look", value), at=value)


def _starred(args: list[ast.expr]) -> bool:
    return any(isinstance(each, ast.Starred) for each in args)


def _op_of_builtin(node: ast.Call, name: str) -> str:
    return {"getattr": "read", "hasattr": "read", "setattr": "write", "delattr": "delete"}.get(name, name)
