"""The script of a re-enactment: every step of a controlled execution, in order, with who made it and what came of it.

A step is a place at which the turn may change hands: an access, or a synchronising operation, whether or not there was
another actor to change with at the time. Between two steps of one actor no other actor runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from harness.engine import Execution
from harness.engine.source_location import is_called_by_program
from harness.model.kind import Kind
from harness.stdlib.event_loop import Loop

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from harness.engine.actor import Actor
    from harness.model.site import Site

__all__ = ["ROUND", "RecordingExecution", "ScriptEntry", "place_of"]

ROUND: Final = -1
"""The kind of a step that begins one more round of a ``while`` loop, where a busy-waiting thread is forced to yield."""
_BEGIN, _EXIT, _POLL, _START, _CLOCK = Kind.BEGIN, Kind.EXIT, Kind.POLL, Kind.START, Kind.CLOCK


@dataclass(frozen=True, slots=True)
class ScriptEntry:
    """One step.

    Attributes:
        actor: Number of who makes it; the main thread is 0.
        kind: A :class:`~harness.model.event.Kind`, or :data:`ROUND`.
        key: Of an access: attribute, item.
        place: Of an access: file, line and column.
        time: What the virtual clock showed, in seconds.
        outcome: Of an operation that waits: False if its time ran out.
        child: Of the start of a thread: its number.
        due: Of a loop's round: how many of its timers were due; -1: none, and yet time woke the loop, which sleeps on
            to the deadline of a timer that a foreign thread has cancelled.
    """

    actor: int
    kind: int
    key: Any = None
    place: tuple[str, int, int] | None = None
    time: float = 0.0
    outcome: bool = True
    child: int = -1
    due: int = 0


def place_of(site: Site) -> tuple[str, int, int]:
    """What of a site is the same however the module was rewritten."""
    return site.file, site.line, site.column


class RecordingExecution(Execution):
    """An execution that writes its own script.

    A loop comes by its switch points also where no other actor is there to give the turn to; these ask for no decision,
    so a token means the same execution here.

    Attributes:
        script: All steps so far.
        names: Of the threads, by their numbers.
        reads_clock: The program itself has asked what time it is.
    """

    polls_alone = True

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.script: list[ScriptEntry] = []
        self.names = {0: self.turns.main.name}
        self.reads_clock = False

    def _write(self, actor: int, kind: int, key: Any = None, **more: Any) -> None:
        self.script.append(ScriptEntry(actor, kind, key, time=self.clock.peek(), **more))

    def spawn(self, thread: threading.Thread | None, run: Callable[[], None], name: str, daemon: bool) -> Actor:
        actor = super().spawn(thread, run, name, daemon)
        self.names[actor.id] = actor.name
        return actor

    def access(self, obj: object, key: object, kind: int, site: Site) -> Callable[[object], object] | None:
        note = super().access(obj, key, kind, site)
        self._write(self.turns.current.id, kind, key, place=place_of(site))
        return note

    def loop_iteration(self, site: Site) -> None:
        super().loop_iteration(site)
        self._write(self.turns.current.id, ROUND, place=place_of(site))

    def switch_point(self, kind: int, obj: object) -> None:
        super().switch_point(kind, obj)
        if kind == _CLOCK and is_called_by_program(self.files):
            self.reads_clock = True
        if self.recording:
            child = obj.id if kind == _START else -1  # type: ignore[attr-defined]
            self._write(self.turns.current.id, kind, child=child)

    def look_at_clock(self) -> float:
        if is_called_by_program(self.files):
            self.reads_clock = True
        return super().look_at_clock()

    def wait_until(self, kind: int, obj: object, ready: Callable[[], bool], timeout: float | None = None) -> bool:
        outcome = super().wait_until(kind, obj, ready, timeout)
        if self.recording:
            due = _due(obj) if kind == _POLL and isinstance(obj, Loop) else 0
            self._write(self.turns.current.id, kind, outcome=outcome, due=due)
        return outcome

    def _begin_actor(self, actor: Actor, number: int) -> None:
        super()._begin_actor(actor, number)
        self._write(actor.id, _BEGIN)

    def _end_actor(self, actor: Actor, number: int) -> None:
        super()._end_actor(actor, number)
        self._write(actor.id, _EXIT)


def _due(loop: Loop) -> int:
    """How many timers the loop is about to find due; -1: none, though it slept up to a deadline."""
    end = loop.due_up_to() + loop._clock_resolution
    due = sum(not handle._cancelled and handle.when() < end for handle in loop._scheduled)
    return -1 if not due and loop._asleep and loop._wakes_at < end else due
