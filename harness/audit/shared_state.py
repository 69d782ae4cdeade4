"""What is done to shared things themselves: containers, records, variables and locks."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal

from harness.audit.actors import Note
from harness.audit.places import Lock, Place, field_of, item_of
from harness.audit.symbols import BODY
from harness.audit.values import NOTHING, Coroutine, Environment, Value

if TYPE_CHECKING:
    from harness.audit.events import EventKind
    from harness.audit.recorder import Recorder
    from harness.audit.walking import Walk

__all__ = ["COPIES", "STATUSES", "SharedState", "final_status"]

_INSERTS: Final = {"append", "add", "insert", "appendleft", "extend", "update", "setdefault", "sort", "reverse"}
_DELETES: Final = {"pop", "popitem", "remove", "discard", "clear", "popleft"}
STATUSES: Final = {"status", "state", "phase"}
_FINAL: Final = {"completed", "complete", "done", "failed", "cancelled", "canceled", "finished", "aborted", "succeeded",
                "success", "errored", "expired", "timed_out", "rejected"}  # fmt: skip
_VIEWS: Final = {"items", "values", "keys"}
COPIES: Final = {"list", "dict", "tuple", "set", "frozenset", "sorted", "copy", "deepcopy", "replace"}


class SharedState:
    """Writes down changes to places. Each method of a built-in container is one step, as it is in C."""

    def __init__(self, record: Recorder, walk: Walk) -> None:
        self._record = record
        self._walk = walk

    @property
    def is_module_level(self) -> bool:
        return self._record.function.name == BODY

    def on_container(self, node: ast.Call, receiver: Value, attr: str) -> Value | None:
        """A method of a built-in container, or None if it is none of those that matter."""
        alias = receiver.alias
        assert alias is not None
        if attr not in _INSERTS | _DELETES | _VIEWS | {"get", "copy"}:
            return None
        values = [self._walk.evaluate(each) for each in [*node.args, *(keyword.value for keyword in node.keywords)]]
        sources = frozenset[int]().union(*(value.sources for value in values))
        if attr in _VIEWS:
            pairs = attr == "items"
            elements = None if attr == "keys" else receiver.elements or item_of(alias, "*")
            return replace(receiver, view=True, pairs=pairs, elements=elements)
        if attr == "copy":
            return replace(receiver, alias=None, fresh=True)
        if attr == "get":
            key = node.args[0] if node.args else None
            name = key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ""
            return self._walk.item(node, receiver, sources, name)
        given = next((value.lock for value in values if value.lock is not None), None)
        if given is not None and attr == "setdefault":  # a family of locks, made as they are needed
            kind = _lock_kind(values[-1])
            return Value(lock=replace(given, owner=alias.owner, name=alias.name, keyed=True, kind=kind))
        if receiver.fresh:
            return Value(sources=sources, fresh=True)
        nested = alias.item or bool(alias.field)
        place = field_of(alias, "*") if nested else replace(alias, item=True)
        step: EventKind = "write" if nested else "insert" if attr in _INSERTS else "delete"
        self._record.emit(step, node, place, sources=sources, fresh=all(value.fresh for value in values), text=attr)
        if attr == "setdefault":
            return Value(alias=item_of(alias, "*" if nested else ""), cls=receiver.element_cls)
        if attr not in _DELETES:
            return NOTHING
        external, depth = receiver.inner
        return Value(cls=receiver.element_cls, external=external if depth == 1 else "", origin=receiver.origin)

    def on_field(self, node: ast.Call, name: str, arguments: list[Value]) -> Value:
        """``getattr`` and ``setattr`` on a record."""
        alias = arguments[0].alias
        assert alias is not None
        key = node.args[1]
        field = key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else "*"
        place = field_of(alias, field)
        if name == "getattr":
            return Value(sources=self._record.read(node, place))
        if not arguments[0].fresh:
            final = final_status(place, arguments[-1]) or self._final_among_keywords()
            self._record.emit("write", node, place, sources=arguments[-1].sources, final=final)
        return NOTHING

    def _final_among_keywords(self) -> str:
        """The final status that ``**changes`` has: what is set field by field are usually those."""
        spec = self._record.function.node.args.kwarg
        if spec is None or self._record.env is None or spec.arg not in self._record.env.values:
            return ""
        named = self._record.env.values[spec.arg].named
        return next((value.constant for name, value in named if name in STATUSES and value.constant in _FINAL), "")

    def set_attribute(self, node: ast.expr, owner: Value, attr: str, value: Value) -> None:
        """``owner.attr = value``."""
        if owner.fresh or value.lock is not None:
            return
        if owner.alias is not None:
            self.set(node, field_of(owner.alias, attr), value)
        elif owner.cls is not None and owner.cls.lock(attr) is None:
            self.set(node, owner.cls.place_of(attr), value)

    def set(self, node: ast.expr, place: Place, value: Value) -> None:
        """Give a place a value; whether that is None, or a final status, is part of the event."""
        text = "None" if value.constant == "None" else ""
        self._record.emit("write", node, place, sources=value.sources, text=text, final=final_status(place, value))

    def captured_place(self, env: Environment, name: str) -> Place:
        return Place(f"{env.function.module.path}:{env.function.qualname}", name)

    def global_place(self, name: str) -> Place:
        return Place(self._record.function.module.path, name)

    def on_lock(self, node: ast.Call, receiver: Value, attr: str) -> Value:
        """A method of a lock."""
        lock = receiver.lock
        assert lock is not None
        for each in node.args:
            if not isinstance(each, ast.Lambda):
                self._walk.evaluate(each)
        if lock.keyed and attr in ("get", "setdefault", "pop", "__getitem__"):
            return Value(lock=lock)
        if attr == "acquire":
            self.take(node, lock)
        elif attr == "release":
            self._record.release(lock)
        elif attr in ("wait", "wait_for") and any(held.lock == lock for held in self._record.held):
            self._record.release(lock)  # a condition gives its lock back while it waits
            self._record.acquire(node, lock)
        else:
            return NOTHING
        if lock.kind == "asyncio" and attr != "release":
            return Value(coroutines=(Coroutine(None, text="", slow=False),))
        return NOTHING

    def take(self, node: ast.expr, lock: Lock, sorted_key: bool = False) -> None:
        """Hold a lock from here on; one that was made for this call alone excludes no other call."""
        if lock.name and lock.kind != "none":
            self._record.acquire(node, lock, sorted_key)
        elif not lock.name and not self._record.muted:
            text = "no other call ever has this lock"
            self._record.entry.notes.append(Note("lock-per-call", lock.path, lock.owner, lock.line, text))

    def settle_lock(self, env: Environment, name: str, value: Value) -> Value:
        """A lock in a local variable is one that others can have, if the variable leaves the function."""
        if value.lock is None or value.lock.name or not self._leaves(env, name):
            return value
        owner = f"{env.function.module.path}:{env.function.qualname}"
        return replace(value, lock=replace(value.lock, owner=owner, name=name, kind=_lock_kind(value)))

    def _leaves(self, env: Environment, name: str) -> bool:
        if name in env.function.captured:
            return True
        own: set[ast.AST] = set()
        for each in ast.walk(env.function.node):
            if isinstance(each, ast.withitem):
                own.add(each.context_expr)
            elif isinstance(each, ast.Attribute) and each.attr in ("acquire", "release", "locked"):
                own.add(each.value)
        return any(
            isinstance(each, ast.Name) and each.id == name and isinstance(each.ctx, ast.Load) and each not in own
            for each in ast.walk(env.function.node)
        )

    def lock_by_name(self, node: ast.expr, is_async: bool) -> Lock | None:
        """Return a lock that is made elsewhere: its name says that it is one."""
        name = node.func if isinstance(node, ast.Call) else node
        keyed = isinstance(node, ast.Call | ast.Subscript)
        while isinstance(name, ast.Subscript):
            name = name.value
        text = name.attr if isinstance(name, ast.Attribute) else name.id if isinstance(name, ast.Name) else ""
        if not any(word in text.lower() for word in ("lock", "mutex")) or text.lower().startswith(("un", "block")):
            return None
        owner = self._record.function.owner
        label = owner.name if owner is not None else self._record.function.module.path
        return Lock(label, text, "asyncio" if is_async else "thread", keyed)


def final_status(place: Place, value: Value) -> str:
    """The final status that a write sets; empty if it sets none.

    >>> final_status(Place("Store", "jobs", True, "status"), Value(constant="done"))
    'done'
    """
    return value.constant if (place.field or place.name) in STATUSES and value.constant.lower() in _FINAL else ""


def _lock_kind(made: Value) -> Literal["thread", "asyncio"]:
    return "asyncio" if made.external.startswith("asyncio") else "thread"
