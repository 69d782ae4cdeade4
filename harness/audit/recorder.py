"""Keeps the state of a walk through one entry point, and writes down what it meets."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from harness.audit.actors import MAX_EVENTS, Entry, Note
from harness.audit.events import Event, Frame, Held
from harness.audit.places import Lock, Place
from harness.audit.values import NOTHING, Origin, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.audit.actors import Context
    from harness.audit.events import EventKind
    from harness.audit.source_files import Project
    from harness.audit.symbols import Function
    from harness.audit.values import Callee, Environment

__all__ = ["MAX_DEPTH", "Recorder"]

MAX_DEPTH: Final = 8
"""Calls inside calls that are followed."""


class Recorder:
    """Writes events down, and knows which locks, checks and branches are in force."""

    def __init__(self, project: Project, entry: Entry) -> None:
        self.project = project
        self.entry = entry
        self.spawned: list[Entry] = []
        self.visited: set[ast.AST] = set()
        self.frames: tuple[Frame, ...] = ()
        self.held: tuple[Held, ...] = ()
        self.branch: tuple[tuple[int, int], ...] = ()
        self.guards: frozenset[int] = frozenset()
        self.awaited: ast.AST | None = None  # the expression of the innermost ``await``
        self.loops = 0
        self.muted = 0
        self.calls = 0
        self.forks = 0
        self.env: Environment | None = None
        self.returned: list[Value] = []
        self.at_yield: Callable[[], None] | None = None

    @property
    def call(self) -> tuple[Any, ...]:
        """All that belongs to the innermost call; to set it is to go back to that call, or on with it."""
        return self.frames, self.env, self.guards, self.branch, self.returned, self.at_yield, self.loops

    @call.setter
    def call(self, state: tuple[Any, ...]) -> None:
        self.frames, self.env, self.guards, self.branch, self.returned, self.at_yield, self.loops = state

    @property
    def function(self) -> Function:
        return self.frames[-1].function

    def at(self, node: ast.AST) -> None:
        """Note the line, for the events to come."""
        line = getattr(node, "lineno", None)
        if line is not None and self.frames and line != self.frames[-1].line:
            self.frames = (*self.frames[:-1], replace(self.frames[-1], line=line))

    def emit(
        self,
        kind: EventKind,
        node: ast.AST,
        place: Place | None = None,
        *,
        sources: frozenset[int] = frozenset(),
        text: str = "",
        fresh: bool = False,
        lock: Lock | None = None,
        started: Function | None = None,
        final: str = "",
    ) -> Event:
        """Write an event down; nothing of it is kept where the code is known to be alone."""
        self.at(node)
        index = len(self.entry.events)
        event = Event(
            index, kind, place, self.frames, self.held, self.branch, sources, self.guards, text, self.loops > 0,
            fresh, lock, started, final,
        )  # fmt: skip
        if not self.muted and index < MAX_EVENTS:
            self.entry.events.append(event)
        else:
            event.index = -1
        return event

    def read(self, node: ast.AST, place: Place) -> frozenset[int]:
        index = self.emit("read", node, place).index
        return frozenset([index]) if index >= 0 else frozenset()

    def wait(self, node: ast.AST, text: str, slow: bool = True) -> frozenset[int]:
        """Note that another task of the same loop may have a turn here."""
        if self.is_loop:
            index = self.emit("wait", node, text=text if slow else "").index
            return frozenset([index]) if index >= 0 else frozenset()
        return frozenset()

    @property
    def is_loop(self) -> bool:
        """Inside a coroutine, on whichever loop."""
        return any(frame.function.is_async for frame in self.frames)

    def acquire(self, node: ast.AST, lock: Lock, sorted_key: bool = False) -> Held:
        event = self.emit("acquire", node, lock=lock)
        held = Held(lock, event.index, sorted_key)
        self.held = (*self.held, held)
        return held

    def release(self, lock: Lock) -> None:
        """Give back the one that was taken last."""
        for position in range(len(self.held) - 1, -1, -1):
            if self.held[position].lock == lock:
                self.held = self.held[:position] + self.held[position + 1 :]
                return

    def note(self, rule: str, node: ast.AST, text: str) -> None:
        if not self.muted:
            self.entry.notes.append(
                Note(rule, self.function.module.path, self.function.qualname, getattr(node, "lineno", 1), text)
            )

    def spawn(self, callee: Callee, context: Context, many: bool, *arguments: Value, **keywords: Value) -> None:
        """Let another thread or task run it from now on."""
        given = tuple(self._given(each) for each in (*callee.arguments, *arguments))
        named = tuple((name, self._given(each)) for name, each in keywords.items())
        self.spawned.append(Entry(callee, context, many, "", given, named))

    def _given(self, value: Value) -> Value:
        """What is handed over to another thread or task: it comes from this function, if not from elsewhere."""
        if not value.external or value.origin is not None or not self.frames:
            return value
        place = Place(f"{self.function.module.path}:{self.function.qualname}", value.external)
        return replace(value, origin=Origin(place, frozenset([self.function.node])))

    def variable(self, name: str) -> tuple[Environment | None, Value]:
        """The environment that a local name lives in, and its value."""
        env = self.env
        while env is not None:
            if name in env.function.bound:
                return env, env.values.get(name, NOTHING)
            env = env.outer
        return None, NOTHING
