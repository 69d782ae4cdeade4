"""What CPython does around a program, done for the virtual threads of an execution: its life from call to exit."""

from __future__ import annotations

import inspect
import itertools
import threading
from typing import TYPE_CHECKING, Any

from harness.engine.protocol import door
from harness.instrument import sets
from harness.stdlib import asyncio_run, executors, hashes, running_loop, thread
from harness.stdlib.holders import LibraryObjects
from harness.stdlib.patches import Patches
from harness.stdlib.preexisting import Preexisting
from harness.stdlib.randomness import Reseeding

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from harness.engine.actor import Actor
    from harness.engine.protocol import RunningExecution

__all__ = ["StandardLibrary"]


class StandardLibrary:
    """Context manager: inside it, the names of the standard library lead to the controlled one.

    Implements :class:`~harness.engine.protocol.Interpreter`.

    Args:
        uses_random: The program uses :mod:`random`: seed it anew for each execution.
        rewritten: Names of the modules that are rewritten.
    """

    def __init__(self, uses_random: bool, rewritten: Collection[str]) -> None:
        self._reseeding = Reseeding(uses_random)
        self._preexisting = Preexisting()
        self._patches = Patches()
        self.adapters = self._preexisting.adapters
        self.substitutes = self._patches.substitutes
        self._rewritten = rewritten
        self._library_objects = LibraryObjects(self._preexisting, self.substitutes)
        self._outer: running_loop.Outer = (None, None)

    def __enter__(self) -> StandardLibrary:
        self._reseeding.__enter__()
        tell_of_threads = thread.know_threads_of_the_process()
        self._patches.apply()
        tell_of_threads()
        self._library_objects.put_in_place(self._rewritten)
        asyncio_run.set_hooks()
        return self

    def __exit__(self, *exc: object) -> None:
        asyncio_run.reset_hooks()
        self._library_objects.put_back()
        self._patches.restore()
        self._reseeding.__exit__(*exc)
        executors.close()

    def begin(self, execution: RunningExecution) -> None:
        self._outer = running_loop.enter()

    def call(self, program: Callable[[], Any]) -> Any:
        """Run the program as the interpreter would run a script; a coroutine is run by ``asyncio.run``."""
        thread.adopt_main(door.execution.turns.main)
        asyncio_run.begin_again()
        hashes.begin_again()
        sets.begin_again()
        threading._counter = itertools.count(1).__next__  # type: ignore[attr-defined]
        self._reseeding.begin_again()
        self._preexisting.begin_again()
        executors.begin_again()
        result = program()
        if inspect.iscoroutine(result):
            result = asyncio_run.run(result)
        return result

    def exit(self) -> None:
        executors.tell_executors()
        asyncio_run.report_unretrieved()

    def swap(self, old: Actor, new: Actor) -> None:
        running_loop.swap(old, new)

    def enter(self, actor: Actor) -> None:
        running_loop.swap_in(actor)

    def end(self, execution: RunningExecution, is_reported: bool) -> None:
        running_loop.leave(self._outer)
        for loop in execution.loops:
            if is_reported:
                loop.name_lanes()
            loop.abandon()
        thread.release_main()
