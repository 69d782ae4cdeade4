"""One re-enactment, in the process that was made for it: what failed for real, or why nothing could be seen."""

from __future__ import annotations

import _thread
import asyncio
import gc
import inspect
import os
import threading
import time
import warnings
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, NoReturn

from harness.engine.deadlock import Waiting, deadlock_text, wait_name
from harness.engine.replaced import replaced_parts
from harness.model.event import History, Lane, Replaced, Replacement
from harness.model.kind import Kind
from harness.real import replay_patches, stock_loop
from harness.real.replay_primitives import Lock, RLock
from harness.real.replayer import Replayer, ReplayThread

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.instrument import Instrumentation
    from harness.model.site import Site
    from harness.real.script import RecordingExecution

__all__ = ["Observed", "reenact"]

Observed = tuple[str, str, str]
"""``(kind, message, reason)`` of what happened for real; with a reason, nothing was seen."""
_RESIZE: Final = int(Kind.RESIZE)
_SETTLE: Final = 0.05
"""Seconds for which threads that cannot go on are watched: none may come back."""
_start_thread, _sleep = _thread.start_new_thread, time.sleep


def reenact(
    program: Callable[[], Any],
    instrumentation: Instrumentation,
    recorded: RecordingExecution,
    expects: str,
    describe: Callable[[History], str] | None,
    send: Callable[[Observed], None],
) -> None:
    """Re-enact a script. Ends the process.

    Args:
        program: Called in the main thread of the process.
        instrumentation: Of the program.
        recorded: The execution, with its script.
        expects: The kind of failure that it ends in.
        describe: The message of a failure that an oracle reads off the history, ``""`` if there is none; None for a
            failure that shows itself.
        send: Hands over what was observed.
    """
    over = _thread.allocate_lock()
    complaints: dict[str, None] = {}

    def report(kind: str, message: str, reason: str) -> NoReturn:
        over.acquire()  # and never given back: the first word counts
        send((kind, "\n".join((message, *complaints)), reason))
        os._exit(0)

    def warn(message: Warning | str, category: type[Warning], *place: Any, **more: Any) -> None:
        if str(message).endswith("was never awaited"):
            complaints[f"{category.__name__}: {message}".partition("\n")[0]] = None

    gc.disable()  # a finalizer would run at a place that the script does not know
    gc.freeze()
    files = frozenset(instrumentation.files)
    replayer = Replayer(recorded.script, recorded.names, files, expects, recorded.reads_clock, report)
    observer = _Observer()
    if describe is not None:
        replayer.saw, replayer.resized, replayer.replaced = observer.saw, observer.resized, observer.replaced
    replay_patches.install(replayer)
    warnings.simplefilter("always")
    warnings.showwarning = warn
    with instrumentation.installed(replayer):
        _start_thread(_watch, (replayer, lambda: describe(observer.history) if describe is not None else ""))
        main = replayer.add(0, threading.main_thread())
        replayer.enter(main)
        try:
            result = program()
            if inspect.iscoroutine(result):
                result = asyncio.run(result)
            replay_patches.tell_executors()
            exc = stock_loop.unretrieved()
            if exc is not None:
                raise exc
        except SystemExit as exc:
            if exc.code not in (None, 0):
                replayer.fail_with(exc)
        except BaseException as exc:
            replayer.fail_with(exc)
        replayer.leave(main)
        ended = _thread.allocate_lock()
        ended.acquire()
        ended.acquire()  # whoever watches ends the process


def _watch(replayer: Replayer, describe: Callable[[], str]) -> None:
    """Wait until the script has been acted out and nobody can go on, and say what that is."""
    replayer.stuck.acquire()
    left = [thread for thread in replayer.threads.values() if not thread.ended]
    if replayer.expects != "deadlock":
        message = describe()
        if message:
            replayer.fail(replayer.expects, message)
        replayer.give_up("the schedule came to its end on real threads, and nothing failed")
    if not left:
        replayer.give_up("every thread came to its end, and the script leaves some of them waiting")
    _sleep(_SETTLE)  # who is woken meanwhile says so, and ends the process
    message, _ = deadlock_text(map(_waiting, left), replayer.files)
    replayer.fail("deadlock", message)


def _waiting(thread: ReplayThread) -> Waiting:
    thing = thread.waits_for
    if hasattr(thing, "race_tasks"):
        return Waiting(thread.name, thread.frame, "", "", thing.race_tasks, len(thing._ready))
    if isinstance(thing, ReplayThread):
        return Waiting(thread.name, thread.frame, f"the end of {thing.name}")
    if isinstance(thing, (Lock, RLock)):
        owner = thing.owner
        holder = f"; {owner.name} holds it" + (" and has ended" if owner.ended else "") if owner is not None else ""
        return Waiting(thread.name, thread.frame, wait_name(thing), holder)
    return Waiting(thread.name, thread.frame, wait_name(thing))


class _Observer:
    """Writes down the accesses that really happen, as an execution does."""

    def __init__(self) -> None:
        self.history = History()
        self._lanes: dict[tuple[int, int], int] = {}
        self._numbers: dict[int, int] = defaultdict(lambda: len(self._numbers) + 1)
        self._kept: list[object] = []  # so that no number is used again

    def saw(self, thread: ReplayThread, obj: object, key: object, kind: int, site: Site) -> None:
        loop = asyncio._get_running_loop()
        task = asyncio.current_task(loop) if loop is not None else None
        who = thread.number, id(task)
        lane = self._lanes.get(who)
        if lane is None:
            lane = self._lanes[who] = len(self._lanes)
            name = task.get_name() if task is not None else thread.name
            self.history.lanes.append(Lane(lane, thread.number, name, task is not None))
        number = self._numbers[id(obj)]
        self._kept += (obj, task)
        self.history.labels[number] = obj.__name__ if isinstance(obj, type) else type(obj).__name__
        self.history.events.append((lane, kind, number, key, site))

    def resized(self) -> None:
        lane, _, number, key, site = self.history.events[-1]
        self.history.events[-1] = (lane, _RESIZE, number, key, site)

    def replaced(self, old: object, new: object) -> None:
        numbers = self._numbers
        parts = replaced_parts(old, new, lambda obj: numbers.get(id(obj)))
        replaced = tuple(Replaced(number, key, roots, None) for number, key, roots, _ in parts)
        self.history.replaced[len(self.history.events) - 1] = Replacement(numbers.get(id(new), 0), replaced)
