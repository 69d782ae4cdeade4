"""What the world cannot control, named with the line that did it.

CPython announces what reaches outside (sockets, processes, raw threads) as audit events (PEP 578), whichever name it
was called by. A hook, once added, stays for the life of the process; this one looks away unless an execution is under
way.
"""

from __future__ import annotations

import _thread
import sys
from typing import TYPE_CHECKING, Any, Final

from harness.engine.source_location import frame_place, program_frame
from harness.model.errors import UncontrolledError

if TYPE_CHECKING:
    from harness.engine.ending import Ending
    from harness.engine.world import World

__all__ = ["refuse", "watch"]

_EVENTS: Final = frozenset(
    {
        "_thread.start_new_thread", "_thread.start_joinable_thread", "os.fork", "os.forkpty", "os.exec",
        "os.posix_spawn", "os.spawn", "os.system", "os.kill", "os.killpg", "signal.pthread_kill", "socket.__new__",
        "socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname", "subprocess.Popen",
    }
)  # fmt: skip
_get_ident = _thread.get_ident
_watched: list[Any] = []  # the world and its OS thread; empty until the hook has been added


def watch(world: World) -> None:
    """From now on, an execution of ``world`` that reaches outside raises :class:`UncontrolledError`."""
    first = not _watched
    _watched[:] = (world, _get_ident())
    if first:
        sys.addaudithook(_hook)


def _hook(event: str, args: tuple[Any, ...], watched_events: frozenset[str] = _EVENTS) -> None:
    if event not in watched_events:  # an argument, since the interpreter clears the module before its last event
        return
    world, os_thread = _watched
    if world.running and not world.dying and _get_ident() == os_thread:
        refuse(world, event)


def refuse(world: Ending, call: str) -> None:
    """End the execution: the program made a ``call`` that no schedule decides about."""
    place = frame_place(program_frame(sys._getframe(1), world.files))
    where = f" at {place}" if place else ""
    error = UncontrolledError(
        f"{call}{where} reaches outside the controlled world, so no schedule could be replayed. "
        f"Give the program a stand-in for it (a stub, a queue), or keep it out of the code under test."
    )
    world.fail_with(error)
