"""The walk through the statements of an entry point, in the order in which they would run.

Every ``if`` is walked both ways, every loop once, every call of a function of ours as if it stood in the place of the
call. So a check in one method and the act in another are seen together, and a lock that a caller holds counts in the
helper that it calls: what a summary for each function would have to say is simply there.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from harness.audit.expressions import Expressions
from harness.audit.names import dotted
from harness.audit.values import NOTHING, Coroutine, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.audit.events import Event, EventKind

__all__ = ["Walker"]

OWN_THREAD = {"get_ident", "current_thread", "main_thread", "get_native_id"}


class Walker(Expressions):
    """Walks statements."""

    def block(self, statements: Sequence[ast.stmt]) -> bool:
        """Walk through them, and return whether nothing after them is reached."""
        guards = self.guards
        for statement in statements:
            if self.statement(statement):
                self.guards = guards
                return True
        self.guards = guards
        return False

    def statement(self, node: ast.stmt) -> bool:
        """Walk through one; True if control does not come out at its end."""
        self.at(node)
        match node:
            case ast.Return(value=value):
                self.returned.append(self.evaluate(value))
                return True
            case ast.Raise():
                self.evaluate(node.exc)
                return True
            case ast.Continue() | ast.Break():
                return True
            case ast.Expr(value=value):
                found = self.evaluate(value)
                if found.coroutines and not isinstance(value, ast.Await | ast.Yield):
                    self.note("missing-await", value, f"{ast.unparse(value)} makes a coroutine that nobody awaits")
            case ast.Assign(targets=targets, value=value):
                found = self.evaluate(value)
                for target in targets:
                    self.store(target, found)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self.store(target, self.evaluate(value))
            case ast.AugAssign(target=target, value=value):
                self._augment(node, target, value)
            case ast.Delete(targets=targets):
                for target in targets:
                    self._delete(target)
            case ast.If(test=test, body=body, orelse=orelse):
                return self._if_statement(test, body, orelse)
            case ast.While(test=test, body=body, orelse=orelse):
                checked = self.evaluate(test)
                self.check_awaited(test, checked)
                self.loops += 1
                self.block(body)
                self.loops -= 1
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
                if self.env is not None:
                    self.env.values[node.name] = self.nested(node)
            case ast.Assert(test=test):
                self.evaluate(test)
            case ast.Match(subject=subject, cases=cases):
                checked = self.evaluate(subject)
                self._ways([case.body for case in cases], checked.sources)
            case _:
                pass
        return False

    def _if_statement(self, test: ast.expr, body: list[ast.stmt], orelse: list[ast.stmt]) -> bool:
        checked = self.evaluate(test)
        self.check_awaited(test, checked)
        calls = [each.func for each in ast.walk(test) if isinstance(each, ast.Call)]
        alone = any(dotted(call, self.function.module).split(".")[-1] in OWN_THREAD for call in calls)
        self.muted += alone  # the branch of the loop's own thread: it is alone there
        return self._ways([body, orelse], checked.sources, alone)

    def _ways(self, bodies: list[list[ast.stmt]], checked: frozenset[int], muted_first: bool = False) -> bool:
        guards, branch, held = self.guards, self.branch, self.held
        self.forks += 1
        fork = self.forks
        after = []
        ended = []
        for way, body in enumerate(bodies):
            self.guards, self.branch, self.held = guards | checked, (*branch, (fork, way)), held
            ended.append(self.block(body))
            if not ended[-1]:
                after.append(self.held)
            if way == 0:
                self.muted -= muted_first
        self.guards, self.branch = guards, branch
        self.held = after[0] if after else held
        if any(ended) and not all(ended):  # what follows is reached one way only: the check decides it
            self.guards = guards | checked
            if len(bodies) == 2:
                self.branch = (*branch, (fork, ended.index(False)))
        return all(ended) and len(bodies) > 1

    def _for(self, node: ast.For | ast.AsyncFor) -> None:
        over = self.evaluate(node.iter)
        if isinstance(node, ast.AsyncFor):
            self.wait(node, ast.unparse(node.iter))
        started = self.iterate(node.iter, over)
        self.loops += 1
        self.store(node.target, self.element(over))
        self.block(node.body)
        self.loops -= 1
        if started is not None:
            started.end = len(self.entry.events)
        self.block(node.orelse)

    def iterate(self, node: ast.expr, over: Value) -> Event | None:
        """Going through a container that others have too, not through a copy."""
        if over.alias is None or over.fresh or over.alias.field:
            return None
        return self.emit("iterate", node, over.alias)

    def element(self, over: Value) -> Value:
        """What one turn of a loop gets."""
        if over.elements is None:
            return Value(sources=over.sources, fresh=over.fresh, sorted=over.sorted)
        return Value(
            alias=over.elements, cls=over.element_cls, sources=over.sources, pairs=over.pairs, elements=over.elements
        )

    def _with(self, items: list[ast.withitem], body: list[ast.stmt], is_async: bool) -> bool:
        if not items:
            return self.block(body)
        item, rest = items[0], items[1:]
        value = self.evaluate(item.context_expr)
        if value.manager is not None and value.manager.callee is not None:
            ended = False

            def inside() -> None:
                nonlocal ended
                ended = self._with(rest, body, is_async)

            coroutine = value.manager
            assert coroutine.callee is not None
            self.enter(
                item.context_expr,
                coroutine.callee,
                coroutine.arguments,
                dict(coroutine.keywords),
                run=True,
                body=inside,
            )
            return ended
        lock = value.lock or self.lock_by_name(item.context_expr, is_async)
        if lock is None:
            if is_async and not value.external.startswith("asyncio.timeout"):  # to enter one is no wait
                self.wait(item.context_expr, ast.unparse(item.context_expr))
            if item.optional_vars is not None:
                self.store(item.optional_vars, replace(value, coroutines=()))
            held = self.held
            ended = self._with(rest, body, is_async)
            if value.external.endswith("ExitStack"):
                self.held = held  # it gives back what was entered into it
            return ended
        if is_async:
            self.wait(item.context_expr, "", slow=False)
        self.take(item.context_expr, lock, value.sorted)
        ended = self._with(rest, body, is_async)
        self.release(lock)
        return ended

    def on_stack(self, node: ast.Call, attr: str) -> Value:
        """``stack.enter_context(lock)``: held from here on, until the stack ends."""
        is_async = attr == "enter_async_context"
        value = self.evaluate(node.args[0])
        manager = value.manager
        if manager is not None and manager.callee is not None:
            held = self.held

            def inside() -> None:
                nonlocal held
                held = self.held

            self.enter(node, manager.callee, manager.arguments, dict(manager.keywords), run=True, body=inside)
            self.held = held
            return NOTHING
        lock = value.lock or self.lock_by_name(node.args[0], is_async)
        if lock is not None:
            self.take(node, lock, value.sorted)
        if is_async:
            text = "" if lock is not None else ast.unparse(node.args[0])
            return Value(coroutines=(Coroutine(None, text=text, slow=lock is None),))
        return replace(value, coroutines=())

    def _try(self, node: ast.Try | ast.TryStar) -> bool:
        held, branch = self.held, self.branch
        ended = self.block(node.body)
        ended = self.block(node.orelse) or ended
        after = self.held
        for handler in node.handlers:
            self.held = after or held
            ended = self.block(handler.body) and ended
        self.held, self.branch = after, branch
        return self.block(node.finalbody) or (ended and bool(node.handlers or node.body))

    def _augment(self, node: ast.AugAssign, target: ast.expr, value: ast.expr) -> None:
        match target:
            case ast.Attribute():
                load: ast.expr = ast.copy_location(ast.Attribute(target.value, target.attr, ast.Load()), target)
            case ast.Subscript():
                load = ast.copy_location(ast.Subscript(target.value, target.slice, ast.Load()), target)
            case _:
                load = target
        before = self.evaluate(load)
        more = self.evaluate(value)
        self.store(target, Value(sources=before.sources | more.sources))

    def store(self, target: ast.expr, value: Value) -> None:
        """``target = value``."""
        match target:
            case ast.Name(id=name):
                self.bind(target, name, value)
            case ast.Tuple(elts=elts) | ast.List(elts=elts):
                for position, each in enumerate(elts):
                    part = value if not value.pairs or position == len(elts) - 1 else Value(sources=value.sources)
                    self.store(each, replace(part, pairs=False, coroutines=()))
            case ast.Starred(value=inner):
                self.store(inner, value)
            case ast.Attribute(value=inner, attr=attr):
                self.set_attribute(target, self.evaluate(inner), attr, value)
            case ast.Subscript(value=inner, slice=key):
                owner = self.evaluate(inner)
                self.evaluate(key)
                if owner.alias is not None and not owner.fresh:
                    name = key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ""
                    place = self.item_place(owner.alias, name)
                    kind: EventKind = "write" if place.field else "insert"
                    self.emit(kind, target, place, sources=value.sources, fresh=value.fresh)
            case _:
                pass

    def bind(self, node: ast.expr, name: str, value: Value) -> None:
        """Give a variable its value; a write, if others have the variable too."""
        env, _ = self.variable(name)
        if env is not None:
            env.values[name] = self.settle_lock(env, name, value)
            if name in env.function.captured:
                self.emit("write", node, self.captured_place(env, name), sources=value.sources)
        elif name in self.function.declared or self.is_module_level:
            self.emit("write", node, self.global_place(name), sources=value.sources)

    def _delete(self, target: ast.expr) -> None:
        match target:
            case ast.Subscript(value=inner, slice=key):
                owner = self.evaluate(inner)
                self.evaluate(key)
                if owner.alias is not None and not owner.fresh:
                    self.emit("delete", target, self.item_place(owner.alias))
            case ast.Tuple(elts=elts):
                for each in elts:
                    self._delete(each)
            case _:
                pass
