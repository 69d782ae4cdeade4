"""The order of one execution, followed by another program: the same schedule against another store.

A token is of no use there, since a lock adds decisions of its own. What is followed is the order in which the lanes
touched the shared state: who comes next in it gets the turn, if it can go on. Where a lock stands in the way it
cannot, and the one that holds the lock goes on instead: that is what a lock does.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from harness.engine.default_order import default_choice
from harness.exploration.discovery import open_session
from harness.model.kind import ACCESSES, Kind
from harness.model.options import Options
from harness.model.result import Execution
from harness.model.token import Token
from harness.oracles import describe_lost_update, find_lost_updates
from harness.strategies.scripted import Scripted
from harness.timeline.walkthrough import steps_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from harness.engine import Engine
    from harness.engine.actor import Actor
    from harness.engine.run import Decider
    from harness.model.event import History
    from harness.model.result import Failure

__all__ = ["follow_order"]

_SLEEPS: Final = (Kind.SLEEP, Kind.POLL)


def follow_order(program: Callable[[], Any], failure: Failure) -> Execution | None:
    """Execute a program in the order of a failure of another one, as far as it can be followed.

    Args:
        program: The other program: the same scenario with another store.
        failure: With its history, recorded in detail.

    Returns:
        The execution; None if the failure has no history.
    """
    history = failure.history
    if history is None:
        return None
    with open_session(program, Options()) as session:
        order = _order(history)
        decider: Decider = _InOrder(session.engine, history, order)
        if len({history.lanes[history.events[index][0]].actor for index in order}) < 2:
            decider = Scripted(Token.parse(failure.token).schedule)  # tasks of one loop: time alone decides
        run = session.run(decider, detail=True)
        finding = session.examine(run)
        return Execution(
            outcome=run.outcome,
            failure=session.failure(finding, run, 1) if finding is not None else None,
            history=run.history,
            lost_updates=tuple(describe_lost_update(run.history, each) for each in find_lost_updates(run.history)),
            decisions=run.decisions,
        )


def _order(history: History) -> list[int]:
    """Return the accesses whose order is followed."""
    return [index for index in steps_of(history) if history.events[index][1] in ACCESSES]


class _InOrder:
    """Gives the turn to the actor that comes next in the order of another history.

    Actors are numbered in the order of creation, so the same scenario has the same ones with every store.
    """

    def __init__(self, engine: Engine, history: History, order: Sequence[int]) -> None:
        self._engine = engine
        self._keys = {repr(history.events[index][3]) for index in order}
        self._wanted: list[tuple[int, int]] = []  # an actor, and how many accesses it has made with this one
        count: Counter[int] = Counter()
        for index in order:
            actor = history.actor_of(index)
            count[actor] += 1
            self._wanted.append((actor, count[actor]))
        self._seen = 0
        self._made: Counter[int] = Counter()

    def choose(self, current: Actor, enabled: Sequence[Actor]) -> Actor:
        record = self._engine.execution.record
        for lane, kind, _, key, _ in record.events[self._seen :]:
            if kind in ACCESSES and repr(key) in self._keys:
                self._made[record.lanes[lane].actor] += 1
        self._seen = len(record.events)
        wanted = next((actor for actor, number in self._wanted if self._made[actor] < number), None)
        for actor in enabled:
            if actor.id == wanted and not actor.timed:
                return actor
        sleeps = any(
            actor.id == wanted and actor.loop is not None and actor.pending[0] in _SLEEPS
            for actor in self._engine.execution.turns.alive
        )
        for actor in enabled:
            if actor.is_timer and sleeps:  # its loop waits for the time to pass
                return actor
        alive = [actor.id for actor in self._engine.execution.turns.alive]
        if wanted is not None and wanted > max(alive):
            return next((actor for actor in enabled if not actor.timed), enabled[0])  # the oldest starts it
        return default_choice(current, enabled)  # it is held up, or has nothing more to do

    def pick(self, current: Actor, count: int) -> int:
        return 0
