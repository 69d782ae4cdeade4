"""What the world cannot control, named with the line that did it.

CPython announces what reaches outside (sockets, processes, raw threads) as audit events (PEP 578), whichever name it
was called by. A hook, once added, stays for the life of the process; this one looks away unless an execution is under
way.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from harness.engine.protocol import door, is_inside
from harness.engine.source_location import frame_place, program_frame
from harness.model.errors import UncontrolledError

if TYPE_CHECKING:
    from types import FrameType

__all__ = ["refusal", "watch"]

_EVENTS: Final = frozenset(
    {
        "_thread.start_new_thread", "_thread.start_joinable_thread", "os.fork", "os.forkpty", "os.exec",
        "os.posix_spawn", "os.spawn", "os.system", "os.kill", "os.killpg", "signal.pthread_kill", "socket.__new__",
        "socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname", "subprocess.Popen",
    }
)  # fmt: skip
_is_added: list[bool] = []


def watch() -> None:
    """From now on, an execution that reaches outside raises :class:`UncontrolledError`."""
    if not _is_added:
        _is_added.append(True)
        sys.addaudithook(_hook)


def _hook(event: str, args: tuple[Any, ...], watched_events: frozenset[str] = _EVENTS) -> None:
    if event not in watched_events:  # an argument, since the interpreter clears the module before its last event
        return
    if is_inside() and door.execution.recording:
        door.execution.refuse(event)


def refusal(call: str, frame: FrameType, files: frozenset[str]) -> UncontrolledError:
    """What is raised when the program makes a ``call`` that no schedule decides about.

    Args:
        call: Its name.
        frame: Where it was made.
        files: Sources of the program.
    """
    place = frame_place(program_frame(frame, files))
    where = f" at {place}" if place else ""
    return UncontrolledError(
        f"{call}{where} reaches outside the controlled world, so no schedule could be replayed. "
        f"Give the program a stand-in for it (a stub, a queue), or keep it out of the code under test."
    )
