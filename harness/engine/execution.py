"""One execution of a program under one schedule: from an access or a synchronising operation to a decision.

Every virtual thread is a greenlet. Only the actor that has the turn runs; it keeps the turn until it comes to a switch
point at which another actor is chosen. An execution is made new for each run and is made of parts:

=========  =======================================================
status     where it stands, and how it ends before its program does
record     events, lanes, numbers of objects
turns      who has the turn, and decisions
clock      virtual time
gil        who has the GIL, if that is watched
=========  =======================================================

What an operation means (a lock, a loop) is owned by the files of ``stdlib/``, which find the execution through
:mod:`~harness.engine.protocol`.

What could make it wrong: *an operation that is announced, and then happens later than the history says.* A switch point
decides first and records afterwards, and nothing can switch between the record and the operation itself.
"""

from __future__ import annotations

import contextvars
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from greenlet import GreenletExit, getcurrent

from harness.engine.actor import Actor
from harness.engine.clock import Clock
from harness.engine.gil import GilWatch
from harness.engine.guard import refusal
from harness.engine.phase import Phase
from harness.engine.record import Record, identity, short_repr
from harness.engine.replaced import replaced_parts
from harness.engine.run import Run
from harness.engine.status import Status
from harness.engine.turns import Turns
from harness.model.errors import HarnessError
from harness.model.event import WHOLE
from harness.model.kind import Kind

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator, Mapping

    from harness.engine.pool import GreenletPool
    from harness.engine.protocol import Interpreter
    from harness.engine.run import Decider
    from harness.engine.settings import Settings
    from harness.model.finding import FailureKind
    from harness.model.site import Site

__all__ = ["Execution"]

_POLL: Final = int(Kind.POLL)
_RESIZE: Final = int(Kind.RESIZE)
_SLICE: Final = 32
"""Iterations of ``while`` loops after which a busy-waiting thread is forced to yield."""


class Execution:
    """One execution.

    Args:
        epoch: Its number in this process.
        settings: Of its engine.
        interpreter: What CPython does around the program.
        pool: Where its virtual threads live.
        decider: Makes the decisions.
        listen: Lets rewritten code announce its accesses here.
        detail: Values and lines are recorded too.

    Attributes:
        adapters, substitutes: See :class:`~harness.engine.protocol.Interpreter`; rewritten code asks for them.
        loops: Event loops that the program made, in order.
        on_end: What undoes changes to objects that are older than the execution.
        following: The actor that the hub switches to next, after the end of another. None: the execution is over.
    """

    __slots__ = (
        "_events", "_insertions_tell", "_interpreter", "_is_bare", "_listen", "_numbers", "_pool", "adapters",
        "any_order", "clock", "detail", "epoch", "files", "following", "gil", "loops", "max_steps", "on_end", "record",
        "run", "status", "substitutes", "timers_shared", "turns",
    )  # fmt: skip
    polls_alone = False
    """A loop announces each of its rounds, even with no other actor there."""

    def __init__(
        self,
        epoch: int,
        settings: Settings,
        interpreter: Interpreter,
        pool: GreenletPool,
        decider: Decider,
        listen: Callable[[Any], None],
        detail: bool,
    ) -> None:
        files, max_steps = settings.files, settings.max_steps
        self.epoch = epoch
        self.files = files
        self.max_steps = max_steps
        self.any_order = settings.order == "any"
        self.detail = detail
        self.adapters = interpreter.adapters
        self.substitutes = interpreter.substitutes
        self.loops: list[Any] = []
        self.on_end: list[Callable[[], None]] = []
        self.following: Actor | None = None
        self.run = Run()
        self.status = status = Status(getcurrent(), files, max_steps, detail)
        self.gil = gil = GilWatch(files, settings.switching == "gil") if settings.switching != "free-threaded" else None
        self.record = record = Record(self.run.history, status, gil, files, max_steps, detail)
        if gil is not None:
            gil.watch(record.events)
        self.clock = clock = Clock(record.events)
        main = Actor(0, "main", record.add_lane(0, "main"))
        self._insertions_tell = settings.insertions_tell
        self.timers_shared = settings.timers_shared
        self.turns = Turns(main, self.run, record, status, clock, gil, decider, interpreter.swap, files, settings.stall)
        self._is_bare = gil is None and not detail  # an event needs no more than to be appended
        self._interpreter = interpreter
        self._pool = pool
        self._listen = listen
        self._events = record.events
        self._numbers = record.numbers

    @property
    def phase(self) -> Phase:
        return self.status.phase

    @property
    def recording(self) -> bool:
        return self.status.recording

    def steps_made(self) -> int:
        """A number that grows with every step: for the watchdog, which asks from another OS thread."""
        return len(self._events) + self.turns.current.spins + self.turns.current.decisions

    # -- the hot path: accesses and synchronising operations ---------------------------------------------------------

    def access(self, obj: object, key: object, kind: int, site: Site) -> Callable[[object], object] | None:
        """A program is about to access shared state: let the schedule decide, then record.

        Costs, CPython 3.13: the number of a known object 35 ns, the test for others 15 ns, tuple and append 55 ns;
        with others a decision of 250 ns, and a switch of 200 ns if it goes to another actor.
        """
        number = self._numbers.get(identity(obj))
        if number is None:
            number = self.record.register(obj)
        turns = self.turns
        actor = turns.current
        if turns.has_choice:
            actor.pending = (kind, number, key)
            turns.decide(actor)
        events = self._events
        if len(events) >= self.max_steps:
            self.status.fail_as_livelock(site)
        events.append((actor.lane, kind, number, key, site))
        if self.detail:
            return self._value_recorder()
        return None

    def switch_point(self, kind: int, obj: object) -> None:
        """A switch point before a synchronising operation that cannot block. The caller then does it."""
        if not self.status.recording:
            return
        turns = self.turns
        actor = turns.current
        number = self._numbers.get(identity(obj)) or self.record.register(obj)
        if turns.has_choice:
            actor.pending = (kind, number, None)
            turns.decide(actor)
        self.record.add(actor, kind, number)
        turns.enabled_stale = turns.has_choice = turns.has_others

    def wait_until(self, kind: int, obj: object, ready: Callable[[], bool], timeout: float | None = None) -> bool:
        """A switch point before an operation that waits until ``ready()``.

        Args:
            kind, obj: The operation, and what it is done to.
            ready: Whether it could be done now; asked often, and by others, so it must have no effects.
            timeout: Seconds after which it gives up; None: never.

        Returns:
            True when ``ready()`` holds and it is this actor's turn; False when ``timeout`` seconds passed first.
            The caller does the operation at once: nothing happens between.
        """
        turns = self.turns
        actor = turns.current
        if not self.status.recording:
            return self._wait_unrecorded(actor, ready)
        number = self._numbers.get(identity(obj)) or self.record.register(obj)
        deadline: float | None = None
        if timeout is not None:  # with or without others: an event for an event, whatever the schedule
            deadline = self.clock.read() + max(timeout, 0.0)
            self.record.add(actor, Kind.CLOCK, self.record.number_of(self.clock))
        if turns.has_choice or not ready():
            actor.pending = (kind, number, None)
            actor.ready = ready
            actor.waits_for = obj
            actor.deadline = deadline
            turns.enabled_stale = turns.has_choice = True
            turns.decide(actor)
            actor.deadline = actor.ready = actor.waits_for = None
            if not ready():
                assert deadline is not None
                self.clock.reach(deadline)
                self.record.add(actor, Kind.FIRE, number)
                turns.enabled_stale = turns.has_choice = True
                return False
        self.record.add(actor, kind, number)
        if kind != _POLL:  # POLL disables no other actor
            turns.enabled_stale = turns.has_choice = turns.has_others
        return True

    def _wait_unrecorded(self, actor: Actor, ready: Callable[[], bool]) -> bool:
        if self.status.phase is Phase.UNWINDING:
            self.status.unwind(actor)
        if self.status.phase is Phase.RUNNING and not ready():
            raise HarnessError("a __repr__ or a strategy waits for something that only the program could give it")
        return True  # a finalizer that came too late: no other actor is there to wait for

    def loop_iteration(self, site: Site) -> None:
        """One more iteration of a ``while`` loop.

        A loop that waits for another thread by spinning is given time slices, as an operating system does: every so
        often the others have the turn, whatever the strategy says. A loop that no schedule ends is a livelock.
        """
        actor = self.turns.current
        actor.spins += 1
        if actor.spins % _SLICE == 0:
            if actor.spins >= self.max_steps:
                self.status.fail_as_livelock(site)
            if self.turns.has_choice:
                self.turns.yield_turn(actor)

    def record_in_step(self, kind: int, obj: object) -> None:
        """Record an operation that is part of the current step: no actor is given the turn before it."""
        if self.status.recording:
            number = self._numbers.get(identity(obj)) or self.record.register(obj)
            events = self._events
            if self._is_bare and len(events) < self.max_steps:
                events.append((self.turns.current.lane, kind, number, None, None))
            else:
                self.record.add(self.turns.current, kind, number)

    def record_all_in_step(self, kind: int, objects: Mapping[int, object]) -> None:
        """Record an operation on each of ``objects``, by their identities, as part of the current step."""
        if self.status.recording:
            actor, find, record = self.turns.current, self._numbers.get, self.record
            for key, obj in objects.items():
                record.add(actor, kind, find(key) or record.register(obj))

    def record_access_in_step(self, obj: object, key: object, kind: int, site: Site) -> None:
        """Record an access that the current step makes, too."""
        if self.status.recording:
            number = self._numbers.get(identity(obj)) or self.record.register(obj)
            self._events.append((self.turns.current.lane, kind, number, key, site))

    def reclassify_last(self, kind: int) -> None:
        """Record that the last operation turned out to be of another kind: a try that succeeded."""
        if self.status.recording:
            self.record.reclassify_last(kind)

    def resized(self) -> None:
        """Record that the last access changed how many elements its container has."""
        if self.status.recording:
            lane, _, number, key, site = self._events[-1]
            self._events[-1] = (lane, _RESIZE, number, self.resize_key(key), site)

    def resize_key(self, key: object) -> object:
        """Return the key of an access that changes how many elements a container has."""
        return WHOLE if self._insertions_tell else key

    def moment(self) -> int:
        """Return how many events there are: the same number again says that nothing happened in between."""
        return len(self._events)

    def same(self, obj: object, other: object) -> None:
        """Treat ``obj`` as another way to ``other``: an access to the one is an access to the other."""
        if self.status.recording:
            self.record.same(obj, other)

    def replaced(self, old: object, new: object) -> None:
        """Record that the last write puts ``new`` in the place of ``old``."""
        if self.status.recording:
            parts = list(replaced_parts(old, new, self.record.known_number))
            number = self.record.known_number(new) or 0
            if not self.detail:
                if parts or number:
                    self.record.replace_last(number, parts)
                return
            with self.uninstrumented():  # printing a value may run the program's __repr__
                self.record.replace_last(number, parts)

    def invalidate_enabled(self) -> None:
        """Say that who can go on may have changed."""
        self.turns.enabled_stale = self.turns.has_choice = True

    def look_at_clock(self) -> float:
        """Read the clock; an event, since what it shows depends on what deadlines have been reached."""
        self.record_in_step(Kind.CLOCK, self.clock)
        return self.clock.read()

    def pick(self, count: int) -> int:
        """Choose one of ``count`` ready callbacks, for ``order="any"``."""
        return self.turns.pick(count)

    # -- what a reader is told -------------------------------------------------------------------------------------

    def add_lane(self, actor: int, name: str, is_task: bool = False) -> int:
        """Add a lane, and return its number."""
        return self.record.add_lane(actor, name, is_task)

    def name_lane(self, number: int, name: str) -> None:
        """Give a lane another name."""
        self.record.name_lane(number, name)

    def annotate(self, text: str) -> None:
        """Say what the last event is about, for a reader of the timeline."""
        if self.detail and self.status.recording:
            self.record.annotate_last(text)

    def _value_recorder(self) -> Callable[[object], object]:
        values = self.record.history.values
        index = len(self._events) - 1

        def record_value(value: object) -> None:
            with self.uninstrumented():  # printing a value may run the program's __repr__
                values[index] = short_repr(value)

        return record_value

    @contextmanager
    def uninstrumented(self) -> Iterator[None]:
        """Run code inside the execution that is no part of it: nothing is recorded or scheduled."""
        status = self.status
        self._listen(None)
        status.recording = False
        try:
            yield
        finally:
            status.recording = True
            self._listen(self)

    # -- actors ----------------------------------------------------------------------------------------------------

    def spawn(self, thread: threading.Thread | None, run: Callable[[], None], name: str, daemon: bool) -> Actor:
        """Make a virtual thread that will call ``run``, once it has been admitted and is given the turn."""
        number = self.turns.actor_count
        self.turns.actor_count = number + 1
        self.turns.is_threaded = True
        actor = Actor(number, name, self.record.add_lane(number, name))
        self._house(actor, thread, run, daemon)
        return actor

    def _house(self, actor: Actor, thread: threading.Thread | None, run: Callable[[], None], daemon: bool) -> None:
        actor.thread = thread
        actor.daemon = daemon
        actor.run = run
        if self.status.recording:  # a thread that a ``finally`` block starts while everything is unwound never runs
            actor.greenlet = target = self._pool.take()
            target.gr_context = contextvars.copy_context() if actor.id == 0 else None
        if thread is not None:  # which may have been asked whether it runs, before
            self.record.same(actor, thread)
        actor.pending = (Kind.BEGIN, self.record.number_of(actor), None)

    def add_timer(self, owner: object, ready: Callable[[], bool], fire: Callable[[], None], name: str) -> Actor:
        """Make an actor that lets time pass up to the next deadline of a loop."""
        number = self.turns.actor_count
        self.turns.actor_count = number + 1
        actor = Actor(number, name, self.record.add_lane(number, name), fire)
        actor.ready = ready
        actor.owner = owner
        actor.pending = (Kind.FIRE, self.record.number_of(owner), None)
        self.turns.admit(actor)
        return actor

    def admit(self, actor: Actor) -> None:
        """Let ``actor`` have the turn, from the next decision on."""
        self.turns.admit(actor)

    def remove(self, actor: Actor) -> None:
        """Let ``actor``, which has ended, have no turn any more."""
        self.turns.remove(actor)

    def live(self) -> None:
        """Live as the actor that has the turn, to its end."""
        turns = self.turns
        actor = turns.current
        try:
            number = self._numbers[identity(actor)]
            actor.pending = (Kind.EXIT, number, None)  # first: recording may be the one event too many that ends it all
            self._begin_actor(actor, number)
            assert actor.run is not None
            actor.run()
            if not self.status.recording:
                return
            if turns.has_choice:
                actor.pending = (Kind.EXIT, number, None)
                turns.decide(actor)
            self._end_actor(actor, number)
            turns.remove(actor)
            self.following = turns.decide_after(actor)
        finally:
            actor.greenlet = actor.run = None

    def _begin_actor(self, actor: Actor, number: int) -> None:
        self.record.add(actor, Kind.BEGIN, number)

    def _end_actor(self, actor: Actor, number: int) -> None:
        self.record.add(actor, Kind.EXIT, number)

    # -- beginning and end -----------------------------------------------------------------------------------------

    def begin(self, program: Callable[[], Any]) -> None:
        """Make ready to run ``program`` in the main thread."""
        self._interpreter.begin(self)
        self.status.recording = True
        self.status.phase = Phase.RUNNING
        main = self.turns.main
        self._house(main, None, lambda: self._run_main(program), daemon=False)
        self.record.register(self.clock)  # before any other object: the search can tell it from others by its number
        self.turns.admit(main)
        self.following = main
        self._listen(self)

    def _run_main(self, program: Callable[[], Any]) -> None:
        try:
            self.run.outcome = self._interpreter.call(program)
            self._interpreter.exit()
        except GreenletExit:
            raise
        except SystemExit as exc:
            if exc.code not in (None, 0):
                self.fail_with(exc)  # in life, the process ends with that code
            self.run.outcome = exc
        except BaseException as exc:
            self.fail_with(exc)

    def end(self) -> None:
        """Unwind whatever is left. The program's ``finally`` blocks run, but nothing is scheduled or recorded."""
        status, turns = self.status, self.turns
        self._listen(None)
        status.recording = False
        status.phase = Phase.UNWINDING
        for actor in reversed(turns.alive):
            if actor.is_timer:
                continue
            target = actor.greenlet
            assert target is not None
            if actor.pending[0] == Kind.BEGIN:  # it never had the turn
                actor.greenlet = None
                self._pool.give_back(target)
                continue
            turns.current = actor
            self._interpreter.enter(actor)
            target.throw()
            if actor.greenlet is not None:  # it catches everything, for ever: leave it where it is
                self._pool.abandon(target)
        self._interpreter.end(self, self.detail or status.problem is not None)
        for undo in self.on_end:
            undo()
        self.on_end.clear()
        self.run.problem = status.problem
        turns.alive = []
        self.loops = []
        self.record.forget_objects()
        status.phase = Phase.IDLE

    def fail(self, kind: FailureKind, message: str, place: str = "", traceback: str = "") -> None:
        """Record what went wrong and end the execution. The first problem counts."""
        self.status.fail(kind, message, place, traceback)

    def fail_with(self, exc: BaseException) -> None:
        """End the execution because the program let ``exc`` escape. Ours and Ctrl-C end the exploration."""
        status = self.status
        if not status.recording:
            return
        if isinstance(exc, (KeyboardInterrupt, HarnessError, RecursionError)):
            status.fail_fatally(exc)
        with self.uninstrumented():  # to print it may run the program's __str__
            problem = status.problem_of(exc)
        status.fail(problem.kind, problem.message, problem.place, problem.traceback)

    def refuse(self, call: str) -> None:
        """End the execution because the program made a ``call`` that no schedule decides about."""
        self.fail_with(refusal(call, sys._getframe(1), self.files))

    def keep_unwinding(self) -> None:
        """Count a read of the clock by a program that should be unwinding; one of too many unwinds it again."""
        self.status.keep_unwinding(self.turns.current)
