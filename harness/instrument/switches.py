"""A second rewrite, for code that must know where CPython's GIL can change hands: it reports each check in passing.

It is put on top of the first one when a failure is judged or ``switching="gil"`` is asked for, and costs too much for
anything else. What counts as a check is said in :mod:`~harness.instrument.eval_breaker`; calls are looked up in the
bytecode that this interpreter makes of the unchanged source, by their position.

What could make it wrong: a check reported that CPython does not make, or one left out. Where the two cannot be told
apart (an operator that calls a library's Python method), it is left out: nothing is called possible that is not.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Final

from harness.instrument import switch_hooks as hooks
from harness.instrument.eval_breaker import TESTS_TWICE, enters_comprehensions
from harness.instrument.node_builder import MARK

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.instrument.eval_breaker import Position

__all__ = ["SwitchMarker"]

_ENTERS_COMPREHENSIONS: Final = enters_comprehensions()
_FRAME_BOUND: Final = frozenset({"super", "locals", "globals", "vars", "dir", "eval", "exec"})
"""Builtins that look at the frame that calls them, which must stay the program's."""


class SwitchMarker(ast.NodeTransformer):
    """Marks one module that has been rewritten already.

    Args:
        tree: The rewritten module; it is changed in place.
        constants: Of the rewriter; the hooks used here are added.
        calls: Positions of the calls that check the eval breaker, in the code of the unchanged source.
    """

    def __init__(self, tree: ast.Module, constants: dict[str, Any], calls: set[Position]) -> None:
        self._constants = constants
        self._calls = calls
        self._depth = 0
        self._loops = 0
        self.generic_visit(tree)

    def _hook(self, hook: Callable[..., Any]) -> ast.Constant:
        self._constants[MARK + hook.__name__] = hook
        return ast.Constant(MARK + hook.__name__)

    def _call(self, hook: Callable[..., Any], *args: ast.expr, at: ast.AST) -> ast.Call:
        return ast.copy_location(ast.Call(self._hook(hook), list(args), []), at)

    def _is_checked(self, node: ast.AST) -> bool:
        place = tuple(getattr(node, name, None) for name in ("lineno", "end_lineno", "col_offset", "end_col_offset"))
        return place in self._calls

    # -- functions ----------------------------------------------------------------------------------------------

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        self._depth += 1
        self.generic_visit(node)
        self._depth -= 1
        entered = ast.copy_location(ast.Expr(self._call(hooks.entered, at=node.body[0])), node.body[0])
        node.body.insert(1 if ast.get_docstring(node, clean=False) is not None else 0, entered)
        return node

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self.visit_FunctionDef(node)

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        if _is_ours(node):
            return node
        self._depth += 1
        self.generic_visit(node)
        self._depth -= 1
        node.body = self._call(hooks.second, self._call(hooks.entered, at=node.body), node.body, at=node.body)
        return node

    def visit_Yield(self, node: ast.Yield) -> ast.AST:
        self.generic_visit(node)
        return self._call(hooks.after, node, at=node)

    # -- loops --------------------------------------------------------------------------------------------------

    def visit_For(self, node: ast.For) -> ast.AST:
        self.generic_visit(node)
        if self._depth:
            node.iter = self._call(hooks.rounds, node.iter, at=node.iter)
        return node

    def _visit_comprehension(self, node: Any) -> ast.AST:
        self.generic_visit(node)
        entered = isinstance(node, ast.GeneratorExp) or _ENTERS_COMPREHENSIONS
        if self._depth:
            for index, generator in enumerate(node.generators):
                if not generator.is_async:
                    hook = hooks.rounds_entered if entered and not index else hooks.rounds
                    generator.iter = self._call(hook, generator.iter, at=generator.iter)
        return node  # type: ignore[no-any-return]

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _visit_comprehension

    def visit_While(self, node: ast.While) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        if not self._depth:
            return node
        self._loops += 1
        name = f"_race_round_{self._loops}"
        start = ast.copy_location(
            ast.Assign(
                [ast.copy_location(ast.Name(name, ast.Store()), node)], ast.copy_location(ast.Constant(0), node)
            ),
            node,
        )
        again = self._call(hooks.again, ast.copy_location(ast.Name(name, ast.Load()), node), at=node.test)
        target = ast.copy_location(ast.Name(name, ast.Store()), node)
        if TESTS_TWICE:
            node.body.insert(0, ast.copy_location(ast.Assign([target], again), node.body[0]))
        else:
            round_ = ast.copy_location(ast.NamedExpr(target, again), node.test)
            node.test = ast.copy_location(ast.BoolOp(ast.And(), [round_, node.test]), node.test)
        return [start, node]

    # -- calls --------------------------------------------------------------------------------------------------

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        function = node.func
        is_hook = isinstance(function, ast.Constant) and str(function.value).startswith(MARK)
        if not self._depth or not self._is_checked(node):
            return node
        if is_hook:
            builtin = function.value == MARK + "call_builtin"  # type: ignore[attr-defined]
            return self._call(hooks.after, node, at=node) if builtin else node
        if isinstance(function, ast.Name) and function.id in _FRAME_BOUND:
            return self._call(hooks.after, node, at=node)
        node.args.insert(0, function)
        node.func = self._hook(hooks.checked_call)
        return node

    def visit_With(self, node: ast.With) -> ast.AST:
        self.generic_visit(node)
        if self._depth:
            for item in node.items:
                item.context_expr = self._call(hooks.left, item.context_expr, at=item.context_expr)
        return node


def _is_ours(node: ast.Lambda) -> bool:
    """The lambda with which the first rewrite hands over a cell."""
    first = node.body.elts[0] if isinstance(node.body, ast.Tuple) and node.body.elts else None
    return isinstance(first, ast.Constant) and str(first.value).startswith(MARK)
