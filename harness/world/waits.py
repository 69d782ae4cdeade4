"""Who waits for what: the text of a deadlock, one line an actor or a task."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

from harness.world.actor import Actor
from harness.world.locks import Lock, RLock
from harness.world.loop import Loop
from harness.world.place import frame_place, program_frame

if TYPE_CHECKING:
    from types import FrameType

    from harness.world.world import World

__all__ = ["describe_deadlock"]


def describe_deadlock(world: World) -> tuple[str, str]:
    """The message, and the places where somebody waits (which tell one deadlock from another)."""
    lines: list[str] = []
    places: list[str] = []
    for actor in world.alive:
        if actor.is_timer:
            continue
        frame = _suspended_frame(world, actor)
        place = frame_place(program_frame(frame, world.files)) or _innermost(frame)
        waits_for = actor.waits_for
        if isinstance(waits_for, Loop):
            lines += _loop_lines(world, actor, waits_for, places)
            continue
        lines.append(f"{actor.name} waits for {_describe(waits_for)} at {place}{_holder(waits_for)}")
        places.append(place)
    return "nobody can go on:\n" + "\n".join(lines), " ".join(sorted(places))


def _suspended_frame(world: World, actor: Actor) -> FrameType | None:
    if actor is world.current:
        import sys

        return sys._getframe(1)
    return actor.greenlet.gr_frame if actor.greenlet is not None else None


def _innermost(frame: FrameType | None) -> str:
    while frame is not None and "/harness/world/" in frame.f_code.co_filename.replace("\\", "/"):
        frame = frame.f_back
    return frame_place(frame)


def _describe(obj: Any) -> str:
    if isinstance(obj, RLock):
        return "an RLock"
    if isinstance(obj, Lock):
        return "a Lock"
    if isinstance(obj, Actor):
        return f"the end of {obj.name}"
    if isinstance(obj, (threading.Event, threading.Semaphore, threading.Condition)):
        article = "an" if isinstance(obj, threading.Event) else "a"
        return f"{article} {type(obj).__name__}"
    return f"{type(obj).__name__}"


def _holder(obj: Any) -> str:
    owner = getattr(obj, "owner", None)
    if isinstance(owner, Actor):
        return f"; {owner.name} holds it" + (" and has ended" if owner.done else "")
    return ""


def _loop_lines(world: World, actor: Actor, loop: Loop, places: list[str]) -> list[str]:
    lines = []
    for task in loop._tasks:
        if task.done():
            continue
        stack = task.get_stack()
        program = [frame for frame in stack if frame.f_code.co_filename in world.files]
        place = frame_place(program[-1] if program else (stack[-1] if stack else None))
        places.append(place)
        lines.append(f"{task.get_name()} (a task of {actor.name}) waits {_awaited(task)}at {place}")
    queued = len(loop._ready)
    if queued:
        lines.append(
            f"the loop of {actor.name} sleeps although {queued} callback(s) are queued: a foreign thread put "
            f"them there without call_soon_threadsafe, which would have woken it"
        )
    if not lines:
        lines.append(f"the loop of {actor.name} has nothing to do and was not stopped")
        places.append(actor.name)
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
