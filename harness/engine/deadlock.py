"""The text of a deadlock: who waits for what, one line an actor or a task.

What is waited for describes itself, if its class name with an article would not do: ``race_wait_name`` is its name,
``owner`` the actor that holds it, and ``tasks_and_queue()`` what a loop has in hand.
"""

from __future__ import annotations

import concurrent.futures
import queue
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from harness.engine.actor import Actor
from harness.engine.source_location import frame_place, is_ours, program_frame, site_of_frame, source_of_call

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterable, Sequence
    from types import FrameType

    from harness.model.event import History

__all__ = ["Waiting", "deadlock_text", "describe_deadlock", "wait_name"]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An actor that cannot go on.

    Attributes:
        name: Of the thread.
        frame: Where it stands.
        thing: What it waits for, with its article; ``""`` for a loop that waits for something to do.
        holder: Who holds that, as the end of a sentence, or ``""``.
        tasks: Of the loop that it runs.
        queued: Callbacks that are in the loop's queue.
        in_circle: It waits, over others, for itself.
    """

    name: str
    frame: FrameType | None
    thing: str
    holder: str = ""
    tasks: Sequence[asyncio.Task[Any]] = ()
    queued: int = 0
    in_circle: bool = False


def describe_deadlock(
    alive: Iterable[Actor], current: Actor, files: frozenset[str], history: History
) -> tuple[str, str]:
    """The message, and the places where actors wait, which tell one deadlock from another.

    If some wait for each other in a circle, theirs are the places: no other actor could end it by going on.

    Args:
        alive: Actors, in the order in which they were made.
        current: The one that has the turn.
        files: Sources of the program.
        history: Is told what they wait for.
    """
    here = sys._getframe(1)
    stuck = [actor for actor in alive if not actor.is_timer]
    circle = _circle(stuck)
    waiting = [_waiting(actor, current, here, actor in circle) for actor in stuck]
    history.waiting = [
        (actor.lane, *actor.pending, site_of_frame(program_frame(each.frame, files)))
        for actor, each in zip(stuck, waiting, strict=True)
    ]
    return deadlock_text(waiting, files)


def deadlock_text(waiting: Iterable[Waiting], files: frozenset[str]) -> tuple[str, str]:
    """The message, and the places where actors wait: those in a circle, or else all.

    Args:
        waiting: Those that wait, in the order in which they were made.
        files: Sources of the program.
    """
    lines: list[str] = []
    places: list[str] = []
    others: list[str] = []
    for each in waiting:
        if not each.thing:
            lines += _loop_lines(each, files, others)
            continue
        frame, called = _program_frames(each.frame, files)
        place = frame_place(frame) or _innermost(each.frame)
        (places if each.in_circle else others).append(place)
        if frame is None and called is not None and called.f_code.co_name == "_worker":  # of an executor
            lines.append(f"{each.name} has nothing to do")
        elif called is not None:
            call = source_of_call(frame) if frame is not None else f"{called.f_code.co_qualname}()"
            lines.append(f"{each.name} waits in {call} at {place}{_reason(called, each.thing)}")
        else:
            lines.append(f"{each.name} waits for {each.thing} at {place}{each.holder}")
    return "nobody can go on:\n" + "\n".join(lines), " ".join(sorted(places or others))


def _circle(stuck: Iterable[Actor]) -> set[Actor]:
    """Those who wait, over others, for themselves: for a lock that one of them holds, or for the end of one."""
    found: set[Actor] = set()
    for actor in stuck:
        way: list[Actor] = []
        awaited: Any = actor
        while isinstance(awaited, Actor) and awaited not in way:
            way.append(awaited)
            thing = awaited.waits_for
            awaited = thing if isinstance(thing, Actor) else getattr(thing, "owner", None)
        if isinstance(awaited, Actor):
            found.update(way[way.index(awaited) :])
    return found


def _waiting(actor: Actor, current: Actor, here: FrameType, in_circle: bool) -> Waiting:
    thing = actor.waits_for
    suspended: FrameType | None = actor.greenlet.gr_frame if actor.greenlet is not None else None
    frame = here if actor is current else suspended
    if hasattr(thing, "tasks_and_queue"):
        return Waiting(actor.name, frame, "", "", *thing.tasks_and_queue())
    return Waiting(actor.name, frame, wait_name(thing), _holder(thing), in_circle=in_circle)


def _innermost(frame: FrameType | None) -> str:
    while frame is not None and is_ours(frame.f_code.co_filename):
        frame = frame.f_back
    return frame_place(frame)


def _program_frames(frame: FrameType | None, files: frozenset[str]) -> tuple[FrameType | None, FrameType | None]:
    """The innermost frame of the program, and the frame of the library that it called, or that is a thread's target."""
    called = None
    while frame is not None and frame.f_code.co_filename not in files:
        if frame.f_code.co_qualname == "Thread.run":
            return None, called
        if not is_ours(frame.f_code.co_filename):
            called = frame
        frame = frame.f_back
    return frame, called if frame is not None else None


def _reason(frame: FrameType, thing: str) -> str:
    """Why a call of the library goes on waiting, as the end of a sentence, from what its frame knows."""
    called = frame.f_locals.get("self")
    name = frame.f_code.co_name
    if isinstance(called, queue.Queue):
        if name == "join":
            left = called.unfinished_tasks
            return f": {left} {'items have' if left > 1 else 'item has'} had no task_done()"
        return ": the queue is empty" if name == "get" else f": the queue is full, with {called.maxsize} in it"
    if isinstance(called, concurrent.futures.Future):
        return {"PENDING": ": its call has not begun", "RUNNING": ": its call has not ended"}.get(called._state, "")
    if name == "as_completed":
        futures = frame.f_locals.get("pending") or ()
        cancelled = sum(each._state == "CANCELLED" for each in futures)
        return f": {cancelled} of its futures {'was' if cancelled == 1 else 'were'} cancelled" if cancelled else ""
    return f" for {thing}" if thing.startswith("the end of ") else ""


def wait_name(thing: object) -> str:
    """What is waited for, with its article."""
    if isinstance(thing, Actor):
        return f"the end of {thing.name}"
    name = type(thing).__name__
    return getattr(thing, "race_wait_name", None) or f"{'an' if name[:1] in 'AEIOU' else 'a'} {name}"


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
