"""The timers of an event loop: which are due, and the actor that lets time pass up to the next.

What could make it wrong: timers whose order depends on who looked at the clock. They are due by what time has been
made to reach, and that is always somebody's step.
"""

from __future__ import annotations

import heapq
import math
import sys
from asyncio import base_events
from typing import TYPE_CHECKING, Any

from harness.engine.protocol import door
from harness.engine.source_location import is_called_by_program
from harness.model.kind import Kind

if TYPE_CHECKING:
    from harness.engine.actor import Actor

__all__ = ["Timers"]

_CLEAR, _SEND, _STAMP = int(Kind.CLEAR), int(Kind.SEND), int(Kind.STAMP)
_BASE_FILE = base_events.__file__
_Base: Any = base_events.BaseEventLoop  # its private parts, which a loop has to work with, have no types


class Timers(_Base):  # type: ignore[misc]
    """The part of a loop that knows what time it is."""

    _actor: Actor | None  # who runs the loop
    _timer: Actor | None
    _due_up_to: float
    _clock_resolution: float
    _ready: Any
    _scheduled: list[Any]
    _state: object  # of the loop, for the history
    _asleep: bool
    _wakes_at: float  # of a loop that sleeps: the first deadline that there was when it went to sleep

    def time(self) -> float:
        execution = door.execution
        now = execution.look_at_clock()
        if sys._getframe(1).f_code.co_filename != _BASE_FILE and is_called_by_program(execution.files):
            execution.reclassify_last(_STAMP)
        return now

    def call_at(self, when: float, callback: Any, *args: Any, context: Any = None) -> Any:
        execution = door.execution
        if execution.turns.is_threaded and self._actor is not execution.turns.current:
            if self._actor is not None:
                execution.switch_point(_SEND, self)  # from a foreign thread, and it wakes nobody
            execution.record_in_step(_SEND, self._state)
            execution.record_in_step(_CLEAR, self)  # no time can pass up to the deadline before
            execution.run.shares_timers = True
        handle = super().call_at(when, callback, *args, context=context)
        if execution.turns.actor_count > 1:  # another actor that sets a deadline has the earlier or the later one
            execution.record_in_step(_CLEAR, execution.clock)
        if self._due_up_to < when <= execution.clock.peek():
            self._due_up_to = when
        self._add_timer()
        execution.invalidate_enabled()
        return handle

    def _timer_handle_cancelled(self, handle: Any) -> None:
        """Note that a timer is cancelled, perhaps by a foreign thread: time passes up to another deadline."""
        execution = door.execution
        if execution.turns.is_threaded and self._actor is not execution.turns.current:
            if self._actor is not None:
                execution.switch_point(_CLEAR, execution.clock)
            else:
                execution.record_in_step(_CLEAR, execution.clock)
            execution.record_in_step(_SEND, self)
            execution.record_in_step(_CLEAR, self)
            execution.run.shares_timers = True
        elif execution.turns.actor_count > 1:
            execution.record_in_step(_CLEAR, execution.clock)
        super()._timer_handle_cancelled(handle)
        execution.invalidate_enabled()

    def _add_timer(self) -> None:
        if self._timer is None and door.execution.recording:
            self._timer = door.execution.add_timer(self, self._has_deadline, self._fire, "timer")

    def _remove_timer(self) -> None:
        assert self._timer is not None
        door.execution.remove(self._timer)
        self._timer = None

    def due_up_to(self) -> float:
        """Timers are due up to here: what time has been made to reach, not what some look or other has shown.

        The nanosecond that each look takes is nobody's step, so it may decide nothing between two deadlines.
        """
        return max(door.execution.clock.base, self._due_up_to)

    def _has_deadline(self) -> bool:
        """A timer is pending that is not due yet: time may pass up to it."""
        if self._actor is None:
            return False
        scheduled = self._scheduled
        now = self.due_up_to()
        timer = self._timer
        if timer is not None and self._asleep and now < self._wakes_at:
            timer.deadline = self._wakes_at  # of timers that a foreign thread has set since, it does not know
            return self._wakes_at < math.inf
        self._drop_cancelled()
        if not scheduled or timer is None:
            return False
        first = scheduled[0].when()
        if first <= now:
            later = [handle.when() for handle in scheduled if not handle._cancelled and handle.when() > now]
            if not later:
                return False
            first = min(later)
        timer.deadline = first
        return True

    def _fire(self) -> None:
        """Time has reached the deadline; the loop will see it in its next round."""

    def _drop_cancelled(self) -> None:
        """Forget cancelled timers that would be next."""
        scheduled = self._scheduled
        while scheduled and scheduled[0]._cancelled:
            self._timer_cancelled_count -= 1
            heapq.heappop(scheduled)._scheduled = False

    def _is_due(self) -> bool:
        scheduled = self._scheduled
        if scheduled and scheduled[0]._cancelled:
            self._drop_cancelled()
        return bool(scheduled) and scheduled[0].when() <= self.due_up_to()

    def _take_due_timers(self) -> None:
        scheduled, ready = self._scheduled, self._ready
        end = self.due_up_to() + self._clock_resolution
        while scheduled:
            handle = scheduled[0]
            if handle._cancelled:
                self._timer_cancelled_count -= 1
            elif handle.when() >= end:
                break
            heapq.heappop(scheduled)
            handle._scheduled = False
            if not handle._cancelled:
                ready.append(handle)
        door.execution.invalidate_enabled()
