"""One execution of a program under one schedule, on one OS thread.

Every virtual thread is a greenlet. Only the actor that has the turn runs; it keeps the turn until it comes to a
scheduling point at which somebody else is chosen (``turns.py``). This file owns the actors and the life of an
execution; what an operation means (a lock, a loop, a clock) is owned by the files beside it.

What could make it wrong: state of one execution seen by the next. Everything that belongs to an execution is made in
``_begin`` and dropped in ``_end``, which also unwinds every greenlet that is left.
"""

from __future__ import annotations

import contextvars
import itertools
from typing import TYPE_CHECKING, Any

from greenlet import GreenletExit, getcurrent, greenlet

from harness.engine.actor import Actor
from harness.engine.clock import Clock
from harness.engine.default_order import default_choice
from harness.engine.gil import GilWatch
from harness.engine.record import identity
from harness.engine.run import Run
from harness.engine.turns import Turns
from harness.model.kind import Kind
from harness.stdlib import running_loop

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator, Mapping

    from harness.engine.run import Decider

__all__ = ["World"]


class World(Turns):
    """Runs executions, one after the other.

    Args:
        files: Source files that are rewritten: failures are placed in them.
        max_steps: Events after which an execution is called a livelock.
        order: ``"fifo"``: ready callbacks run in the order in which they became ready, as CPython's loop does;
            ``"any"``: another loop implementation may take any of them.
        switching: ``"free-threaded"``: the turn may go to another thread before any operation; ``"gil"``: only where
            CPython with the GIL can switch; ``"watched"``: anywhere, and the run says what needed no GIL. The last
            two are for code that reports its checks (``instrument/switches.py``).
    """

    def __init__(
        self,
        files: frozenset[str] = frozenset(),
        max_steps: int = 20_000,
        order: str = "fifo",
        switching: str = "free-threaded",
    ) -> None:
        self.files = files
        self.gil = GilWatch(self, switching == "gil") if switching != "free-threaded" else None
        self.max_steps = max_steps
        self.any_order = order == "any"
        self.epoch = 0  # number of the execution: locks made outside the world reset themselves by it
        self.adapters: Mapping[type, Callable[[Any], Any]] = {}
        self.substitutes: Mapping[Any, Callable[..., Any]] = {}
        self.on_end: list[Callable[[], None]] = []  # undo what was adopted during one execution
        self.dying = True
        self.enabled = ()
        self.actor_count = 0
        self.task_names: Iterator[int] = itertools.count(1)
        self._next: Actor | None = None
        self._new: greenlet | None = None  # to be started by the hub
        self.running = False
        self.detail = False
        self._listen = lambda world: None
        self._serials = {}
        self._refs = {}
        self._forget_bound = self._forget
        self._idle: list[greenlet] = []
        self._abandoned: list[greenlet] = []
        self.clock = Clock()

    # -- actors -------------------------------------------------------------------------------------------------

    def spawn(self, thread: threading.Thread | None, run: Callable[[], None], name: str, daemon: bool) -> Actor:
        """Make a virtual thread that will call ``run``, once it has been admitted and is given the turn."""
        number = self.actor_count
        self.actor_count = number + 1
        actor = Actor(number, name, self.add_lane(number, name))
        actor.thread = thread
        actor.daemon = daemon
        actor.run = run
        if not self.dying:  # a thread that a ``finally`` block starts while everything is unwound never runs
            actor.greenlet = target = self._idle.pop() if self._idle else self._grow()
            target.gr_context = contextvars.copy_context() if number == 0 else None
        actor.pending = (Kind.BEGIN, self._register(actor), None)
        return actor

    def _grow(self) -> greenlet:
        """A greenlet more for the pool. The hub starts it: how deep it may recurse counts from where it was started."""
        new = greenlet(self._work, self._hub)
        if getcurrent() is self._hub:
            new.switch()
        else:
            self._new = new
            self._hub.switch()
        return new

    def admit(self, actor: Actor) -> None:
        """From the next decision on, ``actor`` can have the turn."""
        self.alive.append(actor)
        self.has_others = len(self.alive) > 1
        self.invalidate_enabled()

    def add_timer(self, owner: object, ready: Callable[[], bool], fire: Callable[[], None], name: str) -> Actor:
        """Make an actor that lets time pass up to the next deadline of a loop."""
        number = self.actor_count
        self.actor_count = number + 1
        actor = Actor(number, name, self.add_lane(number, name), fire)
        actor.ready = ready
        actor.owner = owner
        actor.pending = (Kind.FIRE, self._serials.get(identity(owner)) or self._register(owner), None)
        self.admit(actor)
        return actor

    def remove(self, actor: Actor) -> None:
        actor.done = True
        self.alive.remove(actor)
        self.has_others = len(self.alive) > 1
        self.invalidate_enabled()

    def _work(self) -> None:
        """What a greenlet of the pool does: live as one actor after the other.

        A new greenlet costs more than a whole small execution (CPython maps a stack for it), so none is thrown away.
        """
        while True:
            self._hub.switch()
            actor = self.current
            try:  # noqa: SIM105  a context manager here would be paid for in every execution
                self._live(actor)
            except GreenletExit:
                pass
            mine, actor.greenlet, actor.run = actor.greenlet, None, None
            assert mine is not None
            self._idle.append(mine)
            del actor, mine  # a sleeping greenlet that knows itself would never be collected

    def _live(self, actor: Actor) -> None:
        serial = self._serials[identity(actor)]
        actor.pending = (Kind.EXIT, serial, None)  # first, since the record may be the one too many that ends it all
        self._record(actor, Kind.BEGIN, serial)
        assert actor.run is not None
        actor.run()
        if self.dying:
            return
        if self.has_choice:
            actor.pending = (Kind.EXIT, serial, None)
            self._decide(actor)
        self._record(actor, Kind.EXIT, serial)
        self.remove(actor)
        self._hand_on(actor)

    def _hand_on(self, actor: Actor) -> None:
        """``actor`` has ended: choose who goes on, and let the hub switch to it."""
        if all(other.daemon or other.is_timer for other in self.alive):
            self._next = None
            return
        while True:
            self._refresh()
            if not self.enabled:
                self._next, self._problem = None, self._deadlock()
                return
            actor.decisions += 1
            self.decisions += 1
            chosen = self._choose(actor, self.enabled) if len(self.enabled) > 1 else self.enabled[0]
            plain = default_choice(actor, self.enabled)
            if chosen is not plain:
                self.deviations.append((actor.id, actor.decisions, chosen.id))
            if not chosen.is_timer:
                break
            self._fire(chosen)
        if actor.loop is not chosen.loop:
            running_loop.swap(actor, chosen)
        self.current = chosen
        self._next = chosen

    # -- an execution -------------------------------------------------------------------------------------------

    def execute(self, program: Callable[[], Any], decider: Decider, detail: bool = False) -> Run:
        """Run ``program`` once; ``decider`` makes every decision. ``detail`` also records values and lines."""
        self._begin(decider, detail)
        main = self.spawn(None, lambda: self._main(program), "main", daemon=False)
        self._register(self.clock)  # whoever looks at it first: the search can tell it from others by its number
        self.main = self.current = main
        self.admit(main)
        following: Actor | None = main
        try:
            while following is not None:
                self._next = None
                assert following.greenlet is not None
                following.greenlet.switch()
                if self._new is not None:
                    new, self._new = self._new, None
                    new.switch()
                    following = self.current  # who asked for it
                else:
                    following = self._next if self._problem is None else None
        finally:
            self._end()
        if self._fatal is not None:
            raise self._fatal
        return self._run

    def _main(self, program: Callable[[], Any]) -> None:
        try:
            self._run.outcome = self.call_program(program)
            self.at_exit()
        except GreenletExit:
            raise
        except SystemExit as exc:
            self._run.outcome = exc
        except BaseException as exc:
            self.fail_with(exc)

    # Set by names.py: how a program is called (a coroutine function through asyncio.run), what the interpreter does
    # when the main thread has ended, what is put back when an execution is over.
    def call_program(self, program: Callable[[], Any]) -> Any:
        return program()

    def at_exit(self) -> None: ...

    def _begin(self, decider: Decider, detail: bool) -> None:
        self.epoch += 1
        self._strategy = decider
        self.rested = False
        self._choose = decider.choose
        self.detail = detail
        self._hub = getcurrent()
        self._run = Run()
        self.events = self._run.history.events
        self.lanes = self._run.history.lanes
        self.deviations = self._run.deviations
        self.preemptions = self.decisions = 0
        self.alive = []
        self.enabled = ()
        self.actor_count = 0
        self.enabled_stale = self.has_choice = self.has_others = False
        self.loops: list[Any] = []
        self._problem = None
        self._fatal = None
        self._next = None
        self.clock.reset()
        if self.gil is not None:
            self.gil.begin()
        self._outer = running_loop.enter()
        self.dying = False
        self._unwinding_looks = 0
        self.running = True
        self._listen(self)

    def _end(self) -> None:
        """Unwind whatever is left. The program's ``finally`` blocks run, but nothing is scheduled or recorded."""
        self._listen(None)
        self.dying = True
        for actor in reversed(self.alive):
            if actor.is_timer:
                continue
            target = actor.greenlet
            assert target is not None
            if actor.pending[0] == Kind.BEGIN:  # it never had the turn
                actor.greenlet = None
                self._idle.append(target)
                continue
            self.current = actor
            running_loop.swap_in(actor)
            target.throw()
            if actor.greenlet is not None:  # it catches everything, for ever: leave it where it is
                self._abandoned.append(target)
        running_loop.leave(self._outer)
        for loop in self.loops:
            if self.detail or self._problem is not None:
                loop.name_lanes()
            loop.abandon()
        for undo in self.on_end:
            undo()
        self.on_end.clear()
        run = self._run
        run.preemptions = self.preemptions
        run.decisions = self.decisions
        run.problem = self._problem
        self.alive = []
        self.loops = []
        self._serials.clear()
        self._refs.clear()
        self.running = False  # dying stays: whatever a late finalizer does is not an event

    def close(self) -> None:
        """Let the greenlets of the pool go."""
        self._idle.clear()
