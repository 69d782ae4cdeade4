"""The rewrite: the AST of a module in, the same AST with calls of the hooks in place of accesses out.

Loads become calls in the same place, so order is Python's by construction; ``stores.py`` says how stores keep it.
Only the bodies of functions are rewritten: what runs at import runs once, before any schedule.

Each kind of node has one part that rewrites it: ``variables``, ``calls``, ``expressions``, ``assignments``,
``control_flow`` and ``definitions``. They share a ``NodeBuilder`` and a ``Scoping``, and come back here for what
stands below a node.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Final

from harness.instrument.call_expressions import Calls
from harness.instrument.control_flow import ControlFlow
from harness.instrument.definitions import Definitions
from harness.instrument.expressions import Expressions
from harness.instrument.node_builder import NodeBuilder
from harness.instrument.scoping import Scoping
from harness.instrument.stores import Assignments
from harness.instrument.variable_names import Variables

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Rewriter"]

_METHODS: Final = tuple(
    (part, name, getattr(ast, name.removeprefix("visit_")))
    for part in (Variables, Calls, Expressions, Assignments, ControlFlow, Definitions)
    for name in vars(part)
    if name.startswith("visit_") and hasattr(ast, name.removeprefix("visit_"))  # 3.11 has no ast.TypeAlias
)
"""Part, method and kind of node of everything that is rewritten."""


class Rewriter(ast.NodeTransformer):
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
        build, scoping = NodeBuilder(file, source), Scoping(tree, file, names)
        variables = Variables(self, build, scoping)
        calls = Calls(self, build, scoping)
        expressions = Expressions(self, build, scoping, calls)
        assignments = Assignments(self, build, scoping, variables, expressions)
        control_flow = ControlFlow(self, build, scoping, variables, expressions)
        definitions = Definitions(self, build, scoping)
        parts = {type(part): part for part in (variables, calls, expressions, assignments, control_flow, definitions)}
        self._method_of: dict[type[ast.AST], Callable[[Any], Any]] = {
            kind: getattr(parts[part], name) for part, name, kind in _METHODS
        }
        self.constants = build.constants
        self.generic_visit(tree)

    def visit(self, node: ast.AST) -> Any:
        """Rewrite a node with the part that knows its kind."""
        method = self._method_of.get(type(node))
        return method(node) if method is not None else self.generic_visit(node)

    def statements(self, body: list[Any]) -> list[Any]:
        """Rewrite statements, each of which may become several."""
        result: list[Any] = []
        for statement in body:
            new = self.visit(statement)
            result.extend(new if isinstance(new, list) else [new])
        return result
