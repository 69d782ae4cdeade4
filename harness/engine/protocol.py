"""The one door between the engine and the controlled standard library.

A primitive (a lock, an event loop, a clock) says through :data:`door` what it is about to do, and the engine decides
whose turn it is. The engine knows no primitive; what CPython does around a program (calling it, telling executors that
it has ended, keeping a running loop for each thread) it asks an :class:`Interpreter` to do.

A primitive reads ``door.execution`` anew in each operation: there is another one in every run.
"""

from __future__ import annotations

import _thread
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

from harness.engine.phase import Phase

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

    from harness.engine.actor import Actor
    from harness.engine.clock import Clock
    from harness.engine.gil import GilWatch
    from harness.engine.run import Run
    from harness.engine.status import Status
    from harness.engine.turns import Turns
    from harness.model.finding import FailureKind
    from harness.model.site import Site

__all__ = ["Door", "Interpreter", "RunningExecution", "door", "is_inside"]

_get_ident = _thread.get_ident
_IDLE: Final = Phase.IDLE


class RunningExecution(Protocol):
    """What a primitive may ask of the execution that it is part of.

    Every operation of a primitive is one of these: :meth:`switch_point` and then the operation, if it cannot block;
    :meth:`wait_until` and then the operation, if it can; :meth:`record_in_step`, if it belongs to another operation.
    Nothing happens between the return of either of the first two and the operation itself.
    """

    epoch: int  # number of the execution in this process: state that carries another one is from an earlier execution
    files: frozenset[str]  # sources of the program
    any_order: bool
    turns: Turns  # who has the turn, and who else is there
    status: Status  # where it stands
    clock: Clock
    gil: GilWatch | None
    loops: list[Any]  # event loops that the program made, in order
    on_end: list[Callable[[], None]]  # what undoes changes to objects that are older than the execution
    run: Run  # what it leaves behind
    timers_shared: bool  # a thread sets or cancels timers of a loop that it does not run
    polls_alone: bool  # a loop announces each of its rounds, even with no other actor there

    @property
    def phase(self) -> Phase: ...

    @property
    def recording(self) -> bool:
        """Whether operations are scheduled and recorded: not while the program is unwound, nor afterwards."""

    def steps_made(self) -> int: ...

    def switch_point(self, kind: int, obj: object) -> None: ...

    def wait_until(self, kind: int, obj: object, ready: Callable[[], bool], timeout: float | None = None) -> bool: ...

    def record_in_step(self, kind: int, obj: object) -> None: ...

    def record_all_in_step(self, kind: int, objects: Mapping[int, object]) -> None: ...

    def reclassify_last(self, kind: int) -> None: ...

    def annotate(self, text: str) -> None: ...

    def invalidate_enabled(self) -> None: ...

    def look_at_clock(self) -> float: ...

    def keep_unwinding(self) -> None: ...

    def pick(self, count: int) -> int: ...

    def spawn(self, thread: threading.Thread | None, run: Callable[[], None], name: str, daemon: bool) -> Actor: ...

    def admit(self, actor: Actor) -> None: ...

    def add_timer(self, owner: object, ready: Callable[[], bool], fire: Callable[[], None], name: str) -> Actor: ...

    def remove(self, actor: Actor) -> None: ...

    def add_lane(self, actor: int, name: str, is_task: bool = False) -> int: ...

    def name_lane(self, number: int, name: str) -> None: ...

    def fail(self, kind: FailureKind, message: str, place: str = "", traceback: str = "") -> None: ...

    def fail_with(self, exc: BaseException) -> None: ...

    def refuse(self, call: str) -> None: ...

    def uninstrumented(self) -> AbstractContextManager[None]: ...

    def record_access_in_step(self, obj: object, key: object, kind: int, site: Site) -> None: ...


class Interpreter(Protocol):
    """What CPython does around a program, done for virtual threads.

    Attributes:
        adapters: Exact type of an object from before the exploration -> function to its controlled twin.
        substitutes: Callable of the standard library -> what stands in for it.
    """

    @property
    def adapters(self) -> Mapping[type, Callable[[Any], Any]]: ...

    @property
    def substitutes(self) -> Mapping[Any, Callable[..., Any]]: ...

    def begin(self, execution: RunningExecution) -> None:
        """Set aside what the caller's thread has (an exploration may be called from a coroutine)."""

    def call(self, program: Callable[[], Any]) -> Any:
        """Run the program in the main virtual thread, and return what it returns."""

    def exit(self) -> None:
        """Do what the interpreter does when the main thread has ended."""

    def swap(self, old: Actor, new: Actor) -> None:
        """Take the turn from ``old`` to ``new``, whose running event loops differ."""

    def enter(self, actor: Actor) -> None:
        """Make what CPython believes about its thread true for ``actor``, which is about to be unwound."""

    def end(self, execution: RunningExecution, is_reported: bool) -> None:
        """Put back what :meth:`begin` set aside, and drop what the program left.

        Args:
            execution: All its virtual threads have been unwound.
            is_reported: Its lanes will be shown to a reader.
        """


class _NoExecution:
    """Stands in the door before the first execution of the process."""

    epoch = 0
    phase = Phase.IDLE
    recording = False

    @property
    def status(self) -> _NoExecution:
        return self


class Door:
    """Where primitives find the execution that they are part of.

    Attributes:
        execution: The one that is under way, or else the last one.
        os_thread: The OS thread that runs it. Other threads of the process get the real standard library.
    """

    __slots__ = ("execution", "os_thread")

    def __init__(self) -> None:
        self.execution: RunningExecution = cast("Any", _NoExecution())
        self.os_thread = 0


door: Final = Door()


def is_inside() -> bool:
    """Whether the caller is part of an execution: code of the program, or called by it."""
    return door.execution.status.phase is not _IDLE and _get_ident() == door.os_thread
