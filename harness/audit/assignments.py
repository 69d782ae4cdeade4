"""Writes down what assignments, augmented ones and deletions do to places."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from harness.audit.places import item_of
from harness.audit.shared_state import final_status
from harness.audit.values import Value

if TYPE_CHECKING:
    from harness.audit.events import EventKind
    from harness.audit.recorder import Recorder
    from harness.audit.shared_state import SharedState
    from harness.audit.walking import Walk

__all__ = ["Assignments"]


class Assignments:
    """Gives targets their values."""

    def __init__(self, record: Recorder, walk: Walk, shared_state: SharedState) -> None:
        self._record = record
        self._walk = walk
        self._shared_state = shared_state

    def augment(self, node: ast.AugAssign, target: ast.expr, value: ast.expr) -> None:
        match target:
            case ast.Attribute():
                load: ast.expr = ast.copy_location(ast.Attribute(target.value, target.attr, ast.Load()), target)
            case ast.Subscript():
                load = ast.copy_location(ast.Subscript(target.value, target.slice, ast.Load()), target)
            case _:
                load = target
        before = self._walk.evaluate(load)
        more = self._walk.evaluate(value)
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
                self._shared_state.set_attribute(target, self._walk.evaluate(inner), attr, value)
            case ast.Subscript(value=inner, slice=key):
                owner = self._walk.evaluate(inner)
                self._walk.evaluate(key)
                if owner.alias is not None and not owner.fresh:
                    name = key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ""
                    place = item_of(owner.alias, name)
                    kind: EventKind = "write" if place.field else "insert"
                    final = final_status(place, value)
                    self._record.emit(kind, target, place, sources=value.sources, fresh=value.fresh, final=final)
            case _:
                pass

    def bind(self, node: ast.expr, name: str, value: Value) -> None:
        """Give a variable its value; a write, if others have the variable too."""
        env, _ = self._record.variable(name)
        if env is not None:
            env.values[name] = self._shared_state.settle_lock(env, name, value)
            if name in env.function.captured:
                self._record.emit("write", node, self._shared_state.captured_place(env, name), sources=value.sources)
        elif name in self._record.function.declared or self._shared_state.is_module_level:
            self._record.emit("write", node, self._shared_state.global_place(name), sources=value.sources)

    def delete(self, target: ast.expr) -> None:
        match target:
            case ast.Subscript(value=inner, slice=key):
                owner = self._walk.evaluate(inner)
                self._walk.evaluate(key)
                if owner.alias is not None and not owner.fresh:
                    self._record.emit("delete", target, item_of(owner.alias))
            case ast.Tuple(elts=elts):
                for each in elts:
                    self.delete(each)
            case _:
                pass
