"""Finds the entry points of a project, from what starts them.

A coroutine is run by the event loop. ``create_task``, ``gather`` and whatever else takes a coroutine makes a task;
``Thread``, ``submit``, ``to_thread`` and ``run_in_executor`` make threads; ``call_soon_threadsafe`` and
``run_coroutine_threadsafe`` bring work back to the loop. What is left are the functions that these files do not
call. Who calls them is not in the source, so it is assumed, and each finding that rests on it says so:

* a public plain method of a class that has a ``threading`` lock: threads call it, or why would it have one;
* a public plain method of a class that starts threads: one other thread;
* a public plain method of a class that has coroutines too: threads call it, for tasks have the coroutines. Not if
  a plain method of the class asks for the running loop: then it is the loop that calls them;
* a plain handler of a web framework: a thread of its pool, as Flask, FastAPI and Starlette do it.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from harness.audit.actors import Entry
from harness.audit.symbols import ROUTES, Class, Function, dotted
from harness.audit.values import Callee, Value
from harness.audit.walker import Walker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.audit.actors import Context
    from harness.audit.source_files import Project

__all__ = ["find_entries"]

_ONCE = {"main", "run", "start", "serve", "watch", "loop", "stop", "close", "shutdown", "run_forever", "amain", "_main"}
_NEEDS_LOOP = {"get_running_loop", "create_task", "ensure_future", "get_event_loop"}


def find_entries(project: Project, assume_threads: bool) -> list[Entry]:
    """Find and walk every entry point; with ``assume_threads=False``, only those seen to run in threads do."""
    entries: dict[tuple[ast.AST, Context, Class | None], Entry] = {}
    visited: set[ast.AST] = set()
    mentioned = _mentioned_names(project)
    waiting = list(_first_entries(project, assume_threads, mentioned))
    left_over = _left_over(project, mentioned)
    while waiting:
        entry = waiting.pop(0)
        key = (entry.function.node, entry.context, entry.receiver)
        known = entries.get(key)
        if known is None:
            entries[key] = entry
            visited |= _walk(project, entry, waiting)
        else:
            known.many = True  # started in two places: two of it
        if not waiting:  # no call of these was seen: one after the other, for the first may start the next
            waiting.extend(_next_left_over(left_over, visited))
    return list(entries.values())


def _left_over(project: Project, mentioned: dict[str, set[str]]) -> Iterator[Function]:
    """All functions, those first that no file mentions: the others may turn out to be started by these."""
    names = set().union(*mentioned.values())
    return iter(sorted(project.functions(), key=lambda function: function.name in names))


def _next_left_over(functions: Iterator[Function], visited: set[ast.AST]) -> Iterator[Entry]:
    """The next function that was not visited. What was visited stays so: no function is looked at twice."""
    for function in functions:
        generator = function.decorated("contextmanager", "asynccontextmanager")
        if function.node not in visited and not generator and function.name != "__init__":
            visited.add(function.node)
            receiver = Value(cls=function.owner) if function.owner is not None else None
            thread = function.owner is not None and function.owner.is_thread and function.name == "run"
            context: Context = "loop" if function.is_async else "thread" if thread else "main"
            yield Entry(Callee(function, receiver), context, function.is_async)
            return


def _walk(project: Project, entry: Entry, waiting: list[Entry]) -> set[ast.AST]:
    walker = Walker(project, entry)
    try:
        walker.enter(entry.function.node, entry.callee, entry.arguments, dict(entry.keywords), run=True)
    except RecursionError:  # an expression of hundreds inside each other
        entry.too_deep = True
    for spawned in walker.record.spawned:
        spawned.arguments = tuple(_handed_over(value) for value in spawned.arguments)
        spawned.keywords = tuple((name, _handed_over(value)) for name, value in spawned.keywords)
        callee = spawned.callee
        receiver = _handed_over(callee.receiver) if callee.receiver is not None else None
        spawned.callee = Callee(callee.function, receiver, callee.outer, (), callee.plain)
        waiting.append(spawned)
    return walker.record.visited


def _handed_over(value: Value | None) -> Value:
    """The events of the one who starts it are not those of the one who is started; and now two have the object."""
    if value is None:
        return Value()
    return Value(
        alias=value.alias, cls=value.cls, lock=value.lock, callee=value.callee, elements=value.elements,
        element_cls=value.element_cls, external=value.external, apart=value.apart, origin=value.origin,
        inner=value.inner, constant=value.constant,
    )  # fmt: skip


def _first_entries(project: Project, assume_threads: bool, mentioned: dict[str, set[str]]) -> Iterator[Entry]:
    for module in project.audited:
        assert module.body is not None
        yield Entry(Callee(module.body), "init", False)
        for function in module.functions.values():
            called = function.name in mentioned[""]
            if function.decorated(*ROUTES) and not function.is_async:
                yield Entry(Callee(function), "thread", True, "the web framework runs it in a thread of its pool")
            elif function.is_async and (not called or function.decorated(*ROUTES)):
                yield Entry(Callee(function), "loop", not _once(function))
            elif not function.is_async and not called and not function.decorators:
                lock = any(lock.kind == "thread" for lock in module.locks.values())
                assumed = f"threads call {function.name}: the module has a lock for them"
                if lock and assume_threads and function.public and not _once(function):
                    yield Entry(Callee(function), "thread", True, assumed)
                else:
                    yield Entry(Callee(function), "main", False)
        for cls in module.classes.values():
            yield from _of_class(cls, mentioned, assume_threads)


def _of_class(cls: Class, mentioned: dict[str, set[str]], assume_threads: bool) -> Iterator[Entry]:
    methods = cls.all_methods
    family = [f"{each.module.path}:{each.name}" for each in cls.line_of_classes]
    called = mentioned[""].union(*(mentioned.get(each, set()) for each in family))
    starts_threads = any(_calls(method, {"Thread", "Timer", "submit"}) for method in methods.values())
    locked = any(lock.kind == "thread" for lock in cls.all_locks)
    on_loop = any(_calls(method, _NEEDS_LOOP) for method in methods.values() if not method.is_async)
    mixed = any(method.is_async for method in methods.values())
    for name, method in methods.items():
        receiver = Value(cls=cls)
        callee = Callee(method, receiver)
        if name == "__init__":
            yield Entry(callee, "init", False)
        elif name.startswith("__a") and method.is_async:
            yield Entry(callee, "loop", False)
        elif not method.public or method.decorated("contextmanager", "asynccontextmanager"):
            continue
        elif cls.is_thread and name == "run":
            continue  # by the thread itself, as often as one is made
        elif method.is_async:
            yield Entry(callee, "loop", not _once(method))
        elif not assume_threads or (on_loop and not locked):
            continue
        elif locked:
            yield Entry(callee, "thread", True, f"threads call {method.qualname}: its class has a lock for them")
        elif starts_threads or cls.is_thread:
            yield Entry(callee, "thread", False, f"another thread calls {method.qualname}")
        elif mixed and name not in called:
            reason = f"a thread calls {method.qualname}: nothing here does, and tasks have the coroutines of its class"
            yield Entry(callee, "thread", True, reason)


def _once(function: Function) -> bool:
    """Its name says that it is called once, and it is told nothing that could differ the next time."""
    count = len(function.node.args.args) - (function.owner is not None)
    return function.name in _ONCE and count <= 0


def _calls(function: Function, names: set[str]) -> bool:
    calls = (each.func for each in ast.walk(function.node) if isinstance(each, ast.Call))
    return any(
        (each.attr if isinstance(each, ast.Attribute) else dotted(each, function.module).split(".")[-1]) in names
        for each in calls
    )


def _mentioned_names(project: Project) -> dict[str, set[str]]:
    """Names that some file uses, called or handed on: under ``""``, or under a class if only its ``self`` has them."""
    found: dict[str, set[str]] = {"": set()}
    for module in project.audited:
        selves: set[ast.AST] = set()
        for cls in module.classes.values():
            mine = found.setdefault(f"{module.path}:{cls.name}", set())
            for node in ast.walk(cls.node):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
                    mine.add(node.attr)
                    selves.add(node)
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and node not in selves:
                found[""].add(node.attr)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                found[""].add(node.id)
    return found
