"""Who waits for what: the text of a deadlock, one line an actor or a task."""

from __future__ import annotations

import asyncio
import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from harness.engine.actor import Actor
from harness.engine.source_location import frame_place, program_frame, site_of_frame
from harness.stdlib.event_loop import Loop
from harness.stdlib.locks import Lock, RLock
from harness.stdlib.simple_queue import SimpleQueue

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import FrameType

    from harness.engine.turns import Turns

__all__ = ["Waiting", "deadlock_text", "describe_deadlock", "describe_thing"]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who cannot go on.

    Attributes:
        name: Of the thread.
        frame: Where it stands.
        thing: What it waits for, with its article; ``""`` for a loop that waits for something to do.
        holder: Who holds that, as the end of a sentence, or ``""``.
        tasks: Of the loop that it runs.
        queued: Callbacks that are in the loop's queue.
    """

    name: str
    frame: FrameType | None
    thing: str
    holder: str = ""
    tasks: Sequence[asyncio.Task[Any]] = ()
    queued: int = 0


def describe_deadlock(world: Turns) -> tuple[str, str]:
    """The message, and the places where somebody waits (which tell one deadlock from another)."""
    here = sys._getframe()
    stuck = [actor for actor in world.alive if not actor.is_timer]
    everybody = [_waiting(world, actor, here) for actor in stuck]
    world._run.history.waiting = [
        (actor.lane, *actor.pending, site_of_frame(program_frame(each.frame, world.files)))
        for actor, each in zip(stuck, everybody, strict=True)
    ]
    return deadlock_text(everybody, world.files)


def deadlock_text(everybody: Iterable[Waiting], files: frozenset[str]) -> tuple[str, str]:
    """The message, and the places where somebody waits.

    Args:
        everybody: In the order in which they were made.
        files: Sources of the program.
    """
    lines: list[str] = []
    places: list[str] = []
    for each in everybody:
        if not each.thing:
            lines += _loop_lines(each, files, places)
            continue
        place = frame_place(program_frame(each.frame, files)) or _innermost(each.frame)
        lines.append(f"{each.name} waits for {each.thing} at {place}{each.holder}")
        places.append(place)
    return "nobody can go on:\n" + "\n".join(lines), " ".join(sorted(places))


def _waiting(world: Turns, actor: Actor, here: FrameType) -> Waiting:
    thing = actor.waits_for
    suspended: FrameType | None = actor.greenlet.gr_frame if actor.greenlet is not None else None
    frame = here if actor is world.current else suspended
    if isinstance(thing, Loop):
        return Waiting(actor.name, frame, "", "", thing._tasks, len(thing._ready))
    return Waiting(actor.name, frame, _describe(thing), _holder(thing))


def _innermost(frame: FrameType | None) -> str:
    while frame is not None and _is_ours(frame.f_code.co_filename.replace("\\", "/")):
        frame = frame.f_back
    return frame_place(frame)


def _is_ours(file: str) -> bool:
    return "/harness/engine/" in file or "/harness/stdlib/" in file or "/harness/real/" in file


def _describe(obj: Any) -> str:
    if isinstance(obj, RLock):
        return "an RLock"
    if isinstance(obj, Lock):
        return "a Lock"
    if isinstance(obj, Actor):
        return f"the end of {obj.name}"
    return describe_thing(obj)


def describe_thing(obj: object) -> str:
    """What is waited for, if it is neither a lock nor a thread."""
    name = type(obj).__name__
    if isinstance(obj, threading.Event):
        return f"an {name}"
    if isinstance(obj, (threading.Semaphore, threading.Condition, SimpleQueue)):
        return f"a {name}"
    return name


def _holder(obj: Any) -> str:
    owner = getattr(obj, "owner", None)
    if isinstance(owner, Actor):
        return f"; {owner.name} holds it" + (" and has ended" if owner.done else "")
    return ""


def _loop_lines(waiting: Waiting, files: frozenset[str], places: list[str]) -> list[str]:
    lines = []
    for task in waiting.tasks:
        if task.done():
            continue
        stack = task.get_stack()
        program = [frame for frame in stack if frame.f_code.co_filename in files]
        place = frame_place(program[-1] if program else (stack[-1] if stack else None))
        places.append(place)
        lines.append(f"{task.get_name()} (a task of {waiting.name}) waits {_awaited(task)}at {place}")
    if waiting.queued:
        lines.append(
            f"the loop of {waiting.name} sleeps although {waiting.queued} callback(s) are queued: a foreign thread put "
            f"them there without call_soon_threadsafe, which would have woken it"
        )
    if not lines:
        lines.append(f"the loop of {waiting.name} has nothing to do and was not stopped")
        places.append(waiting.name)
    return lines


def _awaited(task: asyncio.Task[Any]) -> str:
    """What a task awaits, as far as the chain of awaits tells: the asyncio primitive at its end."""
    awaitable: Any = task.get_coro()
    frame: FrameType | None = None
    while awaitable is not None:
        found = getattr(awaitable, "cr_frame", None) or getattr(awaitable, "gi_frame", None)
        if found is not None:
            frame = found
        awaitable = getattr(awaitable, "cr_await", None) or getattr(awaitable, "gi_yieldfrom", None)
    if frame is not None:
        owner = frame.f_locals.get("self")
        if type(owner).__module__.startswith("asyncio."):
            return f"for an asyncio.{type(owner).__name__} "
    return ""
