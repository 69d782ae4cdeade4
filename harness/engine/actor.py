"""Who can be given the turn: virtual threads, and the timers of event loops.

A virtual thread is a greenlet. A timer has none: giving it the turn lets time pass up to its next deadline.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from greenlet import greenlet

__all__ = ["Actor", "LoopState"]


class LoopState:
    """What the event loop policy keeps for a thread; in CPython's words."""

    __slots__ = ("_loop", "_set_called")

    def __init__(self) -> None:
        self._loop: Any = None
        self._set_called = False


class Actor:
    """One party of the schedule.

    Attributes:
        id: Position in the order of creation; the main thread is 0. The same in every run of one schedule.
        name: For people.
        decisions: How many were asked for while this actor had the turn. With ``id`` it names a decision in a
            token, so that cutting one decision out of a schedule leaves the names of the others alone.
        spins: Iterations of ``while`` loops so far.
        pending: ``(kind, object serial, key)`` of what the actor will do when it next has the turn.
        ready: None, or a function that says whether the pending operation could complete now.
            Invariant: an actor with a greenlet that does not run is either at a decision or not yet begun.
        deadline: Virtual time in seconds at which a waiting actor gives up, or None.
        timed: The actor can go on only because time may pass up to ``deadline``. Kept by ``World.refresh``.
        lane: Index of the lane that acts now: the thread itself, or the task that its loop runs.
        self_lane: The thread's own lane.
        loop: The event loop that runs in this thread, or None.
        waits_for: What a blocked actor waits for, for the deadlock report.
        left_behind: Seconds that have passed while this actor could have gone on and had no turn.
        passed_over: How often time has passed meanwhile.
    """

    __slots__ = (
        "daemon",
        "deadline",
        "decisions",
        "done",
        "fire",
        "greenlet",
        "id",
        "ident",
        "is_timer",
        "lane",
        "left_behind",
        "loop",
        "name",
        "owner",
        "passed_over",
        "pending",
        "policy",
        "ready",
        "run",
        "self_lane",
        "spins",
        "task",
        "thread",
        "timed",
        "unwinds",
        "waits_for",
    )  # fmt: skip

    def __init__(self, number: int, name: str, lane: int, fire: Callable[[], None] | None = None) -> None:
        self.id = number
        self.name = name
        self.lane = self.self_lane = lane
        self.decisions = 0
        self.spins = 0
        self.pending: tuple[int, int, Any] = (0, 0, None)
        self.ready: Callable[[], bool] | None = None
        self.deadline: float | None = None
        self.timed = False
        self.done = False
        self.daemon = False
        self.greenlet: greenlet | None = None  # None for a timer, and when the actor has ended
        self.run: Callable[[], None] | None = None
        self.unwinds = 0
        self.thread: threading.Thread | None = None
        self.ident = 0
        self.loop: Any = None
        self.task: Any = None
        self.policy = LoopState()
        self.waits_for: Any = None
        self.left_behind = 0.0
        self.passed_over = 0
        self.owner: Any = None  # of a timer: its loop
        self.fire = fire
        self.is_timer = fire is not None

    def __repr__(self) -> str:
        return f"<actor {self.id} {self.name!r}>"
