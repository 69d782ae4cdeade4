"""Follows calls: into a function of ours, or into what is known of the library's."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from harness.audit.binding import bind_parameters, wrapper_of
from harness.audit.events import Frame
from harness.audit.lock_makers import lock_made_by
from harness.audit.loop_objects import WAITS, blocks, loop_object
from harness.audit.recorder import MAX_DEPTH
from harness.audit.shared_state import COPIES
from harness.audit.symbols import ROUTES, dotted
from harness.audit.values import NOTHING, Callee, Coroutine, Environment, Value, sources_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from harness.audit.recorder import Recorder
    from harness.audit.shared_state import SharedState
    from harness.audit.starts import Starts
    from harness.audit.symbols import Class, FunctionNode
    from harness.audit.walking import Walk

__all__ = ["Calls", "text_of"]

_BLOCKING = re.compile(
    r"time\.sleep|input|os\.(system|popen)|select\.select|concurrent\.futures\.wait|urllib\.request\.urlopen|socket\.create_connection|subprocess\.(run|call|check_call|check_output)"
    r"|(requests|httpx)\.((Session|Client)\.)?(get|post|put|patch|delete|head|options|request)"
)
"""Functions that wait for the world outside; what is done with their results is quick."""
_AWAITED = ("sleep", "wait_for", "shield", "wait", "gather")
"""Functions of asyncio that do nothing if they are not awaited; those that take coroutines pass them on."""
_QUEUES = {"asyncio.Queue": {"put": False, "get": True, "join": True}, "asyncio.Event": {"wait": True}}


class Calls:
    """Follows calls."""

    def __init__(self, record: Recorder, walk: Walk, shared_state: SharedState, starts: Starts) -> None:
        self._record = record
        self._walk = walk
        self._shared_state = shared_state
        self._starts = starts

    def call(self, node: ast.Call) -> Value:
        """Evaluate a call, its receiver first, then the arguments."""
        receiver = NOTHING
        attr = ""
        awaited = self._record.awaited is node
        if isinstance(node.func, ast.Attribute):
            attr = node.func.attr
            receiver = self._walk.evaluate(node.func.value)
            self._on_loop_object(node, receiver, attr, awaited)
            special = self._on_receiver(node, receiver, attr)
            if special is not None:
                return special
            target = self._walk.attribute(node.func, receiver, attr)
        else:
            target = self._walk.evaluate(node.func)
        made = (
            lock_made_by(node, self._record.function.module, self._record.function.qualname, "")
            if self._record.frames
            else None
        )
        if made is not None:
            return Value(lock=replace(made, kind="none"), external=dotted(node.func, self._record.function.module))
        arguments, keywords = self._arguments(node)
        name = attr or dotted(node.func, self._record.function.module)
        external = target.external or (name if target.callee is None else "")
        if target.callee is not None:
            return self.enter(node, target.callee, arguments, keywords)
        guessed = self._guessed(attr) if attr and not (target.cls or receiver.apart or receiver.fresh) else None
        if guessed is not None:
            return self.enter(node, guessed, arguments, keywords)
        if target.cls is not None and target.external == "class":
            self._starts.let_go([*arguments, *keywords.values()])
            self._starts.start_thread(target.cls, arguments)
            self._construct(node, target.cls, arguments, keywords)
            return Value(cls=target.cls, fresh=True, sources=sources_of([*arguments, *keywords.values()]))
        started = self._starts.start(node, external, receiver, arguments, keywords)
        if started is not None:
            return started
        return self._library(node, external, receiver, arguments, keywords)

    def _guessed(self, attr: str) -> Callee | None:
        """What a handler of a web framework calls: it has its service from ``app.state``, which has no types."""
        if not self._record.frames or not self._record.frames[0].function.decorated(*ROUTES):
            return None
        method = self._record.project.method_named(attr)
        return Callee(method, Value(cls=method.owner)) if method is not None else None

    def _construct(self, node: ast.Call, cls: Class, arguments: list[Value], keywords: dict[str, Value]) -> None:
        """Walk through the ``__new__`` of a class of ours, and through the ``__call__`` of its metaclass."""
        meta = cls.module.classes.get(cls.metaclass)
        hooks = (cls.method("__new__"), meta.method("__call__") if meta is not None else None)
        for hook in hooks:
            if hook is not None:
                owner = hook.owner if hook.owner is not None else cls
                self.enter(node, Callee(hook, Value(cls=owner, external="class")), arguments, keywords)

    def _arguments(self, node: ast.Call) -> tuple[list[Value], dict[str, Value]]:
        """The arguments; those that the caller got as ``*args`` and ``**kwargs`` are passed on one by one."""
        arguments: list[Value] = []
        for each in node.args:
            value = self._walk.evaluate(each)
            arguments += value.parts if isinstance(each, ast.Starred) and value.parts else (value,)
        keywords: dict[str, Value] = {}
        for keyword in node.keywords:
            value = self._walk.evaluate(keyword.value)
            keywords |= {keyword.arg or "**": value, **(dict(value.named) if keyword.arg is None else {})}
        return arguments, keywords

    def _on_loop_object(self, node: ast.Call, receiver: Value, attr: str, awaited: bool) -> None:
        """Note a use of what belongs to one event loop, and a call that keeps a loop from running."""
        if attr == "start" and receiver.external == "threading.Thread" and receiver.sources:
            self._record.emit("begin", node, sources=receiver.sources)
        kind = loop_object(receiver, node.func, attr)
        if attr in WAITS and not awaited:
            kind = ""  # a coroutine is made, for the loop that it is given to
        if kind and receiver.origin is not None and not receiver.origin.makers & self._record.visited:
            self._record.emit("use", node, receiver.origin.place, text=f"{text_of(node)}, of {kind}")
        if self.on_own_loop and blocks(receiver, node, attr):
            self._blocked(node, receiver.external.endswith("run_coroutine_threadsafe"))

    def _blocked(self, node: ast.Call, for_itself: bool = False) -> None:
        if for_itself:
            text = f"{text_of(node)} blocks the loop that it waits for"
        else:
            text = f"{text_of(node)} blocks the event loop: no other task runs meanwhile"
        self._record.note("blocked-loop", node, text)

    @property
    def on_own_loop(self) -> bool:
        """In a coroutine, or in what one calls, on the loop that all tasks share."""
        return self._record.entry.context == "loop" and self._record.is_loop

    def _on_receiver(self, node: ast.Call, receiver: Value, attr: str) -> Value | None:
        if receiver.lock is not None:
            return self._shared_state.on_lock(node, receiver, attr)
        if attr in ("enter_context", "enter_async_context") and node.args:
            return self._walk.on_stack(node, attr)
        if receiver.external in _QUEUES and attr in _QUEUES[receiver.external]:
            for each in node.args:
                self._walk.evaluate(each)
            slow = _QUEUES[receiver.external][attr]
            return Value(coroutines=(Coroutine(None, text=text_of(node), slow=slow),))
        known = receiver.cls is not None and receiver.cls.method(attr) is not None
        if receiver.alias is not None and not known:
            return self._shared_state.on_container(node, receiver, attr)
        return None

    def _library(
        self, node: ast.Call, name: str, receiver: Value, arguments: list[Value], keywords: dict[str, Value]
    ) -> Value:
        last = name.split(".")[-1]
        values = [*arguments, *keywords.values()]
        sources = sources_of(values) | receiver.sources
        if _BLOCKING.fullmatch(name):
            self._record.emit("block", node, text=text_of(node))
            if self.on_own_loop and not self._record.held:  # under a lock it is slow for all who want the lock, too
                self._blocked(node)
        no_loop = self._record.entry.context == "thread" and not self._record.is_loop
        if no_loop and name in ("asyncio.create_task", "asyncio.ensure_future"):
            self._record.note("foreign-thread", node, f"{text_of(node)}: no event loop runs in a thread")
        if last in ("setattr", "getattr") and arguments and arguments[0].alias is not None and len(node.args) > 1:
            return self._shared_state.on_field(node, last, arguments)
        if name in ("functools.partial", "partial") and arguments and arguments[0].callee is not None:
            return Value(callee=replace(arguments[0].callee, arguments=tuple(arguments[1:])))
        if name.startswith("asyncio.") and last in _AWAITED:
            inner = tuple(each for value in arguments for each in value.coroutines)
            if last in ("wait_for", "shield") and inner:
                return Value(coroutines=inner, many=True)
            self._starts.let_go(values)
            slow = not (last == "sleep" and node.args and getattr(node.args[0], "value", None) == 0)
            return Value(sources=sources, coroutines=(Coroutine(None, text=text_of(node), slow=slow),))
        self._starts.let_go(values)
        if last in COPIES and arguments:
            one = arguments[0]
            return Value(
                sources=sources, fresh=True, elements=one.elements, element_cls=one.element_cls, pairs=one.pairs,
                sorted=last == "sorted", alias=None, apart=True,
            )  # fmt: skip
        if last in ("enumerate", "reversed", "iter") and arguments:
            return replace(arguments[0], pairs=last == "enumerate")
        return Value(sources=sources, external=name if "." in name else "")

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
        function = callee.function
        arguments = (*callee.arguments, *arguments)
        if not run:
            pending = Coroutine(callee, tuple(arguments[len(callee.arguments) :]), tuple(keywords.items()))
            if function.decorated("contextmanager", "asynccontextmanager"):
                return Value(manager=pending)
            if function.is_async:
                return Value(coroutines=(pending,), sources=sources_of([*arguments, *keywords.values()]))
        if (
            len(self._record.frames) >= MAX_DEPTH
            or self._record.entry.cut_short
            or any(frame.function is function for frame in self._record.frames)
        ):
            return Value(sources=sources_of([*arguments, *keywords.values()]))
        wrapper = None if callee.plain else wrapper_of(callee, self._record.visited)
        if wrapper is not None:
            receiver = [callee.receiver] if callee.receiver is not None else [Value(cls=function.owner)]
            return self.enter(node, wrapper, [*(receiver if function.owner else []), *arguments], keywords, run=True)
        self._record.at(node)
        self._record.visited.add(function.node)
        caller = self._record.call
        self._record.calls += 1
        self._record.env = Environment(function, callee.outer)
        bind_parameters(self._record.project, self._record.env, callee, arguments, keywords)
        self._record.frames = (*self._record.frames, Frame(self._record.calls, function, function.line))
        self._record.returned = []
        self._record.at_yield = (lambda: self._outside(caller, body)) if body is not None else None
        if function.is_async and _left_to_subclasses(function.node):
            self._record.wait(node, "", slow=False)  # a subclass may wait
        if isinstance(function.node, ast.Lambda):
            self._record.returned.append(self._walk.evaluate(function.node.body))
        else:
            self._walk.block(function.node.body)
        returned = self._record.returned
        self._record.call = caller
        return _merged(returned)

    def _outside(self, caller: tuple[Any, ...], body: Callable[[], None]) -> None:
        """Walk through the body of a ``with`` whose context manager is a generator of ours, at its ``yield``."""
        inner = self._record.call
        self._record.call = caller
        body()
        self._record.call = inner


def _left_to_subclasses(node: FunctionNode) -> bool:
    """Its body says nothing, or only that it is not written here."""
    return not isinstance(node, ast.Lambda) and all(
        isinstance(each, ast.Pass)
        or (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))
        or (isinstance(each, ast.Raise) and each.exc is not None and "NotImplementedError" in ast.unparse(each.exc))
        for each in node.body
    )


def _merged(values: list[Value]) -> Value:
    """What a function returns, whichever of its returns it takes."""
    values = [each for each in values if each != NOTHING and each.constant != "None"]
    if not values:
        return NOTHING
    kept = next((each for each in values if each.lock or each.alias or each.callee or each.cls), values[0])
    coroutines = tuple(each for value in values for each in value.coroutines)
    return replace(kept, sources=sources_of(values), coroutines=coroutines, fresh=all(each.fresh for each in values))


def text_of(node: ast.expr) -> str:
    """The source, cut short."""
    text = ast.unparse(node)
    return text if len(text) <= 60 else f"{text[:57]}..."
