"""A limit in wall time that nothing can outlast: what stands still when it is over ends, and says where it stood.

It is for commands that have no deadline of their own to look at between their steps, such as one replay.
"""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.model.errors import UncontrolledError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

__all__ = ["alarm"]

_HARNESS: Final = str(Path(__file__).parent.parent)


@contextmanager
def alarm(seconds: float | None) -> Iterator[None]:
    """Raise UncontrolledError, with the line at which the program stands, after so many seconds; None for never.

    Where there is no such alarm (Windows, another thread than the main one), or another one uses it (a test's timeout),
    nothing is limited.
    """
    if seconds is None or not _is_free():
        yield
        return

    def bark(number: int, frame: FrameType | None) -> None:
        place = _place(frame)
        where = f": it stands at {place}" if place else ""
        raise UncontrolledError(
            f"no answer within {seconds:.0f} s{where}. If that is a loop or a call "
            f"that no schedule decides about, give the program a stand-in for it; or else allow more time"
        )

    old = signal.signal(signal.SIGALRM, bark)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)


def _is_free() -> bool:
    return (
        hasattr(signal, "setitimer")
        and threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGALRM) is signal.SIG_DFL
        and signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    )


def _place(frame: FrameType | None) -> str:
    """The innermost line that is not the harness's own."""
    while frame is not None:
        if not frame.f_code.co_filename.startswith((_HARNESS, "<")):
            return f"{frame.f_code.co_filename}:{frame.f_lineno} in {frame.f_code.co_name}"
        frame = frame.f_back
    return ""
