"""Which names of a module may be seen to change: globals that functions rebind, and variables that closures share.

Announcing every load of every name would drown a schedule in points at which nothing can happen: most globals are
functions and modules, most closure variables are bound once, before anybody captures them. A load of those commutes
with everything, since nobody ever stores them. This file finds the others.

What could make it wrong: to miss a store. Anything not understood counts as a store.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Final

from harness.instrument.confined import LOOKS_AT_NAMES, harmless_uses

__all__ = ["Scope", "Scopes"]

_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS: Final = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_LOOPS: Final = (ast.For, ast.AsyncFor, ast.While)


@dataclass(slots=True)
class Scope:
    """One scope of names.

    Attributes:
        kind: "module", "class", "function" or "comprehension".
        stores: For each name bound here, the lines where, a negative line standing for "in a loop".
        escaping: Names used or bound here in a way by which what they hold can be known to others.
        looked_at: All local variables can be had, by ``locals()`` and the like.
        captured: For each name bound here, the first line of the inner functions that use it.
        changed: Names bound here that an inner function rebinds (``nonlocal``).
    """

    kind: str
    parent: Scope | None
    stores: dict[str, list[int]] = field(default_factory=dict)
    loads: dict[str, int] = field(default_factory=dict)
    global_names: set[str] = field(default_factory=set)
    nonlocal_names: set[str] = field(default_factory=set)
    escaping: set[str] = field(default_factory=set)
    looked_at: bool = False
    captured: dict[str, int] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)

    def owner(self, name: str) -> Scope | None:
        """The scope whose variable ``name`` is here; None if it is global or a builtin."""
        if name in self.global_names:
            return None
        scope: Scope | None = self
        first = True
        while scope is not None and scope.kind != "module":
            if name in scope.global_names:
                return None
            if name in scope.stores and name not in scope.nonlocal_names and (first or scope.kind != "class"):
                return scope
            scope, first = scope.parent, False
        return None

    def is_shared_cell(self, name: str) -> bool:
        """Whether ``name``, bound here, can be seen to change by an inner function or changed by one."""
        if name not in self.captured:
            return False
        if name in self.changed:
            return True
        lines = self.stores[name]
        return len(lines) > 1 or lines[0] < 0 or lines[0] > self.captured[name]

    def is_confined(self, name: str) -> bool:
        """Whether ``name``, bound here, always holds a container that only this function can reach."""
        is_private = name not in self.escaping and name not in self.captured
        return self.kind == "function" and is_private and not self.looked_at


class Scopes(ast.NodeVisitor):
    """The scopes of a module.

    Args:
        tree: The module, as parsed.

    Attributes:
        of: The scope that a function, lambda, class or comprehension opens.
        rebound_globals: Global names that some function stores or deletes.
        bound_globals: Names that the module itself binds.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.of: dict[ast.AST, Scope] = {}
        self.rebound_globals: set[str] = set()
        self._scope = self.of[tree] = Scope("module", None)
        self._loops = 0
        self._harmless = harmless_uses(tree)
        self._all: list[Scope] = [self._scope]
        self._module = self._scope
        for statement in tree.body:
            self.visit(statement)
        self._resolve()
        self.bound_globals = set(self._module.stores) | self.rebound_globals

    def _resolve(self) -> None:
        for scope in self._all:
            for name in scope.nonlocal_names:
                owner = scope.parent.owner(name) if scope.parent is not None else None
                if owner is not None and name in scope.stores:
                    owner.changed.add(name)
            for name in scope.global_names & scope.stores.keys():
                self.rebound_globals.add(name)
            for name, line in {**{each: lines[0] for each, lines in scope.stores.items()}, **scope.loads}.items():
                owner = scope.owner(name)
                if owner is None or owner is scope or owner.kind == "class":
                    continue
                inner: Scope | None = scope
                while inner is not None and inner.kind == "comprehension" and inner is not owner:
                    inner = inner.parent
                if inner is not owner:
                    owner.captured[name] = min(line, owner.captured.get(name, line))
                elif name in scope.escaping:
                    owner.escaping.add(name)

    # -- collecting ---------------------------------------------------------------------------------------------

    def _store(self, name: str, line: int, escapes: bool = True) -> None:
        self._scope.stores.setdefault(name, []).append(-line if self._loops else line)
        if escapes:
            self._scope.escaping.add(name)

    def _open_up(self) -> None:
        scope: Scope | None = self._scope
        while scope is not None:
            scope.looked_at = True
            scope = scope.parent if scope.kind == "comprehension" else None

    def _enter(self, node: ast.AST, kind: str) -> tuple[Scope, int]:
        before = self._scope, self._loops
        self._scope = self.of[node] = Scope(kind, self._scope)
        self._all.append(self._scope)
        self._loops = 0
        return before

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        arguments = node.args
        for default in (*arguments.defaults, *(each for each in arguments.kw_defaults if each is not None)):
            self.visit(default)
        before = self._enter(node, "function")
        names = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg)
        for argument in names:
            if argument is not None:
                self._store(argument.arg, node.lineno)
        for part in node.body if isinstance(node.body, list) else [node.body]:
            self.visit(part)
        self._scope, self._loops = before

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for decorator in node.decorator_list:
            self.visit(decorator)
        self._store(node.name, node.lineno)
        self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.visit_FunctionDef(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._function(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for part in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(part)
        self._store(node.name, node.lineno)
        before = self._enter(node, "class")
        for statement in node.body:
            self.visit(statement)
        self._scope, self._loops = before

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> None:
        self.visit(node.generators[0].iter)
        kind = "function" if isinstance(node, ast.GeneratorExp) else "comprehension"
        before = self._enter(node, kind)
        for index, generator in enumerate(node.generators):
            if index:
                self.visit(generator.iter)
            self.visit(generator.target)
            for condition in generator.ifs:
                self.visit(condition)
        for name in ("elt", "key", "value"):
            if hasattr(node, name):
                self.visit(getattr(node, name))
        self._scope, self._loops = before

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        kept, scope = self._scope, self._scope
        while scope.kind == "comprehension" or (scope.kind == "function" and self._is_generator(scope)):
            assert scope.parent is not None
            scope = scope.parent
        self._scope = scope
        self._store(node.target.id, node.lineno)
        self._scope = kept

    def _is_generator(self, scope: Scope) -> bool:
        return any(found is scope and isinstance(node, ast.GeneratorExp) for node, found in self.of.items())

    def generic_visit(self, node: ast.AST) -> None:
        if isinstance(node, _LOOPS):
            self._loops += 1
            super().generic_visit(node)
            self._loops -= 1
        else:
            super().generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        harmless = node in self._harmless
        if isinstance(node.ctx, ast.Load):
            self._scope.loads.setdefault(node.id, node.lineno)
            if not harmless:
                self._scope.escaping.add(node.id)
            if node.id in LOOKS_AT_NAMES:
                self._open_up()
        else:
            self._store(node.id, node.lineno, not harmless and not isinstance(node.ctx, ast.Del))

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self._scope.loads.setdefault(node.target.id, node.lineno)
        self.generic_visit(node)

    def visit_Global(self, node: ast.Global) -> None:
        self._scope.global_names.update(node.names)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        self._scope.nonlocal_names.update(node.names)

    def visit_alias(self, node: ast.alias) -> None:
        self._store((node.asname or node.name).split(".")[0], node.lineno)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self._store(node.name, node.lineno)
        self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        if node.name:
            self._store(node.name, node.lineno)
        self.generic_visit(node)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        if node.name:
            self._store(node.name, node.lineno)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        if node.rest:
            self._store(node.rest, node.lineno)
        self.generic_visit(node)
