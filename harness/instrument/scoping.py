"""Where a name leads: the functions and classes around a node, and the variables that may be seen to change.

What could make it wrong: a new variable captured (the code would no longer fit its closure). Names are loaded by Python
itself after the announcement, and the lambda that hands over a cell mentions only variables that are captured anyway.
"""

from __future__ import annotations

import ast
from types import FunctionType, ModuleType
from typing import Any

from harness.instrument import hooks
from harness.instrument.library import is_library
from harness.instrument.marks import MARK, Marker, at_place
from harness.instrument.opaque import is_controlled_module
from harness.instrument.scopes import Scope, Scopes

__all__ = ["Scoped"]


class Scoped(Marker):
    """Follows the scopes of a module, and rewrites its names.

    Args:
        tree: The module.
        file, source: As for :class:`Marker`.
        names: The globals of the module.
    """

    def __init__(self, tree: ast.Module, file: str, source: str, names: dict[str, Any]) -> None:
        super().__init__(file, source)
        self._scopes = Scopes(tree)
        self._scope: Scope = self._scopes.of[tree]
        self._globals = names
        self._yields = False  # whether the function around the node is a generator
        self._depth = 0  # functions around the node; 0: code that runs at import

    # -- scopes -------------------------------------------------------------------------------------------------

    def _in_scope(self, node: ast.AST, parts: list[str], name: str) -> None:
        outer, self._scope = self._scope, self._scopes.of[node]
        self._functions.append(name)
        self._depth += 1
        for part in parts:
            value = getattr(node, part)
            if isinstance(value, list):
                setattr(node, part, self._statements(value))
            else:
                setattr(node, part, self.visit(value))
        self._depth -= 1
        self._functions.pop()
        self._scope = outer

    def _statements(self, body: list[Any]) -> list[Any]:
        result: list[Any] = []
        for statement in body:
            new = self.visit(statement)
            result.extend(new if isinstance(new, list) else [new])
        return result

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        node.decorator_list = [self.visit(each) for each in node.decorator_list]
        self._defaults(node.args)
        classes, self._classes = self._classes, self._classes
        outer, self._yields = self._yields, False
        self._in_scope(node, ["body"], node.name)
        if self._yields and isinstance(node, ast.FunctionDef):
            first = node.body[0]
            resumed = self._call(hooks.resumed, ast.Constant(None), self._site(first, "resume"), at=first)
            has_docstring = ast.get_docstring(node, clean=False) is not None
            node.body.insert(1 if has_docstring else 0, at_place(ast.Expr(resumed), first))
        self._yields = outer
        self._classes = classes
        return node

    def visit_Yield(self, node: ast.Yield) -> ast.AST:
        self._yields = True
        self.generic_visit(node)
        return self._call(hooks.resumed, node, self._site(node, "resume"), at=node) if self._depth else node

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self.visit_FunctionDef(node)

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        self._defaults(node.args)
        self._in_scope(node, ["body"], "<lambda>")
        return node

    def _defaults(self, arguments: ast.arguments) -> None:
        arguments.defaults = [self.visit(each) for each in arguments.defaults]
        arguments.kw_defaults = [self.visit(each) if each is not None else None for each in arguments.kw_defaults]

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.decorator_list = [self.visit(each) for each in node.decorator_list]
        node.bases = [self.visit(each) for each in node.bases]
        node.keywords = [self.visit(each) for each in node.keywords]
        outer, self._scope = self._scope, self._scopes.of[node]
        self._classes.append(node.name)
        self._functions.append(node.name)
        node.body = self._statements(node.body)
        self._functions.pop()
        self._classes.pop()
        self._scope = outer
        return node

    # -- names --------------------------------------------------------------------------------------------------

    def _is_library(self, node: ast.AST) -> bool:
        """A module of the standard library or of an installed package: its functions are not state of the program."""
        if not isinstance(node, ast.Name) or self._scope.owner(node.id) is not None:
            return False
        if node.id in self._scopes.rebound_globals:
            return False
        value = self._globals.get(node.id)
        return isinstance(value, ModuleType) and is_library(getattr(value, "__file__", None))

    def _is_controlled_function(self, node: ast.Attribute) -> bool:
        """A function of a module of the library that the engine controls, and that calls nothing it is given."""
        module = self._globals[node.value.id]  # type: ignore[attr-defined]
        return is_controlled_module(module.__name__) and node.attr not in hooks.HANDING

    def _is_rewritten_function(self, name: str) -> bool:
        """A global that stands for a function of this module, which announces what it does."""
        if name in self._scopes.rebound_globals:
            return False
        value = self._globals.get(name)
        return type(value) is FunctionType and value.__code__.co_filename == self._file

    def _is_confined(self, node: ast.AST) -> bool:
        """A local variable that holds a container nobody else can reach."""
        if not isinstance(node, ast.Name):
            return False
        owner = self._scope.owner(node.id)
        return owner is not None and owner.is_confined(node.id)

    def _holder(self, name: str, at: ast.AST) -> ast.expr | None:
        """An expression for what holds a variable that may be seen to change; None for all others."""
        if not self._depth or self._scope.kind == "class":
            return None
        owner = self._scope.owner(name)
        if owner is None:
            return self._constant(self._globals, "globals") if name in self._scopes.rebound_globals else None
        if owner.kind == "class" or not owner.is_shared_cell(name):
            return None
        empty = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
        body = ast.Tuple([ast.Constant(MARK + "cell"), ast.Name(name, ast.Load())], ast.Load())
        return at_place(ast.Lambda(empty, body), at)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if not isinstance(node.ctx, ast.Load):
            return node
        holder = self._holder(node.id, node)
        if holder is None:
            return node
        announced = self._call(hooks.announce_name, holder, ast.Constant(node.id), self._site(node, "read"), at=node)
        return self._call(hooks.noted, announced, node, at=node)

    def _stored(self, name: str, value: ast.expr, at: ast.expr | ast.stmt) -> ast.expr:
        holder = self._holder(name, at)
        if holder is None:
            return value
        return self._call(hooks.before_store, value, holder, ast.Constant(name), self._name_site(name, at), at=at)

    def _name_site(self, name: str, at: ast.expr | ast.stmt) -> ast.Constant:
        site = self._site(at, "write")
        self.constants[str(site.value)].text = name
        return site

    def visit_NamedExpr(self, node: ast.NamedExpr) -> ast.AST:
        node.value = self._stored(node.target.id, self.visit(node.value), node)
        return node

    def _shared_names(self, target: ast.AST) -> list[ast.Name]:
        return [
            each
            for each in ast.walk(target)
            if isinstance(each, ast.Name)
            and isinstance(each.ctx, ast.Store)
            and self._holder(each.id, each) is not None
        ]

    def _detour(self, target: ast.expr) -> list[ast.stmt]:
        """Let a binding go to temporaries first, where it would store shared names; the stores follow it."""
        stores: list[ast.stmt] = []
        for name in self._shared_names(target):
            temporary, original = self._temporary(), name.id
            name.id = temporary
            value = self._stored(original, at_place(ast.Name(temporary, ast.Load()), name), name)
            stores.append(at_place(ast.Assign([at_place(ast.Name(original, ast.Store()), name)], value), name))
        return stores
