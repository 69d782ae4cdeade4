"""Who has the turn: the path from an access or a synchronising operation to a decision and a switch.

What could make it wrong, and what is done about it:

* *An operation that is announced, and then happens later than the history says.* A point decides first and records
  afterwards, and nothing can switch between the record and the operation itself.
* *An actor counted as able to go on that is not.* ``ready`` is asked again whenever any synchronising operation has
  happened (``touch``), before every decision.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from harness.engine.deadlock import describe_deadlock
from harness.engine.default_order import default_choice
from harness.engine.record import Record, identity
from harness.engine.run import Problem
from harness.model.finding import DEADLOCK
from harness.model.kind import Kind
from harness.stdlib import running_loop

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from harness.engine.actor import Actor
    from harness.engine.clock import Clock
    from harness.engine.run import Decider
    from harness.model.schedule import Deviation
    from harness.model.site import Site

__all__ = ["Turns"]

_POLL: Final = int(Kind.POLL)


class Turns(Record):
    """The part of a world that gives the turn to one actor after the other."""

    clock: Clock
    any_order: bool
    alive: list[Actor]
    enabled: Sequence[Actor]
    has_others: bool  # there are others
    has_choice: bool  # there may be others who can go on
    enabled_stale: bool  # who can go on may have changed since it was asked last
    rested: bool  # whether somebody who waited by spinning was made to rest
    deviations: list[Deviation]
    preemptions: int
    decisions: int
    _strategy: Decider
    _choose: Callable[[Actor, Sequence[Actor]], Actor]

    # -- points -------------------------------------------------------------------------------------------------

    def access(self, obj: object, key: object, kind: int, site: Site) -> Callable[[object], object] | None:
        """A program is about to access shared state: let the schedule decide, then record.

        Costs, CPython 3.13: the number of a known object 35 ns, the test for others 15 ns, tuple and append 55 ns;
        with others a decision of 250 ns, and a switch of 200 ns if it goes to somebody else.
        """
        serial = self._serials.get(identity(obj))
        if serial is None:
            serial = self._register(obj)
        actor = self.current
        if self.has_choice:
            actor.pending = (kind, serial, key)
            self._decide(actor)
        events = self.events
        if len(events) >= self.max_steps:
            self._livelock(site)
        events.append((actor.lane, kind, serial, key, site))
        if self.detail:
            return self._note(obj, serial, site)
        return None

    def switch_point(self, kind: int, obj: object) -> None:
        """A scheduling point before a synchronising operation that cannot block. The caller then does it."""
        if self.dying:
            return
        actor = self.current
        serial = self._serials.get(identity(obj)) or self._register(obj)
        if self.has_choice:
            actor.pending = (kind, serial, None)
            self._decide(actor)
        self._record(actor, kind, serial)
        self.enabled_stale = self.has_choice = self.has_others

    def wait_until(self, kind: int, obj: object, ready: Callable[[], bool], timeout: float | None = None) -> bool:
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
        serial = self._serials.get(identity(obj)) or self._register(obj)
        deadline: float | None = None
        if timeout is not None:  # with or without others: an event for an event, whatever the schedule
            deadline = self.clock.now(self) + max(timeout, 0.0)
            self._record(actor, Kind.CLOCK, self._serials.get(identity(self.clock)) or self._register(self.clock))
        if self.has_choice or not ready():
            actor.pending = (kind, serial, None)
            actor.ready = ready
            actor.waits_for = obj
            actor.deadline = deadline
            self.enabled_stale = self.has_choice = True
            self._decide(actor)
            actor.deadline = actor.ready = actor.waits_for = None
            if not ready():
                assert deadline is not None
                self.clock.reach(deadline)
                self._record(actor, Kind.FIRE, serial)
                self.enabled_stale = self.has_choice = True
                return False
        self._record(actor, kind, serial)
        if kind != _POLL:  # what a loop takes from its queue keeps nobody from going on
            self.enabled_stale = self.has_choice = self.has_others
        return True

    def loop_iteration(self, site: Site) -> None:
        """One more iteration of a ``while`` loop.

        A loop that waits for another thread by spinning is given time slices, as an operating system does: every so
        often the others have the turn, whatever the strategy says. A loop that no schedule ends is a livelock.
        """
        actor = self.current
        actor.spins += 1
        if actor.spins % 32 == 0:
            if actor.spins >= self.max_steps:
                self._livelock(site)
            if self.has_choice:
                self.yield_turn(actor)

    def look_at_clock(self) -> float:
        """The time; an event, since it depends on what deadlines have been reached."""
        self.record_in_step(Kind.CLOCK, self.clock)
        return self.clock.now(self)

    def invalidate_enabled(self) -> None:
        """Who can go on may have changed."""
        self.enabled_stale = True
        self.has_choice = True

    # -- decisions ----------------------------------------------------------------------------------------------

    def _decide(self, actor: Actor) -> None:
        """Ask for the next actor and hand it the turn; returns when ``actor`` has the turn again."""
        held = self.gil is not None and self.gil.is_held_by(actor)
        while True:
            if self.enabled_stale:
                self._refresh()
            enabled = self.enabled
            if not enabled:
                self._problem = self._deadlock()
                self.abort()
            if len(enabled) == 1 and enabled[0] is actor and not actor.timed:
                return
            actor.decisions += 1
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
                self.deviations.append((actor.id, actor.decisions, chosen.id))
                if not chosen.is_timer:
                    self.preemptions += 1
                    if held:
                        self._run.unlocked.append((actor.id, actor.decisions, chosen.id))
            elif chosen is not default_choice(actor, enabled):
                self.deviations.append((actor.id, actor.decisions, chosen.id))
            if chosen.is_timer:
                self._fire(chosen)
                if actor.ready is None or actor.ready():
                    if self.has_choice:
                        continue  # time passed; who goes on now is another decision
                    return
                continue
            if chosen is not actor:
                self._switch(actor, chosen)
            return

    def _switch(self, actor: Actor, chosen: Actor) -> None:
        self.current = chosen
        if actor.loop is not chosen.loop:
            running_loop.swap(actor, chosen)
        target = chosen.greenlet
        assert target is not None
        target.switch()

    def yield_turn(self, actor: Actor) -> None:
        """Give the turn to the others, if there are any, without asking whether to."""
        if self.enabled_stale:
            self._refresh()
        others = [other for other in self.enabled if other is not actor]
        if not others:
            return
        self.rested = True
        chosen = default_choice(actor, others)
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
        self.enabled_stale = False
        self.has_choice = len(enabled) != 1 or enabled[0] is not self.current

    def _fire(self, timer: Actor) -> None:
        assert timer.fire is not None
        assert timer.deadline is not None
        self.clock.reach(timer.deadline)
        timer.fire()
        owner = timer.owner  # the loop, whose next round will see it
        self._record(timer, Kind.FIRE, self._serials.get(identity(owner)) or self._register(owner))
        self.invalidate_enabled()

    def pick(self, count: int) -> int:
        """Choose one of ``count`` ready callbacks, for ``order="any"``. Recorded as a deviation below zero."""
        actor = self.current
        actor.decisions += 1
        self.decisions += 1
        index = self._strategy.pick(actor, count)
        if index:
            self.deviations.append((actor.id, actor.decisions, -index))
        return index

    def _deadlock(self) -> Problem:
        message, place = describe_deadlock(self)
        return Problem(DEADLOCK, message, place)
