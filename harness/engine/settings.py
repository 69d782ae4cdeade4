"""What an engine is told once, for all of its executions."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Settings"]


@dataclass(frozen=True, slots=True)
class Settings:
    """How executions are made.

    Attributes:
        files: Source files that are rewritten: failures are placed in them.
        max_steps: Number of events after which an execution is called a livelock.
        order: ``"fifo"``: ready callbacks run in the order in which they became ready, as CPython's loop does;
            ``"any"``: another loop implementation may take any of them.
        switching: ``"free-threaded"``: the turn may go to another thread before any operation; ``"gil"``: only where
            CPython with the GIL can switch; ``"watched"``: anywhere, and the run says what needed no GIL. The last
            two are for code that reports its checks (``instrument/switches.py``).
        insertions_tell: The program can tell in which order elements came into a container: two insertions of
            different keys are dependent.
        timers_shared: A thread sets or cancels timers of a loop that it does not run: until when a loop goes to sleep
            depends on them.
        stall: Seconds that may pass, by a decision, while an actor that could go on has no turn; None: any time.
    """

    files: frozenset[str] = frozenset()
    max_steps: int = 20_000
    order: str = "fifo"
    switching: str = "free-threaded"
    insertions_tell: bool = False
    timers_shared: bool = False
    stall: float | None = None
