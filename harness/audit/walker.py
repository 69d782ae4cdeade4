"""Walks through one entry point: puts the parts of the walk together, so that each can ask the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.audit.assignments import Assignments
from harness.audit.evaluation import Expressions
from harness.audit.function_calls import Calls
from harness.audit.recorder import Recorder
from harness.audit.shared_state import SharedState
from harness.audit.starts import Starts
from harness.audit.statements import Statements

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Mapping, Sequence

    from harness.audit.actors import Entry
    from harness.audit.events import Event
    from harness.audit.source_files import Project
    from harness.audit.values import Callee, Value

__all__ = ["Walker"]


class Walker:
    """Walks through one entry point; a :class:`harness.audit.walking.Walk` to its parts."""

    def __init__(self, project: Project, entry: Entry) -> None:
        self.record = Recorder(project, entry)
        shared_state = SharedState(self.record, self)
        self._calls = Calls(self.record, self, shared_state, Starts(self.record, self))
        self._expressions = Expressions(self.record, self, self._calls)
        self._assignments = Assignments(self.record, self, shared_state)
        self._statements = Statements(self.record, self, shared_state, self._assignments, self._expressions)

    def evaluate(self, node: ast.expr | None) -> Value:
        return self._expressions.evaluate(node)

    def attribute(self, node: ast.expr, value: Value, attr: str) -> Value:
        return self._expressions.attribute(node, value, attr)

    def item(self, node: ast.expr, value: Value, more: frozenset[int], field: str = "") -> Value:
        return self._expressions.item(node, value, more, field)

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
        return self._calls.enter(node, callee, arguments, keywords, run=run, body=body)

    def block(self, statements: Sequence[ast.stmt]) -> bool:
        return self._statements.block(statements)

    def on_stack(self, node: ast.Call, attr: str) -> Value:
        return self._statements.on_stack(node, attr)

    def store(self, target: ast.expr, value: Value) -> None:
        self._assignments.store(target, value)

    def bind(self, node: ast.expr, name: str, value: Value) -> None:
        self._assignments.bind(node, name, value)

    def iterate(self, node: ast.expr, over: Value) -> Event | None:
        return self._statements.iterate(node, over)

    def element(self, over: Value) -> Value:
        return self._statements.element(over)
