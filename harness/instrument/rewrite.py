"""The rewrite: the AST of a module in, the same AST with calls of the hooks in place of accesses out.

Loads become calls in the same place, so order is Python's by construction. For stores there are two ways:

* ``a.x = v`` becomes ``store_attr(v, a, "x", site)``: value first, then the object, as Python does it;
* any other target (unpacking, ``for``, ``with``, ``del``, ``+=``) becomes ``AttrTarget(a, "x", site).value``. Python
  evaluates that when it would have evaluated ``a``, and then loads, stores or deletes the attribute ``value``, which is
  the access. So ``a.x += f()`` evaluates ``a`` once, loads, calls ``f``, adds in place and stores, without our doing.

Only the bodies of functions are rewritten: what runs at import runs once, before any schedule.

What could make it wrong: a new variable captured (the code would no longer fit its closure). Names are loaded by Python
itself after the announcement, and the lambda that hands over a cell mentions only variables that are captured anyway.
"""

from __future__ import annotations

import ast
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, TypeVar

from harness.instrument import hooks
from harness.instrument.library import is_library
from harness.instrument.scopes import Scope, Scopes
from harness.instrument.site import Site

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MARK", "Rewriter"]

_Node = TypeVar("_Node", bound=ast.AST)
_COPIERS: Final = frozenset({"copy", "deepcopy", "replace", "asdict", "astuple"})
_MAKERS: Final = ("list", "tuple", "sorted", "dict")
_SET_MAKERS: Final = ("set", "frozenset")
"""Builtins whose result nobody else has."""
_MADE_HERE: Final = (ast.Constant, ast.List, ast.Tuple, ast.GeneratorExp, ast.ListComp)
MARK: Final = "\0race\0"
"""How the constants begin that stand for hooks and sites until the code is compiled."""


class Rewriter(ast.NodeTransformer):
    """Rewrites one module.

    Args:
        tree: The module; it is changed in place.
        file: Its path, for the sites.
        source: Its text, for the sites.

    Attributes:
        constants: Marker -> hook or site that takes its place in the compiled code.
    """

    def __init__(self, tree: ast.Module, file: str, source: str, names: dict[str, Any]) -> None:
        self.constants: dict[str, Any] = {}
        self._file = file
        self._lines = source.splitlines(keepends=True)
        self._encoded: list[bytes] = [line.encode() for line in self._lines]
        self._scopes = Scopes(tree)
        self._scope: Scope = self._scopes.of[tree]
        self._globals = names
        self._classes: list[str] = []
        self._functions: list[str] = []
        self._depth = 0  # functions around the node; 0: code that runs at import
        self._temporaries = 0
        self.generic_visit(tree)

    # -- making nodes -------------------------------------------------------------------------------------------

    def _constant(self, value: Any, key: str) -> ast.Constant:
        self.constants[MARK + key] = value
        return ast.Constant(MARK + key)

    def _call(self, hook: Callable[..., Any], *args: ast.expr, at: ast.AST) -> ast.Call:
        function = self._constant(hook, hook.__name__)
        return _at(ast.Call(function, list(args), []), at)

    def _site(self, node: ast.expr | ast.stmt, op: str, base: ast.AST | None = None) -> ast.Constant:
        site = Site(
            self._file, node.lineno, node.col_offset, node.end_lineno or node.lineno, node.end_col_offset or 0,
            ".".join(self._functions) or "<module>", op, self._text(node), self._text(base) if base is not None else "",
        )  # fmt: skip
        return self._constant(site, str(len(self.constants)))

    def _text(self, node: Any) -> str:
        first, last = int(node.lineno) - 1, int(node.end_lineno) - 1
        start, end = int(node.col_offset), int(node.end_col_offset)
        if first != last:
            return self._encoded[first][start:].decode(errors="replace").strip() + "…"
        return self._encoded[first][start:end].decode(errors="replace")

    def _mangled(self, name: str) -> str:
        if self._classes and name.startswith("__") and not name.endswith("__"):
            stripped = self._classes[-1].lstrip("_")
            return f"_{stripped}{name}" if stripped else name
        return name

    def _temporary(self) -> str:
        self._temporaries += 1
        return f"_race_temporary_{self._temporaries}"

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
        self._in_scope(node, ["body"], node.name)
        self._classes = classes
        return node

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
        return _at(ast.Attribute(target, "value", node.ctx), node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        base = node.value
        node.value, node.slice = self.visit(node.value), self.visit(node.slice)
        if not self._depth or self._is_confined(base):
            return node
        key = _as_expression(node.slice)
        if isinstance(node.ctx, ast.Load):
            return self._call(hooks.load_item, node.value, key, self._site(node, "read", base), at=node)
        op = "delete" if isinstance(node.ctx, ast.Del) else "write"
        target = self._call(hooks.ItemTarget, node.value, key, self._site(node, op, base), at=node)
        return _at(ast.Attribute(target, "value", node.ctx), node)

    def _is_library(self, node: ast.AST) -> bool:
        """A module of the standard library or of an installed package: its functions are not state of the program."""
        if not isinstance(node, ast.Name) or self._scope.owner(node.id) is not None:
            return False
        if node.id in self._scopes.rebound_globals:
            return False
        value = self._globals.get(node.id)
        return isinstance(value, ModuleType) and is_library(getattr(value, "__file__", None))

    def _is_confined(self, node: ast.AST) -> bool:
        """A local variable that holds a container nobody else can reach."""
        if not isinstance(node, ast.Name):
            return False
        owner = self._scope.owner(node.id)
        return owner is not None and owner.is_confined(node.id)

    # -- names --------------------------------------------------------------------------------------------------

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
        return _at(ast.Lambda(empty, body), at)

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
            value = self._stored(original, _at(ast.Name(temporary, ast.Load()), name), name)
            stores.append(_at(ast.Assign([_at(ast.Name(original, ast.Store()), name)], value), name))
        return stores

    # -- statements ---------------------------------------------------------------------------------------------

    def visit_Assign(self, node: ast.Assign) -> ast.AST | list[ast.stmt]:
        value = self.visit(node.value)
        if self._depth and len(node.targets) == 1:
            target = node.targets[0]
            if isinstance(target, ast.Attribute):
                obj, name = self.visit(target.value), ast.Constant(self._mangled(target.attr))
                site = self._site(target, "write", _original(target))
                return _at(ast.Expr(self._call(hooks.store_attr, value, obj, name, site, at=node)), node)
            if isinstance(target, ast.Subscript) and not self._is_confined(target.value):
                site = self._site(target, "write", _original(target))
                obj, key = self.visit(target.value), _as_expression(self.visit(target.slice))
                return _at(ast.Expr(self._call(hooks.store_item, value, obj, key, site, at=node)), node)
            if isinstance(target, ast.Name):
                node.value = self._stored(target.id, value, node)
                return node
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
            load = self.visit(_at(ast.Name(name, ast.Load()), node.target))
            first = _at(ast.Assign([_at(ast.Name(temporary, ast.Store()), node)], load), node)
            middle = _at(
                ast.AugAssign(_at(ast.Name(temporary, ast.Store()), node), node.op, self.visit(node.value)), node
            )
            value = self._stored(name, _at(ast.Name(temporary, ast.Load()), node), node)
            last = _at(ast.Assign([_at(ast.Name(name, ast.Store()), node)], value), node)
            return [first, middle, last]
        if isinstance(node.target, ast.Attribute) and self._depth and self._scope.kind == "function":
            return self._add_to_attribute(node, node.target)
        node.target = self.visit(node.target)
        node.value = self.visit(node.value)
        return node

    def _add_to_attribute(self, node: ast.AugAssign, target: ast.Attribute) -> list[ast.stmt]:
        """``a.x += v``, the commonest race of all, without an :class:`AttrTarget`: load, add in place, store."""
        obj, value = self._temporary(), self._temporary()

        def load(name: str) -> ast.expr:
            return _at(ast.Name(name, ast.Load()), target)

        def store(name: str) -> ast.Name:
            return _at(ast.Name(name, ast.Store()), target)

        attribute = ast.Constant(self._mangled(target.attr))
        reading, writing = self._site(target, "read", target.value), self._site(target, "write", target.value)
        loaded = self._call(hooks.load_attr, load(obj), attribute, reading, at=target)
        stored = self._call(hooks.store_attr, load(value), load(obj), attribute, writing, at=target)
        return [
            _at(ast.Assign([store(obj)], self.visit(target.value)), node),
            _at(ast.Assign([store(value)], loaded), node),
            _at(ast.AugAssign(store(value), node.op, self.visit(node.value)), node),
            _at(ast.Expr(stored), node),
            _at(ast.Delete([_at(ast.Name(each, ast.Del()), node) for each in (obj, value)]), node),
        ]

    def visit_Delete(self, node: ast.Delete) -> ast.AST | list[ast.stmt]:
        result: list[ast.stmt] = []
        for target in node.targets:
            if isinstance(target, ast.Name) and self._depth and self._holder(target.id, target) is not None:
                stored = self._stored(target.id, _at(ast.Constant(None), target), target)
                result.append(_at(ast.Expr(stored), target))
            result.append(_at(ast.Delete([self.visit(target)]), node))
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

    def _iterable(self, iterable: ast.expr, before: ast.expr) -> ast.expr:
        if self._is_confined(before) or isinstance(before, _MADE_HERE):
            return iterable
        called = self._called_builtin(before)
        if isinstance(before, (ast.Set, ast.SetComp)) or called in _SET_MAKERS:
            return self._call(hooks.in_order, iterable, at=before)
        if called in ("range", "enumerate", *_MAKERS):
            return iterable
        return self._call(hooks.iterate, iterable, self._site(before, "iterate", before), at=before)

    def _called_builtin(self, node: ast.expr) -> str:
        """The name of a builtin that ``node`` calls; ``""`` for anything else."""
        match node:
            case ast.Call(func=ast.Name(id=name)):
                if name not in self._scopes.bound_globals and self._scope.owner(name) is None:
                    return name
        return ""

    def visit_While(self, node: ast.While) -> ast.AST:
        if not self._depth:
            return self.generic_visit(node)
        site = self._site(node.test, "while", node.test)
        test = self._condition(node.test)
        step = self._call(hooks.step, site, at=node.test)
        node.test = _at(ast.BoolOp(ast.And(), [step, test]), node.test)
        node.body = self._statements(node.body)
        node.orelse = self._statements(node.orelse)
        return node

    def visit_If(self, node: ast.If) -> ast.AST:
        node.test = self._condition(node.test)
        node.body = self._statements(node.body)
        node.orelse = self._statements(node.orelse)
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        node.test = self._condition(node.test)
        node.body, node.orelse = self.visit(node.body), self.visit(node.orelse)
        return node

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        node.test = self._condition(node.test)
        node.msg = self.visit(node.msg) if node.msg is not None else None
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

    def _visit_with(self, node: ast.With | ast.AsyncWith) -> ast.AST:
        stores: list[ast.stmt] = []
        for item in node.items:
            before = item.context_expr
            item.context_expr = self.visit(item.context_expr)
            if self._depth:
                item.context_expr = self._call(hooks.context, item.context_expr, at=before)
                if item.optional_vars is not None:
                    stores += self._detour(item.optional_vars)
            if item.optional_vars is not None:
                item.optional_vars = self.visit(item.optional_vars)
        node.body = stores + self._statements(node.body)
        return node

    visit_With = visit_AsyncWith = _visit_with

    # -- expressions --------------------------------------------------------------------------------------------

    def visit_Call(self, node: ast.Call) -> ast.AST:
        function = node.func
        if self._depth:
            if isinstance(function, ast.Attribute):
                if self._is_confined(function.value) or (
                    function.attr not in _COPIERS and self._is_library(function.value)
                ):
                    return self.generic_visit(node)
                return self._visit_method_call(node, function)
            if isinstance(function, ast.Name) and self._scope.owner(function.id) is None:
                if function.id in hooks.BUILTIN_NAMES and not (len(node.args) == 1 and self._is_confined(node.args[0])):
                    site = self._site(node, _op_of_builtin(node, function.id), node.args[0] if node.args else node)
                    callee: list[ast.expr] = [self.visit(function), site]
                    args = [self.visit(each) for each in node.args]
                    keywords = [self.visit(each) for each in node.keywords]
                    return _at(
                        ast.Call(self._constant(hooks.call_builtin, "call_builtin"), callee + args, keywords), node
                    )
                node.func = self.visit(function)
            elif isinstance(function, (ast.Name, ast.Subscript, ast.Call)):
                node.func = self._call(hooks.callee, self.visit(function), at=function)
            else:
                node.func = self.visit(function)
        else:
            node.func = self.visit(function)
        node.args = [self.visit(each) for each in node.args]
        node.keywords = [self.visit(each) for each in node.keywords]
        return node

    def _visit_method_call(self, node: ast.Call, function: ast.Attribute) -> ast.AST:
        base = function.value
        obj = self.visit(function.value)
        name = ast.Constant(self._mangled(function.attr))
        site = self._site(node, function.attr, base)
        node.func = self._call(hooks.load_method, obj, name, site, at=function)
        if function.attr in _COPIERS and node.args and not _starred(node.args):
            # copy.copy(x), dataclasses.replace(x): reads of every field, if that is what they turn out to be
            args = [self.visit(each) for each in node.args]
            keywords = [self.visit(each) for each in node.keywords]
            first: list[ast.expr] = [node.func, self._site(node, function.attr, node.args[0])]
            return _at(ast.Call(self._constant(hooks.call_builtin, "call_builtin"), first + args, keywords), node)
        node.args = [self.visit(each) for each in node.args]
        node.keywords = [self.visit(each) for each in node.keywords]
        return node

    def visit_Starred(self, node: ast.Starred) -> ast.AST:
        if not self._depth or not isinstance(node.ctx, ast.Load) or self._is_confined(node.value):
            return self.generic_visit(node)
        site = self._site(node.value, "spread", node.value)
        node.value = self._call(hooks.spread, self.visit(node.value), site, at=node.value)
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        if self._depth and len(node.ops) == 1 and isinstance(node.ops[0], (ast.In, ast.NotIn)):
            container = node.comparators[0]
            if self._is_confined(container):
                return self.generic_visit(node)
            site = self._site(node, "in", container)
            left, right = self.visit(node.left), self.visit(container)
            found: ast.expr = self._call(hooks.contains, left, right, site, at=node)
            return found if isinstance(node.ops[0], ast.In) else _at(ast.UnaryOp(ast.Not(), found), node)
        return self.generic_visit(node)

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


def _at(node: _Node, place: ast.AST) -> _Node:
    return ast.copy_location(node, place)


def _as_expression(key: ast.expr) -> ast.expr:
    """A subscript as an argument: ``1:2`` has to become ``slice(1, 2, None)``."""
    if isinstance(key, ast.Slice):
        parts = [part if part is not None else ast.Constant(None) for part in (key.lower, key.upper, key.step)]
        return ast.Call(ast.Constant(MARK + "slice"), parts, [])
    if isinstance(key, ast.Tuple):
        return ast.Tuple([_as_expression(each) for each in key.elts], ast.Load())
    return key


def _original(target: Any) -> Any:
    return target.value


def _starred(args: list[ast.expr]) -> bool:
    return any(isinstance(each, ast.Starred) for each in args)


def _op_of_builtin(node: ast.Call, name: str) -> str:
    return {"getattr": "read", "hasattr": "read", "setattr": "write", "delattr": "delete"}.get(name, name)
