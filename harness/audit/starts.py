"""Follows calls that start a thread, a task, a callback or a loop."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from harness.audit.values import NOTHING, Callee, Value

if TYPE_CHECKING:
    from harness.audit.recorder import Recorder
    from harness.audit.symbols import Class, Function
    from harness.audit.walking import Walk

__all__ = ["Starts"]

_ON_LOOP = {
    "call_soon": 0,
    "call_soon_threadsafe": 0,
    "call_later": 1,
    "call_at": 1,
    "add_reader": 1,
    "add_done_callback": 0,
}
_IN_THREAD = {
    "submit": 0,
    "to_thread": 0,
    "run_in_executor": 1,
    "run_sync": 0,
    "run_in_threadpool": 0,
    "start_new_thread": 0,
}
_POOLS = ("ThreadPoolExecutor", "ThreadPool")


class Starts:
    """Follows what is started: who runs it, and whether several of it run."""

    def __init__(self, record: Recorder, walk: Walk) -> None:
        self._record = record
        self._walk = walk

    def start(
        self, node: ast.Call, name: str, receiver: Value, arguments: list[Value], keywords: dict[str, Value]
    ) -> Value | None:
        """Follow a call by which another thread, task or callback runs a function; None if it is no such call."""
        last = name.split(".")[-1]
        many = self._record.loops > 0
        if last in ("Thread", "Timer"):
            target = (
                keywords.get("target") or keywords.get("function") or (arguments[1] if len(arguments) > 1 else None)
            )
            if target is not None and target.callee is not None:
                passed = self._tuple_argument(node, "args", 2 if last == "Timer" else 3)
                self._record.spawn(target.callee, "thread", many or self._again(node), *passed)
            started = target.callee.function if target is not None and target.callee is not None else None
            return Value(external="threading.Thread", fresh=True, sources=self.begin(node, started, made=True))
        position = _IN_THREAD.get(last, _ON_LOOP.get(last, -1))
        if last == "map" and receiver.external.endswith(_POOLS):
            position = 0
        if 0 <= position < len(arguments) and arguments[position].callee is not None:
            callee = arguments[position].callee
            assert callee is not None
            of_pool = receiver.external.split(".")[-1] == "submit"  # a future whose callbacks run in the pool's threads
            on_loop = last in _ON_LOOP and not of_pool
            if callee.function.is_async or receiver.external.endswith("ProcessPoolExecutor"):
                return NOTHING
            rest = arguments[position + 1 :] if last != "map" else []
            self._record.spawn(callee, "loop" if on_loop else "thread", many or not on_loop, *rest)
            sources = self.begin(node, callee.function) if not on_loop else frozenset[int]()
            return Value(fresh=True, external=name if last == "submit" else "", sources=sources)
        if last in ("run", "run_until_complete") and arguments and arguments[0].coroutines:
            return self._run(node, arguments[0])
        return None

    def begin(self, node: ast.Call, function: Function | None, made: bool = False) -> frozenset[int]:
        """Note that a thread may run this function from here on; one that is only made, once it is started."""
        if function is None:
            return frozenset()
        index = self._record.emit("start", node, started=function, text="made" if made else "").index
        return frozenset([index]) if index >= 0 else frozenset()

    def start_thread(self, cls: Class, arguments: list[Value]) -> None:
        """An object of a class of threads: its ``run`` is what the thread does."""
        run = cls.method("run") if cls.is_thread else None
        if run is not None:
            many = self._record.loops > 0 or (self._record.entry.many and bool(arguments))
            self._record.spawn(Callee(run, Value(cls=cls)), "thread", many)

    def _tuple_argument(self, node: ast.Call, name: str, position: int) -> list[Value]:
        found = next((each.value for each in node.keywords if each.arg == name), None)
        if found is None and len(node.args) > position:
            found = node.args[position]
        elements = found.elts if isinstance(found, ast.Tuple | ast.List) else []
        self._record.muted += 1  # they have been evaluated
        values = [self._walk.evaluate(each) for each in elements]
        self._record.muted -= 1
        return values

    def _again(self, node: ast.Call) -> bool:
        """Whether another call of the one who starts it starts another one: it does, if it says for what."""
        return self._record.entry.many and any(each.arg == "args" for each in node.keywords)

    def _run(self, node: ast.Call, value: Value) -> Value:
        """``asyncio.run``: in a thread, a second loop; elsewhere, the loop."""
        result = NOTHING
        for coroutine in value.coroutines:
            if coroutine.callee is None:
                continue
            if self._record.entry.context == "thread":
                result = self._walk.enter(
                    node, coroutine.callee, coroutine.arguments, dict(coroutine.keywords), run=True
                )
            else:
                self._record.spawn(
                    coroutine.callee, "loop", self._record.loops > 0, *coroutine.arguments, **dict(coroutine.keywords)
                )
        return result

    def let_go(self, values: list[Value]) -> None:
        """Hand values to code that is not seen: coroutines and coroutine functions run as tasks from now on."""
        for value in values:
            for coroutine in value.coroutines:
                if coroutine.callee is not None:
                    many = (
                        value.many or self._record.loops > 0 or (self._record.entry.many and bool(coroutine.arguments))
                    )
                    self._record.spawn(coroutine.callee, "loop", many, *coroutine.arguments, **dict(coroutine.keywords))
            if value.callee is not None and value.callee.function.is_async:
                once = value.callee.function.decorated("asynccontextmanager")  # an application has one life
                self._record.spawn(value.callee, "loop", not once)
