"""Walks through the statements of an entry point, in the order in which they would run.

Every ``if`` is walked both ways, every loop once, every call of a function of ours as if it stood in the place of the
call. So a check in one method and the act in another are seen together, and a lock that a caller holds counts in the
helper that it calls: what a summary for each function would have to say is simply there.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from harness.audit.forks import Fork
from harness.audit.symbols import ROUTES, dotted
from harness.audit.values import NOTHING, Coroutine, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.audit.assignments import Assignments
    from harness.audit.evaluation import Expressions
    from harness.audit.events import Event
    from harness.audit.recorder import Recorder
    from harness.audit.shared_state import SharedState
    from harness.audit.walking import Walk

__all__ = ["Statements"]

_OWN_THREAD = {"get_ident", "current_thread", "main_thread", "get_native_id"}


class Statements:
    """Walks through statements."""

    def __init__(
        self,
        record: Recorder,
        walk: Walk,
        shared_state: SharedState,
        assignments: Assignments,
        expressions: Expressions,
    ) -> None:
        self._record = record
        self._walk = walk
        self._shared_state = shared_state
        self._assignments = assignments
        self._expressions = expressions

    def block(self, statements: Sequence[ast.stmt]) -> bool:
        """Walk through them, and return whether nothing after them is reached."""
        guards = self._record.guards
        for statement in statements:
            if self.statement(statement):
                self._record.guards = guards
                return True
        self._record.guards = guards
        return False

    def statement(self, node: ast.stmt) -> bool:
        """Walk through one; True if control does not come out at its end."""
        self._record.at(node)
        match node:
            case ast.Return(value=value):
                self._record.returned.append(self._walk.evaluate(value))
                return True
            case ast.Raise():
                self._walk.evaluate(node.exc)
                return True
            case ast.Continue() | ast.Break():
                return True
            case ast.Expr(value=value):
                found = self._walk.evaluate(value)
                if found.coroutines and not isinstance(value, ast.Await | ast.Yield):
                    self._record.note(
                        "missing-await", value, f"{ast.unparse(value)} makes a coroutine that is never awaited"
                    )
            case ast.Assign(targets=targets, value=value):
                found = self._walk.evaluate(value)
                for target in targets:
                    self._walk.store(target, found)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._walk.store(target, self._walk.evaluate(value))
            case ast.AugAssign(target=target, value=value):
                self._assignments.augment(node, target, value)
            case ast.Delete(targets=targets):
                for target in targets:
                    self._assignments.delete(target)
            case ast.If():
                return self._if_statement(node)
            case ast.While(test=test, body=body, orelse=orelse):
                checked = self._walk.evaluate(test)
                self._expressions.check_awaited(test, checked)
                self._record.loops += 1
                self.block(body)
                self._record.loops -= 1
                self.block(orelse)
                forever = isinstance(test, ast.Constant) and bool(test.value)
                return forever and not any(isinstance(each, ast.Break) for each in ast.walk(node))
            case ast.For() | ast.AsyncFor():
                self._for(node)
            case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
                return self._with(items, body, isinstance(node, ast.AsyncWith))
            case ast.Try() | ast.TryStar():
                return self._try(node)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                if self._record.env is not None:
                    self._record.env.values[node.name] = made = self._expressions.nested(node)
                    if made.callee is not None and made.callee.function.decorated(*ROUTES):
                        self._record.spawn(made.callee, "loop" if made.callee.function.is_async else "thread", True)
            case ast.Assert(test=test):
                self._walk.evaluate(test)
            case ast.Match(subject=subject, cases=cases):
                checked = self._walk.evaluate(subject)
                fork = Fork(self._record, self._walk)
                for way, case in enumerate(cases):
                    fork.follow(way, case.body, checked.sources)
                fork.join(checked.sources)
            case _:
                pass
        return False

    def _if_statement(self, node: ast.If) -> bool:
        """An ``if`` with all its ``elif``: one fork with many ways, not a fork inside a fork inside a fork."""
        guards = self._record.guards
        fork = Fork(self._record, self._walk)
        checked: frozenset[int] = frozenset()
        each, way, more = node, 0, True
        while more:
            self._record.at(each)
            value = self._walk.evaluate(each.test)
            self._expressions.check_awaited(each.test, value)
            checked |= value.sources
            alone = self._is_alone(each.test)
            self._record.muted += alone  # the branch of the loop's own thread: it is alone there
            fork.follow(way, each.body, checked)
            self._record.muted -= alone
            self._record.guards, way = guards | checked, way + 1
            match each.orelse:
                case [ast.If() as following]:
                    each = following
                case rest:
                    fork.follow(way, rest, checked)
                    more = False
        return fork.join(checked)

    def _is_alone(self, test: ast.expr) -> bool:
        """Whether a test asks which thread this is."""
        calls = [each.func for each in ast.walk(test) if isinstance(each, ast.Call)]
        return any(dotted(call, self._record.function.module).split(".")[-1] in _OWN_THREAD for call in calls)

    def _for(self, node: ast.For | ast.AsyncFor) -> None:
        over = self._walk.evaluate(node.iter)
        if isinstance(node, ast.AsyncFor):
            self._record.wait(node, ast.unparse(node.iter))
        started = self.iterate(node.iter, over)
        self._record.loops += 1
        self._walk.store(node.target, self.element(over))
        self.block(node.body)
        self._record.loops -= 1
        if started is not None:
            started.end = len(self._record.entry.events)
        self.block(node.orelse)

    def iterate(self, node: ast.expr, over: Value) -> Event | None:
        """Going through a container that others have too, not through a copy."""
        if over.alias is None or over.fresh or over.alias.field:
            return None
        return self._record.emit("iterate", node, over.alias)

    def element(self, over: Value) -> Value:
        """What one turn of a loop gets."""
        inner = over.unwrapped
        if over.elements is None:
            return Value(
                sources=over.sources, fresh=over.fresh, sorted=over.sorted, origin=over.origin,
                inner=inner, external=inner[0] if inner[1] == 0 else "",
            )  # fmt: skip
        return Value(
            alias=over.elements, cls=over.element_cls, sources=over.sources, pairs=over.pairs, elements=over.elements,
            inner=inner, external=inner[0] if inner[1] == 0 else "", origin=over.origin,
        )  # fmt: skip

    def _with(self, items: list[ast.withitem], body: list[ast.stmt], is_async: bool) -> bool:
        if not items:
            return self.block(body)
        item, rest = items[0], items[1:]
        value = self._walk.evaluate(item.context_expr)
        if value.manager is not None and value.manager.callee is not None:
            ended = False

            def inside() -> None:
                nonlocal ended
                ended = self._with(rest, body, is_async)

            coroutine = value.manager
            assert coroutine.callee is not None
            self._walk.enter(
                item.context_expr,
                coroutine.callee,
                coroutine.arguments,
                dict(coroutine.keywords),
                run=True,
                body=inside,
            )
            return ended
        lock = value.lock or self._shared_state.lock_by_name(item.context_expr, is_async)
        if lock is None:
            if is_async and not value.external.startswith("asyncio.timeout"):  # to enter one is no wait
                self._record.wait(item.context_expr, ast.unparse(item.context_expr))
            if item.optional_vars is not None:
                self._walk.store(item.optional_vars, replace(value, coroutines=()))
            held = self._record.held
            ended = self._with(rest, body, is_async)
            if value.external.endswith("ExitStack"):
                self._record.held = held  # it gives back what was entered into it
            return ended
        if is_async:
            self._record.wait(item.context_expr, "", slow=False)
        self._shared_state.take(item.context_expr, lock, value.sorted)
        ended = self._with(rest, body, is_async)
        self._record.release(lock)
        return ended

    def on_stack(self, node: ast.Call, attr: str) -> Value:
        """``stack.enter_context(lock)``: held from here on, until the stack ends."""
        is_async = attr == "enter_async_context"
        value = self._walk.evaluate(node.args[0])
        manager = value.manager
        if manager is not None and manager.callee is not None:
            held = self._record.held

            def inside() -> None:
                nonlocal held
                held = self._record.held

            self._walk.enter(node, manager.callee, manager.arguments, dict(manager.keywords), run=True, body=inside)
            self._record.held = held
            return NOTHING
        lock = value.lock or self._shared_state.lock_by_name(node.args[0], is_async)
        if lock is not None:
            self._shared_state.take(node, lock, value.sorted)
        if is_async:
            text = "" if lock is not None else ast.unparse(node.args[0])
            return Value(coroutines=(Coroutine(None, text=text, slow=lock is None),))
        return replace(value, coroutines=())

    def _try(self, node: ast.Try | ast.TryStar) -> bool:
        held, branch = self._record.held, self._record.branch
        ended = self.block(node.body)
        ended = self.block(node.orelse) or ended
        after = self._record.held
        for handler in node.handlers:
            self._record.held = after or held
            ended = self.block(handler.body) and ended
        self._record.held, self._record.branch = after, branch
        return self.block(node.finalbody) or (ended and bool(node.handlers or node.body))
