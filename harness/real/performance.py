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

from harness.engine.deadlock import Waiting, deadlock_text, describe_thing
from harness.model.event import History, Lane
from harness.model.kind import Kind
from harness.real import loops, names
from harness.real.primitives import Lock, RLock
from harness.real.stage import Player, Stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.instrument import Instrumentation
    from harness.model.site import Site
    from harness.real.recording import RecordingWorld

__all__ = ["Observed", "perform"]

Observed = tuple[str, str, str]
"""``(kind, message, reason)`` of what happened for real; with a reason, nothing was seen."""
_RESIZE: Final = int(Kind.RESIZE)
_SETTLE: Final = 0.05
"""Seconds for which threads that cannot go on are watched: none may come back."""
_start_thread, _sleep = _thread.start_new_thread, time.sleep


def perform(
    program: Callable[[], Any],
    instrumentation: Instrumentation,
    script: RecordingWorld,
    expects: str,
    describe: Callable[[History], str] | None,
    send: Callable[[Observed], None],
) -> None:
    """Act a script out. Ends the process.

    Args:
        program: Called in the main thread of the process.
        instrumentation: Of the program.
        script: As the world has written it down.
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
    stage = Stage(script.steps, script.names, files, expects, script.reads_clock, report)
    witness = _Witness()
    if describe is not None:
        stage.saw, stage.resized = witness.saw, witness.resized
    names.install(stage)
    warnings.simplefilter("always")
    warnings.showwarning = warn
    with instrumentation.installed(stage):
        _start_thread(_watch, (stage, lambda: describe(witness.history) if describe is not None else ""))
        main = stage.add(0, threading.main_thread())
        stage.enter(main)
        try:
            result = program()
            if inspect.iscoroutine(result):
                result = asyncio.run(result)
            names.tell_executors()
            exc = loops.unretrieved()
            if exc is not None:
                raise exc
        except SystemExit:
            pass
        except BaseException as exc:
            stage.fail_with(exc)
        stage.leave(main)
        ended = _thread.allocate_lock()
        ended.acquire()
        ended.acquire()  # whoever watches ends the process


def _watch(stage: Stage, describe: Callable[[], str]) -> None:
    """Wait until the script has been acted out and nobody can go on, and say what that is."""
    stage.stuck.acquire()
    left = [player for player in stage.players.values() if not player.ended]
    if stage.expects != "deadlock":
        message = describe()
        if message:
            stage.fail(stage.expects, message)
        stage.give_up("the schedule came to its end on real threads, and nothing failed")
    if not left:
        stage.give_up("every thread came to its end, and the script leaves some of them waiting")
    _sleep(_SETTLE)  # who is woken meanwhile says so, and ends the process
    message, _ = deadlock_text(map(_waiting, left), stage.files)
    stage.fail("deadlock", message)


def _waiting(player: Player) -> Waiting:
    thing = player.waits_for
    if hasattr(thing, "race_tasks"):
        return Waiting(player.name, player.frame, "", "", thing.race_tasks, len(thing._ready))
    if isinstance(thing, Player):
        return Waiting(player.name, player.frame, f"the end of {thing.name}")
    if isinstance(thing, (Lock, RLock)):
        owner = thing.owner
        holder = f"; {owner.name} holds it" + (" and has ended" if owner.ended else "") if owner is not None else ""
        return Waiting(player.name, player.frame, "an RLock" if isinstance(thing, RLock) else "a Lock", holder)
    return Waiting(player.name, player.frame, describe_thing(thing))


class _Witness:
    """Writes down the accesses that really happen, as the world does."""

    def __init__(self) -> None:
        self.history = History()
        self._agents: dict[tuple[int, int], int] = {}
        self._numbers: dict[int, int] = defaultdict(lambda: len(self._numbers) + 1)
        self._kept: list[object] = []  # so that no number is used again

    def saw(self, player: Player, obj: object, key: object, kind: int, site: Site) -> None:
        loop = asyncio._get_running_loop()
        task = asyncio.current_task(loop) if loop is not None else None
        who = player.number, id(task)
        lane = self._agents.get(who)
        if lane is None:
            lane = self._agents[who] = len(self._agents)
            name = task.get_name() if task is not None else player.name
            self.history.lanes.append(Lane(lane, player.number, name, task is not None))
        number = self._numbers[id(obj)]
        self._kept += (obj, task)
        self.history.labels[number] = obj.__name__ if isinstance(obj, type) else type(obj).__name__
        self.history.events.append((lane, kind, number, key, site))

    def resized(self) -> None:
        lane, _, number, key, site = self.history.events[-1]
        self.history.events[-1] = (lane, _RESIZE, number, key, site)
