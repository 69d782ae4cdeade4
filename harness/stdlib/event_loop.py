"""The event loop: CPython's ``BaseEventLoop`` with virtual time and without a selector.

Tasks, futures, locks and queues are CPython's own. What this class replaces is the part that waits, ``_run_once``:

* Ready callbacks run first in, first out; those that become ready meanwhile wait for the next round
  (``Lib/asyncio/base_events.py``, ``_run_once``).
* Timers fire in the order of their deadlines, when time has reached them. *When* that is, is a decision, made by the
  loop's timer actor.
* A loop that found nothing to do sleeps until a timer is due or somebody wakes it. ``call_soon`` from a foreign thread
  puts its callback in the queue and wakes nobody, as in CPython: that is a bug that programs have.

What could make it wrong: to run what CPython's loop would not have run yet. A foreign thread can hand something over at
any scheduling point, so each round begins with one (``POLL``), and takes over exactly the callbacks that were there.
"""

from __future__ import annotations

import asyncio
import collections
import contextvars
import itertools
import math
import weakref
from asyncio import events
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar, Final

from greenlet import GreenletExit

from harness.engine.protocol import door, is_inside
from harness.engine.source_location import is_called_by_program
from harness.model.finding import EXCEPTION
from harness.model.kind import Kind
from harness.stdlib.asyncio_objects import touch_objects_of
from harness.stdlib.hashes import Future, Task
from harness.stdlib.loop_timers import Timers
from harness.stdlib.patch import Exchange, Patch

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.engine.actor import Actor

__all__ = ["EXCHANGES", "PATCHES", "Loop", "begin_task_names", "skip_task_names"]

_POLL, _SEND, _CLOCK = int(Kind.POLL), int(Kind.SEND), int(Kind.CLOCK)
_TRY, _SLEEP, _CLEAR = int(Kind.TRY), int(Kind.SLEEP), int(Kind.CLEAR)
_MUTABLE: Final = (collections.deque, list, set, dict, weakref.WeakSet)


_task_numbers: Final = [itertools.count(1)]


def begin_task_names() -> None:
    """An execution begins: the next task without a name is ``Task-1``."""
    _task_numbers[0] = itertools.count(1)


def skip_task_names(count: int) -> None:
    """Tasks are left out that would have had the next names."""
    for _ in range(count):
        next(_task_numbers[0])


class Loop(Timers):
    """An ``asyncio.AbstractEventLoop`` in virtual time, run by the virtual thread that calls it."""

    _template: ClassVar[dict[str, Any]] = {}  # what BaseEventLoop.__init__ sets
    _fresh: ClassVar[dict[str, Any]] = {}  # those of it that each loop needs its own of, with their types

    def __new__(cls, *args: Any) -> Any:
        return super().__new__(cls) if is_inside() else _REAL_LOOPS[0][1](*args)

    def __init__(self) -> None:
        if not self._template:
            super().__init__()
            self._template.update(self.__dict__, get_debug=bool)  # bool() is False: futures ask for it all the time
            self._fresh.update({name: type(value) for name, value in self.__dict__.items() if type(value) in _MUTABLE})
        # BaseEventLoop asks the system for its clock and its debug mode, which is half the cost of a small program.
        self.__dict__.update(self._template)
        for name, kind in self._fresh.items():
            self.__dict__[name] = kind()
        execution = door.execution
        self._clock_resolution = 1e-9
        self._actor: Actor | None = None
        self._timer = None
        self._due_up_to = 0.0  # the latest of the deadlines that had been reached already when they were set
        self._woken = False
        self._asleep = False
        self._wakes_at = math.inf
        self._state = _State()  # apart from the loop, which is handed something all the time
        self._tasks: list[Any] = []
        self._foreign_lanes: dict[int, int] = {}
        self._ready: Any
        self._scheduled: list[Any]
        self._stopping: Any
        self._thread_id: Any
        self._closed: Any
        execution.loops.append(self)

    def set_debug(self, enabled: bool) -> None:
        if not self._template:  # BaseEventLoop.__init__ asks for it, and nothing runs yet
            self._debug = enabled
            return
        self.__dict__.pop("get_debug", None)
        super().set_debug(enabled)

    def __del__(self) -> None:  # BaseEventLoop complains about loops that were not closed
        pass

    # -- running ------------------------------------------------------------------------------------------------

    def run_forever(self) -> None:
        self._check_closed()
        self._check_running()
        execution = door.execution
        actor = execution.turns.current
        self._change()
        self._thread_id = actor.ident
        self._actor, actor.loop = actor, self
        events._set_running_loop(self)
        if self._scheduled:  # in an earlier run, or before the first
            self._add_timer()
        try:
            while True:
                self._run_once()
                if self._stopping:
                    break
        finally:
            self._stopping = False
            self._thread_id = None
            self._actor, actor.loop = None, None
            actor.lane = actor.self_lane
            events._set_running_loop(None)
            self._change()
            if self._timer is not None and execution.recording:
                self._remove_timer()

    def stop(self) -> None:
        execution = door.execution
        if self._actor is not None and self._actor is not execution.turns.current:
            execution.switch_point(_CLEAR, self._state)  # from a foreign thread, and it wakes nobody
        elif execution.turns.actor_count > 1:
            execution.record_in_step(_CLEAR, self._state)
        super().stop()
        execution.invalidate_enabled()

    def _run_once(self) -> None:
        execution = door.execution
        status = execution.status
        if not status.recording:
            raise GreenletExit
        ready = self._ready
        turns = execution.turns
        # Alone so far, it has nothing to take turns with.
        if turns.actor_count > 1 or turns.has_choice or not ready or execution.polls_alone:
            if turns.is_threaded and not ready and not self._stopping:
                execution.switch_point(_SLEEP, self._state)  # what a foreign thread does without waking it is seen now
            else:
                execution.record_in_step(_SLEEP, self._state)
            if execution.timers_shared and turns.is_threaded:
                execution.record_in_step(_SLEEP, self)  # up to when it would sleep is known now
            self._asleep = not ready and not self._stopping
            if self._asleep:
                self._drop_cancelled()
                self._wakes_at = self._scheduled[0].when() if self._scheduled else math.inf
            execution.wait_until(_POLL, self, self._can_go_on)
            self._asleep = self._woken = False
        self._drop_cancelled()  # whether one of them is left depends on how often the engine has asked
        if self._scheduled:
            execution.record_in_step(_CLOCK, execution.clock)  # what is due depends on all that lets time pass
            self._take_due_timers()
        actor = execution.turns.current
        if execution.any_order and len(ready) > 1:
            self._shuffle()
        take = ready.popleft
        for _ in range(len(ready)):
            handle = take()
            if handle._cancelled:
                continue
            callback = handle._callback
            task = getattr(callback, "__self__", None)
            if type(task) is Task:
                actor.lane = task.lane
            else:
                actor.lane = self._lane_of(task) if isinstance(task, asyncio.Task) else actor.self_lane
            if execution.gil is not None:
                execution.gil.passed()
            if turns.is_threaded:
                touch_objects_of(handle)
            try:
                handle._context.run(callback, *handle._args)
            except (SystemExit, KeyboardInterrupt):
                raise
            except BaseException as exc:
                self._report(handle, exc)
            if not status.recording:
                raise GreenletExit
        actor.lane = actor.self_lane
        if turns.is_threaded:
            execution.record_in_step(_TRY, self._state)  # whether a foreign thread has stopped it

    def _report(self, handle: Any, exc: BaseException) -> None:
        """A callback raised: what ``Handle._run`` does then."""
        self.call_exception_handler(
            {"message": f"Exception in callback {handle!r}", "exception": exc, "handle": handle}
        )

    def _can_go_on(self) -> bool:
        if not self._asleep and (self._ready or self._stopping):
            return True
        return self._woken or (self._wakes_at <= self.due_up_to() if self._asleep else self._is_due())

    def _shuffle(self) -> None:
        """Let the schedule say which of the ready callbacks comes first, as ``order="any"`` asks for."""
        picked = []
        rest = list(self._ready)
        while len(rest) > 1:
            picked.append(rest.pop(door.execution.pick(len(rest))))
        self._ready.clear()
        self._ready.extend(picked + rest)

    def is_running(self) -> bool:
        self._look()
        return self._thread_id is not None

    def is_closed(self) -> bool:
        self._look()
        return bool(self._closed)

    def close(self) -> None:
        execution = door.execution
        if self._thread_id is None and not self._closed:
            if execution.turns.is_threaded or execution.polls_alone:  # a foreign thread may come before
                execution.switch_point(_CLEAR, self._state)
                execution.record_in_step(_CLEAR, self)
            else:
                self._change()
        super().close()

    def _look(self) -> None:
        """A thread that is not the loop's asks what state it is in."""
        execution = door.execution
        if self._actor is execution.turns.current or not execution.recording:
            return
        if is_called_by_program(execution.files):
            execution.switch_point(_TRY, self._state)
        elif execution.turns.actor_count > 1:
            execution.record_in_step(_TRY, self._state)

    def _change(self) -> None:
        """The loop begins, stops or is closed: whoever asks, or hands something over, does so before or after."""
        execution = door.execution
        if execution.turns.actor_count > 1:
            execution.record_in_step(_CLEAR, self._state)
            execution.record_in_step(_CLEAR, self)

    def _check_running(self) -> None:
        if self._thread_id is not None:
            raise RuntimeError("This event loop is already running")
        if events._get_running_loop() is not None:
            raise RuntimeError("Cannot run the event loop while another loop is running")

    def can_shut_down_at_once(self) -> bool:
        """Whether nothing can happen in the last rounds of ``asyncio.run``, two for each of two shutdowns.

        There is then no need to make them, which would cost a tenth of a small program.
        """
        execution = door.execution
        return not (
            self._ready
            or self._scheduled
            or self._asyncgens
            or self._default_executor is not None
            or execution.turns.is_threaded
            or execution.polls_alone
        )

    # -- callbacks ----------------------------------------------------------------------------------------------

    def call_soon(self, callback: Any, *args: Any, context: Any = None) -> Any:
        execution = door.execution
        if self._actor is execution.turns.current:
            if execution.turns.actor_count > 1:
                execution.record_in_step(_SEND, self)  # before or after what a foreign thread hands over
        elif self._actor is not None:
            execution.switch_point(_SEND, self)  # from a foreign thread, and it wakes nobody
            execution.record_in_step(_SEND, self._state)
        elif execution.turns.actor_count > 1:
            execution.record_in_step(_SEND, self)  # it does not run: not yet, or not any more
            execution.record_in_step(_SEND, self._state)
        if self._closed or self._debug:
            return super().call_soon(callback, *args, context=context)
        handle = asyncio.Handle(callback, args, self, context)
        self._ready.append(handle)
        return handle

    def call_soon_threadsafe(self, callback: Any, *args: Any, context: Any = None) -> Any:
        execution = door.execution
        execution.switch_point(_SEND, self)
        handle = super().call_soon_threadsafe(callback, *args, context=context)
        execution.invalidate_enabled()
        return handle

    def _write_to_self(self) -> None:
        self._woken = True

    def _process_events(self, event_list: Any) -> None:  # there are no I/O events
        raise AssertionError("the controlled loop has no selector")

    # -- tasks and futures --------------------------------------------------------------------------------------

    def create_future(self) -> Any:
        return Future(loop=self)

    def create_task(self, coro: Any, *, name: str | None = None, **options: Any) -> Any:
        self._check_closed()
        if name is None:
            name = f"Task-{next(_task_numbers[0])}"
        if self._task_factory is None:
            task = Task(coro, loop=self, name=name, **options)
            task.lane = door.execution.add_lane(door.execution.turns.current.id, str(name), is_task=True)
            self._tasks.append(task)
            return task
        return super().create_task(coro, name=name, **options)

    def _lane_of(self, task: asyncio.Task[Any]) -> int:
        lane = getattr(task, "lane", -1)
        if lane < 0:
            lane = self._foreign_lanes.get(id(task), -1)
        if lane < 0:
            lane = door.execution.add_lane(door.execution.turns.current.id, task.get_name(), is_task=True)
            self._foreign_lanes[id(task)] = lane
        return int(lane)

    def default_exception_handler(self, context: dict[str, Any]) -> None:
        """An exception that nobody retrieved fails the execution."""
        execution = door.execution
        exc = context.get("exception")
        if not execution.recording or self not in execution.loops:
            return
        if exc is not None:
            execution.fail_with(exc)
        elif "was destroyed but it is pending" not in context.get("message", ""):
            execution.fail(EXCEPTION, str(context.get("message")))

    def unretrieved(self) -> Any:
        """The exception of a task that has ended and that nobody has asked."""
        for task in self._tasks:
            if task.done() and not task.cancelled() and task._log_traceback:
                return task._exception
        return None

    def tasks_and_queue(self) -> tuple[list[Any], int]:
        """Tasks, and the number of callbacks that are queued: for the text of a deadlock."""
        return self._tasks, len(self._ready)

    def name_lanes(self) -> None:
        """Lanes have the names that their tasks were given last: ``TaskGroup`` names its tasks after it made them."""
        for task in self._tasks:
            door.execution.name_lane(task.lane, task.get_name())

    def abandon(self) -> None:
        """The execution is over: close what is left, in the order in which it was made."""
        for task in self._tasks:
            if task.done():
                task._log_traceback = False
                continue
            task._log_destroy_pending = False
            with suppress(BaseException):  # what a coroutine does when it is closed tells nothing of the program
                contextvars.copy_context().run(task.get_coro().close)  # nor is what it sets there to last
        self._tasks.clear()
        self._ready.clear()
        self._scheduled.clear()
        self._closed = True
        self._default_executor: Any = None


def _make_refusal(name: str) -> Callable[..., Any]:
    def refuse(self: Loop, *args: Any, **kwargs: Any) -> Any:
        door.execution.refuse(f"loop.{name}")

    return refuse


for _name in (
    "add_reader", "remove_reader", "add_writer", "remove_writer", "add_signal_handler", "remove_signal_handler",
    "create_connection", "create_server", "create_unix_connection", "create_unix_server", "create_datagram_endpoint",
    "sock_recv", "sock_sendall", "sock_connect", "sock_accept", "subprocess_exec", "subprocess_shell",
    "connect_read_pipe", "connect_write_pipe", "getaddrinfo", "getnameinfo", "sendfile", "start_tls",
):  # fmt: skip
    setattr(Loop, _name, _make_refusal(_name))


class _State:
    """Whether a loop runs or is closed, as an object of the history."""

    __slots__ = ("__weakref__",)


_REAL_LOOPS: Final = tuple(
    (name, getattr(asyncio, name)) for name in ("SelectorEventLoop", "EventLoop") if hasattr(asyncio, name)
)
"""The second from Python 3.13 on."""
PATCHES: Final = tuple(Patch(asyncio, name, Loop) for name, _ in _REAL_LOOPS)
EXCHANGES: Final = tuple(Exchange(real, Loop) for _, real in _REAL_LOOPS)
