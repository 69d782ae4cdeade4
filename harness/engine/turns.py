"""Who has the turn, and who may have it next: from a decision to a switch.

What could make it wrong: an actor counted as able to go on that is not. ``ready`` is asked again whenever any
synchronising operation has happened (``invalidate_enabled``), before every decision.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from harness.engine.deadlock import describe_deadlock
from harness.engine.default_order import default_choice
from harness.engine.run import Problem
from harness.model.finding import DEADLOCK
from harness.model.kind import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from harness.engine.actor import Actor
    from harness.engine.clock import Clock
    from harness.engine.gil import GilWatch
    from harness.engine.record import Record
    from harness.engine.run import Decider, Run
    from harness.engine.status import Status

__all__ = ["Turns"]

_PATIENCE: Final = 32
"""How often time passes, by decisions, while the same actor could have gone on."""


class Turns:
    """Gives the turn to one actor after the other.

    Args:
        main: The main thread of the program, which has the first turn.
        run: Where deviations and counts of decisions go.
        record: Where reached deadlines are recorded.
        status: Of the execution.
        clock: Its clock.
        gil: Knows who has the GIL, if that is watched.
        decider: Makes the decisions.
        swap: Takes thread state from one actor to another whose event loops differ.
        files: Sources of the program.
        stall: Seconds that may pass while an actor that could go on has no turn; None: any time.

    Attributes:
        main: The main thread.
        current: The actor that has the turn.
        alive: Actors that were admitted and have not ended, in order of creation.
        actor_count: How many actors were made; an actor's id is its number in this count.
        is_threaded: A second thread has been made. It stays so when that has ended, since what is recorded beside other
            threads may not depend on when they end.
        enabled: Those of ``alive`` that can go on, as of the last time it was asked.
        enabled_stale: ``enabled`` may have changed since.
        has_others: There is more than one actor alive.
        has_choice: Another actor than the current one may be able to go on. Invariant: true if ``enabled_stale`` is,
            where there are others.
        forced_yield: A busy-waiting thread was forced to yield; a search of such executions is incomplete.
    """

    __slots__ = (
        "_choose", "_clock", "_files", "_gil", "_is_timed", "_pick", "_record", "_run", "_stall", "_status", "_swap",
        "actor_count", "alive", "current", "enabled", "enabled_stale", "forced_yield", "has_choice", "has_others",
        "is_threaded",
        "main",
    )  # fmt: skip

    def __init__(
        self,
        main: Actor,
        run: Run,
        record: Record,
        status: Status,
        clock: Clock,
        gil: GilWatch | None,
        decider: Decider,
        swap: Callable[[Actor, Actor], None],
        files: frozenset[str],
        stall: float | None = None,
    ) -> None:
        self._run = run
        self._record = record
        self._status = status
        self._clock = clock
        self._gil = gil
        self._choose = decider.choose
        self._pick = decider.pick
        self._swap = swap
        self._files = files
        self._stall = stall
        self._is_timed = False  # of those that can go on, some can only because time may pass
        self.main = self.current = main
        self.alive: list[Actor] = []
        self.actor_count = 1
        self.is_threaded = False
        self.enabled: Sequence[Actor] = ()
        self.enabled_stale = self.has_choice = self.has_others = self.forced_yield = False

    # -- who is there -------------------------------------------------------------------------------------------

    def admit(self, actor: Actor) -> None:
        """Let ``actor`` have the turn, from the next decision on."""
        self.alive.append(actor)
        self.has_others = len(self.alive) > 1
        self.enabled_stale = self.has_choice = True

    def remove(self, actor: Actor) -> None:
        """Let ``actor``, which has ended, have no turn any more."""
        actor.done = True
        self.alive.remove(actor)
        self.has_others = len(self.alive) > 1
        self.enabled_stale = self.has_choice = True

    def refresh(self) -> None:
        """Find out who can go on. Needed after synchronising operations only: accesses block no actor."""
        enabled = []
        is_timed = False
        for actor in self.alive:
            ready = actor.ready
            if ready is None:
                actor.timed = False
                enabled.append(actor)
            elif ready():
                actor.timed = actor.is_timer
                is_timed = is_timed or actor.timed
                enabled.append(actor)
            elif actor.deadline is not None and not actor.is_timer:
                actor.timed = is_timed = True
                enabled.append(actor)
        self._is_timed = is_timed
        self.enabled = enabled
        self.enabled_stale = False
        self.has_choice = len(enabled) != 1 or enabled[0] is not self.current

    # -- decisions ----------------------------------------------------------------------------------------------

    def decide(self, actor: Actor) -> None:
        """Ask for the next actor and hand it the turn; returns when ``actor`` has the turn again."""
        gil = self._gil
        held = False
        if gil is not None:
            held = gil.is_held_by(actor)
            if actor.ready is not None and gil.comes_to(actor):
                held = False
                if gil.records_waiting:
                    self._record.add(actor, Kind.BLOCK, actor.pending[1])
                gil.passed()
        run = self._run
        actor.left_behind, actor.passed_over = 0.0, 0  # it has just had the turn
        while True:
            if self.enabled_stale:
                self.refresh()
            enabled = self.enabled
            if not enabled:
                self._status.fail(DEADLOCK, *self._describe_deadlock())
            if len(enabled) == 1 and enabled[0] is actor and not actor.timed:
                return
            actor.decisions += 1
            run.decisions += 1
            if held and gil.keeps(actor):  # type: ignore[union-attr]
                return
            offered = self._in_time(enabled) if self._is_timed else enabled
            try:
                chosen = self._choose(actor, offered)
            except Exception as exc:  # not into the program, which might catch it
                self._status.fail_fatally(exc)
            if chosen is actor and not actor.timed:
                return
            if chosen.timed:
                self._note_stall(chosen, enabled)
            if actor.ready is None or (not actor.timed and actor in enabled):  # it could have gone on
                run.deviations.append((actor.id, actor.decisions, chosen.id))
                if not chosen.is_timer:
                    run.preemptions += 1
                    if held:
                        run.unlocked.append((actor.id, actor.decisions, chosen.id))
            elif chosen is not default_choice(actor, enabled):
                run.deviations.append((actor.id, actor.decisions, chosen.id))
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

    def decide_after(self, actor: Actor) -> Actor | None:
        """Choose who goes on after ``actor``, which has ended, without switching to it; None if no actor is left."""
        if all(other.daemon or other.is_timer for other in self.alive):
            return None
        run = self._run
        while True:
            self.refresh()
            enabled = self.enabled
            if not enabled:
                self._status.note_problem(Problem(DEADLOCK, *self._describe_deadlock()))
                return None
            actor.decisions += 1
            run.decisions += 1
            try:
                offered = self._in_time(enabled) if self._is_timed else enabled
                chosen = self._choose(actor, offered) if len(offered) > 1 else offered[0]
            except Exception as exc:
                self._status.note_fatal(exc)
                return None
            if chosen.timed:
                self._note_stall(chosen, enabled)
            if chosen is not default_choice(actor, enabled):
                run.deviations.append((actor.id, actor.decisions, chosen.id))
            if not chosen.is_timer:
                break
            self._fire(chosen)
        if actor.loop is not chosen.loop:
            self._swap(actor, chosen)
        self.current = chosen
        return chosen

    def _in_time(self, enabled: Sequence[Actor]) -> Sequence[Actor]:
        """Those of ``enabled`` by which no actor that can go on is left behind for too long.

        A loop that polls again and again while another thread could end it is no livelock of the program, so time does
        not pass for ever over an actor's head, whatever the strategy says. A deadline further away than ``stall``
        passes only when no actor can go on without it.
        """
        able = [actor for actor in enabled if not actor.timed]
        if not able:
            return enabled
        if max(actor.passed_over for actor in able) >= _PATIENCE:
            self.forced_yield = True
            return able
        if self._stall is None:
            return enabled
        latest = self._clock.peek() + self._stall - max(actor.left_behind for actor in able)
        offered = [actor for actor in enabled if not actor.timed or actor.deadline <= latest]  # type: ignore[operator]
        if len(offered) < len(enabled):
            self._run.held_back = True
        return offered

    def _note_stall(self, chosen: Actor, enabled: Sequence[Actor]) -> None:
        """Time is about to pass up to the deadline of ``chosen``."""
        assert chosen.deadline is not None
        seconds = max(chosen.deadline - self._clock.peek(), 0.0)
        for actor in enabled:
            if not actor.timed:
                actor.left_behind += seconds
                actor.passed_over += 1
                self._run.stall = max(self._run.stall, actor.left_behind)

    def pick(self, count: int) -> int:
        """Choose one of ``count`` ready callbacks, for ``order="any"``. Recorded as a deviation below zero."""
        actor = self.current
        actor.decisions += 1
        self._run.decisions += 1
        index = self._pick(actor, count)
        if index:
            self._run.deviations.append((actor.id, actor.decisions, -index))
        return index

    def yield_turn(self, actor: Actor) -> None:
        """Give the turn to the others, if there are any, without asking whether to."""
        if self.enabled_stale:
            self.refresh()
        others = [other for other in self.enabled if other is not actor]
        if not others:
            return
        self.forced_yield = True
        chosen = default_choice(actor, others)
        if chosen.is_timer:
            self._fire(chosen)
        else:
            self._switch(actor, chosen)

    def _describe_deadlock(self) -> tuple[str, str]:
        return describe_deadlock(self.alive, self.current, self._files, self._record.history)

    def _switch(self, actor: Actor, chosen: Actor) -> None:
        self.current = chosen
        if actor.loop is not chosen.loop:
            self._swap(actor, chosen)
        target = chosen.greenlet
        assert target is not None
        target.switch()

    def _fire(self, timer: Actor) -> None:
        """Let time pass up to the deadline of ``timer``; its loop sees it in its next round."""
        assert timer.fire is not None
        assert timer.deadline is not None
        self._clock.reach(timer.deadline)
        timer.fire()
        self._record.add(timer, Kind.FIRE, self._record.number_of(timer.owner))
        self.enabled_stale = self.has_choice = True
