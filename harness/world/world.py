"""One execution of a program under one schedule, on one OS thread.

Every virtual thread is a greenlet. Only the actor that has the turn runs; it keeps the turn until it comes to a
scheduling point at which somebody else is chosen. This file owns that path, access -> decision -> switch, and the
life of an execution; what an operation means (a lock, a loop, a clock) is owned by the files beside it.

What could make it wrong, and what is done about it:

* *An operation that is announced, and then happens later than the history says.* A point decides first and records
  afterwards, and nothing can switch between the record and the operation itself.
* *An actor counted as able to go on that is not.* ``ready`` is asked again whenever any synchronising operation has
  happened (``touch``), before every decision.
* *State of one execution seen by the next.* Everything that belongs to an execution is made in ``_begin`` and dropped
  in ``_end``, which also unwinds every greenlet that is left.
* *An object whose ``id`` is used again.* Objects are kept in ``_refs`` by weak reference, which forgets the number the
  moment the object dies; those that cannot be referenced weakly are kept alive until the execution ends.
"""

from __future__ import annotations

import contextvars
import itertools
import weakref
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NoReturn, Protocol

from greenlet import GreenletExit, getcurrent, greenlet

from harness.errors import HarnessError
from harness.history.events import Agent, History, Kind
from harness.world import loopstate
from harness.world.actor import Actor
from harness.world.clock import Clock
from harness.world.gil import GilWatch
from harness.world.guard import refuse
from harness.world.place import program_place, site_of_caller, traceback_text
from harness.world.plain import plain_choice
from harness.world.waits import describe_deadlock

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from harness.instrument.site import Site

__all__ = ["Abandoned", "Decider", "Deviation", "Problem", "Run", "World"]

_RESIZE: Final = int(Kind.RESIZE)
_identity: Final = object.__hash__
"""Like ``id``, and without the audit event that ``id`` raises, which would call the guard's hook at every access."""
_new_tuple: Any = tuple.__new__  # half the cost of calling the class of a named tuple
_POLL: Final = int(Kind.POLL)
_UNWIND_TRIES: Final = 50
_LINGER: Final = 10_000

Deviation = tuple[int, int, int]
"""``(actor, step, chosen)``: at decision number ``step`` of ``actor`` the turn went to ``chosen``, against the plain
order. A ``chosen`` below zero is the position of a ready callback that was taken before its turn (``order="any"``)."""


class _Ref(weakref.ref[Any]):
    """A weak reference that knows the id of what it referred to."""

    __slots__ = ("id",)
    id: int


@dataclass(frozen=True, slots=True)
class Problem:
    """What an execution itself calls wrong; the oracles add theirs later."""

    kind: str
    message: str
    place: str = ""
    traceback: str = ""


@dataclass(slots=True)
class Run:
    """What one execution leaves behind."""

    outcome: Any = None
    problem: Problem | None = None
    history: History = field(default_factory=History)
    deviations: list[Deviation] = field(default_factory=list)
    preemptions: int = 0
    decisions: int = 0
    unlocked: list[Deviation] = field(default_factory=list)
    """Those deviations that CPython with the GIL cannot make. Empty unless the world watches."""


class Abandoned(Exception):
    """Raised by a decider: the execution repeats an earlier one, and is of no use."""


class Decider(Protocol):
    """Makes the decisions of one execution."""

    def choose(self, current: Actor, enabled: Sequence[Actor]) -> Actor:
        """Who goes on: one of ``enabled``, which is ordered by id and never empty. ``current`` has the turn."""

    def pick(self, current: Actor, count: int) -> int:
        """Which of ``count`` (> 1) ready callbacks a loop takes next; 0 is the one that CPython would take."""


class World:
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
        self.dying = True  # no execution is under way
        self.enabled: Sequence[Actor] = ()
        self.actor_count = 0
        self.task_names: Iterator[int] = itertools.count(1)
        self._next: Actor | None = None
        self.running = False
        self.detail = False
        self._listen: Callable[[World | None], None] = lambda world: None
        self._serials: dict[int, int] = {}
        self._refs: dict[int, Any] = {}
        self._forget_bound = self._forget
        self._idle: list[greenlet] = []
        self._abandoned: list[greenlet] = []
        self.clock = Clock()

    # -- the hot path -------------------------------------------------------------------------------------------

    def access(self, obj: object, key: object, kind: int, site: Site) -> Callable[[object], object] | None:
        """A program is about to access shared state: let the schedule decide, then record.

        Costs, CPython 3.13: the number of a known object 35 ns, the test for company 15 ns, tuple and append 55 ns;
        with company a decision of 250 ns, and a switch of 200 ns if it goes to somebody else.
        """
        serial = self._serials.get(_identity(obj))
        if serial is None:
            serial = self._register(obj)
        actor = self.current
        if self.contended:
            actor.pending = (kind, serial, key)
            self._decide(actor)
        events = self.events
        if len(events) >= self.max_steps:
            self._livelock(site)
        events.append((actor.agent, kind, serial, key, site))
        if self.detail:
            return self._note(obj, serial, site)
        return None

    def resized(self) -> None:
        """The access that was just recorded changed how many elements its container has."""
        self.amend(_RESIZE)

    def _decide(self, actor: Actor) -> None:
        """Ask for the next actor and hand it the turn; returns when ``actor`` has the turn again."""
        held = self.gil is not None and self.gil.is_held_by(actor)
        while True:
            if self.dirty:
                self._refresh()
            enabled = self.enabled
            if not enabled:
                self._stuck()
            if len(enabled) == 1 and enabled[0] is actor and not actor.timed:
                return
            actor.steps += 1
            self.decisions += 1
            if held and self.gil.keeps(actor):  # type: ignore[union-attr]
                return
            try:
                chosen = self._choose(actor, enabled)
            except Exception as exc:  # not into the program, which might catch it
                self._fail_fatally(exc)
            if chosen is actor and not actor.timed:
                return
            if actor.ready is None or (not actor.timed and actor in enabled):  # it could have gone on
                self.deviations.append((actor.id, actor.steps, chosen.id))
                if not chosen.is_timer:
                    self.preemptions += 1
                    if held:
                        self._run.unlocked.append((actor.id, actor.steps, chosen.id))
            elif chosen is not plain_choice(actor, enabled):
                self.deviations.append((actor.id, actor.steps, chosen.id))
            if chosen.is_timer:
                self._fire(chosen)
                if actor.ready is None or actor.ready():
                    if self.contended:
                        continue  # time passed; who goes on now is another decision
                    return
                continue
            if chosen is not actor:
                self._switch(actor, chosen)
            return

    def _switch(self, actor: Actor, chosen: Actor) -> None:
        self.current = chosen
        if actor.loop is not chosen.loop:
            loopstate.swap(actor, chosen)
        target = chosen.greenlet
        assert target is not None
        target.switch()

    # -- synchronisation ----------------------------------------------------------------------------------------

    def remark(self, kind: int, obj: object) -> None:
        """Record an operation that is part of the current step: nobody is given the turn before it."""
        if not self.dying:
            self._record(self.current, kind, self._serials.get(_identity(obj)) or self._register(obj))

    def look_at_clock(self) -> float:
        """The time; an event, since it depends on what deadlines have been reached."""
        self.remark(Kind.CLOCK, self.clock)
        return self.clock.now(self)

    def touch(self) -> None:
        """Who can go on may have changed."""
        self.dirty = True
        self.contended = True

    def point(self, kind: int, obj: object) -> None:
        """A scheduling point before a synchronising operation that cannot block. The caller then does it."""
        if self.dying:
            return
        actor = self.current
        serial = self._serials.get(_identity(obj)) or self._register(obj)
        if self.contended:
            actor.pending = (kind, serial, None)
            self._decide(actor)
        self._record(actor, kind, serial)
        self.dirty = self.contended = self.company

    def block(self, kind: int, obj: object, ready: Callable[[], bool], timeout: float | None = None) -> bool:
        """A scheduling point before an operation that waits until ``ready()``.

        Returns:
            True when ``ready()`` holds and it is this actor's turn; False when ``timeout`` seconds passed first.
            The caller does the operation at once: nothing happens between.
        """
        if self.dying:
            if self.running:
                self._unwind()
            return True  # a finalizer that came too late: there is nobody to wait for
        actor = self.current
        serial = self._serials.get(_identity(obj)) or self._register(obj)
        if self.contended or not ready():
            actor.pending = (kind, serial, None)
            actor.ready = ready
            actor.waits_for = obj
            if timeout is not None:
                actor.deadline = self.clock.now(self) + max(timeout, 0.0)
                self._record(actor, Kind.CLOCK, self._serials.get(_identity(self.clock)) or self._register(self.clock))
            self.dirty = self.contended = True
            self._decide(actor)
            deadline, actor.deadline, actor.ready, actor.waits_for = actor.deadline, None, None, None
            if not ready():
                assert deadline is not None
                self.clock.reach(deadline)
                self._record(actor, Kind.FIRE, serial)
                self.dirty = self.contended = True
                return False
        self._record(actor, kind, serial)
        if kind != _POLL:  # what a loop takes from its queue keeps nobody from going on
            self.dirty = self.contended = self.company
        return True

    def amend(self, kind: int) -> None:
        """The operation that was just recorded turned out to be of another kind: a try that succeeded."""
        if not self.dying:
            agent, _, serial, key, site = self.events[-1]
            self.events[-1] = (agent, kind, serial, key, site)

    def annotate(self, text: str) -> None:
        """What the event that was just recorded is about, for whoever reads the timeline."""
        if self.detail and not self.dying:
            self._run.history.values[len(self.events) - 1] = _one_line(text)

    def _unwind(self) -> None:
        """Leave the program from a waiting actor, after the execution has ended."""
        self.current.unwinds += 1
        if self.current.unwinds > _UNWIND_TRIES:
            self._hub.switch()
        raise GreenletExit

    def linger(self) -> None:
        """The execution has ended, and what is left of the program goes on looking at the clock instead of leaving.

        A loop of the program's own does: ``asyncio.Handle`` swallows the exception that unwinds it.
        """
        self._lingering += 1
        if self._lingering > _LINGER:
            self._unwind()

    def step(self, site: Site) -> None:
        """One more iteration of a ``while`` loop.

        A loop that waits for another thread by spinning is given time slices, as an operating system does: every so
        often the others have the turn, whatever the strategy says. A loop that no schedule ends is a livelock.
        """
        actor = self.current
        actor.spins += 1
        if actor.spins % 32 == 0:
            if actor.spins >= self.max_steps:
                self._livelock(site)
            if self.contended:
                self.rest(actor)

    def rest(self, actor: Actor) -> None:
        """Give the turn to the others, if there are any, without asking whether to."""
        if self.dirty:
            self._refresh()
        others = [other for other in self.enabled if other is not actor]
        if not others:
            return
        self.rested = True
        chosen = plain_choice(actor, others)
        if chosen.is_timer:
            self._fire(chosen)
        else:
            self._switch(actor, chosen)

    def _refresh(self) -> None:
        """Find out who can go on. Needed after synchronising operations only: accesses block nobody."""
        enabled = []
        for actor in self.alive:
            ready = actor.ready
            if ready is None:
                actor.timed = False
                enabled.append(actor)
            elif ready():
                actor.timed = actor.is_timer
                enabled.append(actor)
            elif actor.deadline is not None and not actor.is_timer:
                actor.timed = True
                enabled.append(actor)
        self.enabled = enabled
        self.dirty = False
        self.contended = len(enabled) != 1 or enabled[0] is not self.current

    def _fire(self, timer: Actor) -> None:
        assert timer.fire is not None
        assert timer.deadline is not None
        self.clock.reach(timer.deadline)
        timer.fire()
        owner = timer.owner  # the loop, whose next round will see it
        self._record(timer, Kind.FIRE, self._serials.get(_identity(owner)) or self._register(owner))
        self.touch()

    def _record(self, actor: Actor, kind: int, serial: int) -> None:
        if len(self.events) >= self.max_steps:
            self._livelock(None)
        self.events.append((actor.agent, kind, serial, None, site_of_caller(self.files) if self.detail else None))
        if self.gil is not None:
            self.gil.synchronised(kind, serial)

    # -- actors -------------------------------------------------------------------------------------------------

    def add_agent(self, actor: int, name: str, is_task: bool = False) -> int:
        number = len(self.agents)
        self.agents.append(_new_tuple(Agent, (number, actor, name, is_task)))
        return number

    def name_agent(self, number: int, name: str) -> None:
        self.agents[number] = self.agents[number]._replace(name=name)

    def spawn(self, thread: threading.Thread | None, run: Callable[[], None], name: str, daemon: bool) -> Actor:
        """Make a virtual thread that will call ``run``, once it has been admitted and is given the turn."""
        number = self.actor_count
        self.actor_count = number + 1
        actor = Actor(number, name, self.add_agent(number, name))
        actor.thread = thread
        actor.daemon = daemon
        actor.run = run
        target = self._idle.pop() if self._idle else greenlet(self._work, self._hub)
        target.gr_context = contextvars.copy_context() if number == 0 else None
        actor.greenlet = target
        actor.pending = (Kind.BEGIN, self._register(actor), None)
        return actor

    def admit(self, actor: Actor) -> None:
        """From the next decision on, ``actor`` can have the turn."""
        self.alive.append(actor)
        self.company = len(self.alive) > 1
        self.touch()

    def add_timer(self, owner: object, ready: Callable[[], bool], fire: Callable[[], None], name: str) -> Actor:
        """Make an actor that lets time pass up to the next deadline of a loop."""
        number = self.actor_count
        self.actor_count = number + 1
        actor = Actor(number, name, self.add_agent(number, name), fire)
        actor.ready = ready
        actor.owner = owner
        actor.pending = (Kind.FIRE, self._serials.get(_identity(owner)) or self._register(owner), None)
        self.admit(actor)
        return actor

    def remove(self, actor: Actor) -> None:
        actor.done = True
        self.alive.remove(actor)
        self.company = len(self.alive) > 1
        self.touch()

    def _work(self) -> None:
        """What a greenlet of the pool does: live as one actor after the other.

        A new greenlet costs more than a whole small execution (CPython maps a stack for it), so none is thrown away.
        """
        while True:
            actor = self.current
            try:  # noqa: SIM105  a context manager here would be paid for in every execution
                self._live(actor)
            except GreenletExit:
                pass
            mine, actor.greenlet, actor.run = actor.greenlet, None, None
            assert mine is not None
            self._idle.append(mine)
            del actor, mine  # a sleeping greenlet that knows itself would never be collected
            self._hub.switch()

    def _live(self, actor: Actor) -> None:
        serial = self._serials[_identity(actor)]
        actor.pending = (Kind.EXIT, serial, None)  # first, since the record may be the one too many that ends it all
        self._record(actor, Kind.BEGIN, serial)
        assert actor.run is not None
        actor.run()
        if self.dying:
            return
        if self.contended:
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
                self._stuck()
            actor.steps += 1
            self.decisions += 1
            chosen = self._choose(actor, self.enabled) if len(self.enabled) > 1 else self.enabled[0]
            plain = plain_choice(actor, self.enabled)
            if chosen is not plain:
                self.deviations.append((actor.id, actor.steps, chosen.id))
            if not chosen.is_timer:
                break
            self._fire(chosen)
        if actor.loop is not chosen.loop:
            loopstate.swap(actor, chosen)
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
                following = self._next if self._problem is None else None
        finally:
            self._end()
        if self._fatal is not None:
            raise self._fatal
        return self._run

    def _has_begun(self, actor: Actor) -> bool:
        return actor.pending[0] != Kind.BEGIN

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
        self.rested = False  # whether somebody who waited by spinning was made to rest
        self._choose = decider.choose
        self.detail = detail
        self._hub = getcurrent()
        self._run = Run()
        self.events: list[tuple[Any, ...]] = self._run.history.events
        self.agents: list[Agent] = self._run.history.agents
        self.deviations = self._run.deviations
        self.preemptions = self.decisions = 0
        self.alive: list[Actor] = []
        self.enabled = ()
        self.actor_count = 0
        self.dirty = self.contended = self.company = False
        self.loops: list[Any] = []
        self._problem: Problem | None = None
        self._fatal: BaseException | None = None
        self._next = None
        self.clock.reset()
        if self.gil is not None:
            self.gil.begin()
        self._outer = loopstate.enter()
        self.dying = False
        self._lingering = 0
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
            if not self._has_begun(actor):
                actor.greenlet = None
                self._idle.append(target)
                continue
            self.current = actor
            loopstate.swap_in(actor)
            target.throw()
            if actor.greenlet is not None:  # it catches everything, for ever: leave it where it is
                self._abandoned.append(target)
        loopstate.leave(self._outer)
        for loop in self.loops:
            if self.detail or self._problem is not None:
                loop.name_agents()
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

    @contextmanager
    def unwatched(self) -> Iterator[None]:
        """Code that runs inside an execution but is no part of it: nothing is recorded or scheduled."""
        self._listen(None)
        self.dying = True
        try:
            yield
        finally:
            self.dying = False
            self._listen(self)

    def close(self) -> None:
        """Let the greenlets of the pool go."""
        self._idle.clear()

    def abort(self) -> NoReturn:
        """End the execution now; the calling greenlet is unwound with the others."""
        while True:
            self._hub.switch()

    def fail(self, kind: str, message: str, place: str = "", traceback: str = "") -> None:
        """Record what went wrong and end the execution. The first problem counts."""
        if self.dying:
            raise GreenletExit
        if self._problem is None:
            self._problem = Problem(kind, message, place, traceback)
        self.abort()

    def fail_with(self, exc: BaseException) -> None:
        """The program let ``exc`` escape: an assertion, or any other exception. Ours and Ctrl-C pass through."""
        if self.dying:
            return
        if isinstance(exc, (KeyboardInterrupt, HarnessError)):
            self._fail_fatally(exc)
        kind = "assertion" if isinstance(exc, AssertionError) else "exception"
        place, text = program_place(exc, self.files)
        name = type(exc).__name__
        message = str(exc) or text
        text = traceback_text(exc) if self.detail else ""
        self.fail(kind, f"{name}: {message}" if message else name, place, text)

    def _fail_fatally(self, exc: BaseException) -> NoReturn:
        """End the execution; ``execute`` raises ``exc``."""
        self._fatal = exc
        self._problem = Problem("exception", str(exc))
        self.abort()

    def _livelock(self, site: Site | None) -> None:
        if self.dying:
            raise GreenletExit
        where = f"{site.file}:{site.line}" if site is not None else ""
        self.fail("livelock", f"still running after {self.max_steps:,} steps", where)

    def _stuck(self) -> None:
        message, place = describe_deadlock(self)
        self.fail("deadlock", message, place)

    # -- objects ------------------------------------------------------------------------------------------------

    def _register(self, obj: object) -> int:
        """Number an object. Numbers count up in the order of first access, so they depend on the schedule alone."""
        number = self._serial_count = self._serial_count + 1 if self._serials else 1
        key = _identity(obj)
        self._serials[key] = number
        if type(obj).__weakrefoffset__:
            ref = _Ref(obj, self._forget_bound)
            ref.id = key
            self._refs[key] = ref
        else:
            self._refs[key] = obj
        if self.gil is not None:
            self.gil.met(obj, number)
        if self.detail:
            self._run.history.labels[number] = _label(obj)
        return number

    _serial_count = 0

    @property
    def known_objects(self) -> int:
        """How many objects have been given a number in this execution."""
        return self._serial_count if self._serials else 0

    def _forget(self, ref: _Ref) -> None:
        if self._refs.get(ref.id) is ref:
            del self._refs[ref.id]
            del self._serials[ref.id]

    def pick(self, count: int) -> int:
        """Choose one of ``count`` ready callbacks, for ``order="any"``. Recorded as a deviation below zero."""
        actor = self.current
        actor.steps += 1
        self.decisions += 1
        index = self._strategy.pick(actor, count)
        if index:
            self.deviations.append((actor.id, actor.steps, -index))
        return index

    def refuse(self, call: str) -> None:
        """The program made a call that reaches outside."""
        refuse(self, call)

    def _note(self, obj: object, serial: int, site: Site) -> Callable[[object], object]:
        values = self._run.history.values
        index = len(self.events) - 1

        def note(value: object) -> None:
            with self.unwatched():  # printing a value may run the program's __repr__
                values[index] = _short(value)

        return note


def _label(obj: object) -> str:
    return type(obj).__name__ if not isinstance(obj, type) else obj.__name__


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _short(value: object) -> str:
    try:
        text = repr(value)
    except BaseException as exc:  # a record that is half written may not print
        text = f"<{type(value).__name__}: {type(exc).__name__} in repr>"
    return text if len(text) <= 200 else text[:197] + "..."
