"""A listener that writes down the accesses it is told of, for tests of rewritten code."""

from __future__ import annotations

import inspect
import sys
from typing import Any

from harness.instrument import Instrumentation
from harness.model.kind import Kind

__all__ = ["Recorder", "module_alone", "recorded", "told"]


class Recorder:
    """A listener that writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[Any, Any, Kind]] = []
        self.sites: list[Any] = []
        self.values: list[Any] = []
        self.steps = 0
        self.adapters: dict[type, Any] = {}
        self.substitutes: dict[Any, Any] = {}

    def access(self, obj: object, key: object, kind: int, site: Any) -> Any:
        self.told.append((obj, key, Kind(kind)))
        self.sites.append(site)
        return self.values.append

    def record_access_in_step(self, obj: object, key: object, kind: int, site: Any) -> None:
        self.access(obj, key, kind, site)

    def same(self, obj: object, other: object) -> None: ...

    def moment(self) -> int:
        return len(self.told)

    def resize_key(self, key: object) -> object:
        return key

    def resized(self) -> None:
        obj, key, _ = self.told[-1]
        self.told[-1] = (obj, key, Kind.RESIZE)

    def replaced(self, old: object, new: object) -> None:
        pass

    def loop_iteration(self, site: Any) -> None:
        self.steps += 1


def module_alone(function: Any) -> Instrumentation:
    """The rewritten code of the module of a function, and of no other: the listener stands in this one."""
    return Instrumentation([sys.modules[inspect.unwrap(function).__module__]])


def recorded(function: Any, *arguments: Any) -> Recorder:
    recorder = Recorder()
    with module_alone(function).installed(recorder):
        function(*arguments)
    return recorder


def told(function: Any, *arguments: Any) -> list[tuple[Any, Kind]]:
    return [(key, kind) for _, key, kind in recorded(function, *arguments).told]
