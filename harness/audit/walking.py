"""Says what the parts of a walk ask each other for: expressions hold calls, calls lead to statements, and so on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Mapping, Sequence

    from harness.audit.events import Event
    from harness.audit.values import Callee, Value

__all__ = ["Walk"]


class Walk(Protocol):
    """A walk through one entry point, as its parts see it."""

    def evaluate(self, node: ast.expr | None) -> Value:
        """Walk through an expression."""

    def attribute(self, node: ast.expr, value: Value, attr: str) -> Value:
        """Read an attribute of a value."""

    def item(self, node: ast.expr, value: Value, more: frozenset[int], field: str = "") -> Value:
        """Read an item of a value."""

    def enter(
        self,
        node: ast.AST,
        callee: Callee,
        arguments: Sequence[Value],
        keywords: Mapping[str, Value],
        *,
        run: bool = False,
        body: Callable[[], None] | None = None,
    ) -> Value:
        """Walk through a function of ours in the place of its call."""

    def block(self, statements: Sequence[ast.stmt]) -> bool:
        """Walk through statements, and return whether nothing after them is reached."""

    def on_stack(self, node: ast.Call, attr: str) -> Value:
        """Enter something into an ``ExitStack``."""

    def store(self, target: ast.expr, value: Value) -> None:
        """Assign to a target."""

    def bind(self, node: ast.expr, name: str, value: Value) -> None:
        """Assign to a variable."""

    def iterate(self, node: ast.expr, over: Value) -> Event | None:
        """Go through a container."""

    def element(self, over: Value) -> Value:
        """Return what one turn of a loop gets."""
