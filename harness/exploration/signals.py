"""What signal handlers raise while a program is executed: it ends the exploration, and is raised outside the world.

A handler runs wherever the interpreter happens to be, inside a virtual thread as often as not. An exception from there
would be the program's: a pool keeps every BaseException for its future, ``asyncio.run`` takes Ctrl-C for itself. So
what a handler raises is noted, the execution is cut off like one that failed, and its caller gets the exception.

That holds for every handler in Python that was there before: Ctrl-C, SIGTERM of the command line, the SIGALRM of a
test's timeout. A second signal while the first is being obeyed is raised where it comes.
"""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Signals"]


class Signals:
    """Context manager: inside it, no signal handler raises into the program.

    Args:
        cut_off: Ends the execution that is under way, if there is one, from inside it.
    """

    def __init__(self, cut_off: Callable[[BaseException], None]) -> None:
        self._cut_off = cut_off
        self._old: dict[int, Any] = {}
        self.raised: BaseException | None = None
        """What a handler raised; the exploration is to end with it."""

    def __enter__(self) -> Signals:
        if threading.current_thread() is threading.main_thread():
            for number in signal.valid_signals():
                handler = signal.getsignal(number)
                if callable(handler):
                    self._old[number] = handler
                    signal.signal(number, self._guarded(handler))
        return self

    def __exit__(self, *exc: object) -> None:
        for number, handler in self._old.items():
            signal.signal(number, handler)
        self._old.clear()

    def check(self) -> None:
        """Raise what a handler raised."""
        if self.raised is not None:
            raise self.raised

    def _guarded(self, handler: Callable[[int, Any], object]) -> Callable[[int, Any], None]:
        def guarded(number: int, frame: Any) -> None:
            try:
                handler(number, frame)
            except BaseException as exc:
                if self.raised is not None:
                    raise
                self.raised = exc
                self._cut_off(exc)

        return guarded
