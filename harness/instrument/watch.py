"""Sees which Python code runs in an execution without being rewritten.

A module that is imported inside a function, or found through a registry, is in no name when an exploration begins. So
each code object that is entered is looked at, once or twice: ``sys.monitoring`` (PEP 669) tells of it, and lets itself
be told that it need not tell again, so that the watch costs nothing after the first executions. Before CPython 3.12
there is only ``sys.setprofile``, which costs each call; there, the first executions and every one whose number is a
power of two are watched.

What could make it wrong: code that a later schedule alone enters. It is found too, where monitoring is there; the
result is then read off when the exploration is over.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from harness.instrument.known_library import is_generated, is_known
from harness.model.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from types import CodeType, FrameType

__all__ = ["Watch"]

_MONITORING: Final = getattr(sys, "monitoring", None)
_ALWAYS: Final = 3
"""Executions that are watched one after the other where each call costs."""


class Watch:
    """Collects the files of the code that ran as single steps.

    Args:
        rewritten: Files whose code is rewritten.
        actor: Which actor has the turn; below zero if the caller is no part of an execution.

    Attributes:
        actors: File -> the actors that ran code of it.
    """

    def __init__(self, rewritten: Collection[str], actor: Callable[[], int]) -> None:
        self._rewritten = frozenset(rewritten)
        self._actor = actor
        self._executions = 0
        self.actors: dict[str, set[int]] = {}

    @contextmanager
    def on(self) -> Iterator[None]:
        """Watch the executions inside the block, with :meth:`execution` around each."""
        tool = _free_tool()
        if tool is None or _MONITORING is None:
            yield
            return
        self._tool: int | None = tool
        _MONITORING.use_tool_id(tool, "race-harness")
        _MONITORING.register_callback(tool, _MONITORING.events.PY_START, self._started)
        _MONITORING.set_events(tool, _MONITORING.events.PY_START)
        _MONITORING.restart_events()
        try:
            yield
        finally:
            _MONITORING.set_events(tool, 0)
            _MONITORING.register_callback(tool, _MONITORING.events.PY_START, None)
            _MONITORING.free_tool_id(tool)

    @property
    def wants_profile(self) -> bool:
        """Whether the next execution is to be watched with ``sys.setprofile``; asked once for each."""
        if _MONITORING is not None or sys.getprofile() is not None:  # a profiler cannot be shared
            return False
        self._executions += 1
        number = self._executions
        return number <= _ALWAYS or number & (number - 1) == 0

    def scope(self, rewritten: tuple[str, ...]) -> Scope:
        """What the executions so far came to.

        Args:
            rewritten: Names of the modules that are rewritten.
        """
        opaque = {name: each for file, each in self.actors.items() for name in _modules_of(file)}
        packages: defaultdict[str, set[int]] = defaultdict(set)
        for name, actors in opaque.items():
            packages[name.partition(".")[0]] |= actors  # two modules of a package share state as one does
        shared = (name for name in opaque if len(packages[name.partition(".")[0]]) > 1)
        return Scope(rewritten, tuple(sorted(opaque)), tuple(sorted(shared)))

    def _started(self, code: CodeType, offset: int) -> Any:
        return None if self._seen(code) else _MONITORING.DISABLE  # type: ignore[union-attr]

    @contextmanager
    def profiled(self) -> Iterator[None]:
        """Watch one execution by ``sys.setprofile``, which greenlets that are made inside inherit."""
        sys.setprofile(self._called)
        try:
            yield
        finally:
            sys.setprofile(None)

    def _called(self, frame: FrameType, event: str, arg: object) -> None:
        if event == "call":
            self._seen(frame.f_code)

    def _seen(self, code: CodeType) -> bool:
        """Note that ``code`` is entered. Returns whether it is worth hearing of it again."""
        file = code.co_filename
        if file in self._rewritten or (is_generated(code) if file.startswith("<") else is_known(file)):
            return False
        actor = self._actor()
        if actor < 0:
            return True  # another thread of the process, or a strategy between two executions
        actors = self.actors.setdefault(file, set())
        actors.add(actor)
        return len(actors) < 2


def _free_tool() -> int | None:
    if _MONITORING is None:
        return None
    return next((each for each in (4, 3, 5, 2) if _MONITORING.get_tool(each) is None), None)


def _modules_of(file: str) -> list[str]:
    """The names of the loaded modules that come from a file."""
    return [
        name
        for name, module in list(sys.modules.items())
        if getattr(module, "__file__", None) == file and getattr(module, "__name__", "") == name
    ] or [file]
