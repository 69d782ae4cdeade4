"""Executes a happens-before class in another order that the dependence relation allows.

All orders of one class are said to do the same; that is what the search rests on when it executes only one of them. So
an order that turns round as many independent transitions as possible must be possible, and do the same events.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from harness.engine.default_order import default_choice
from harness.model.kind import Kind
from harness.strategies.dpor.races import transitions_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from harness.engine.actor import Actor
    from harness.engine.engine import Engine
    from harness.engine.run import Run
    from harness.strategies.dpor.wakeup_sequence import Transition

__all__ = ["Impossible", "Order", "ReorderedExecution", "reorder"]

_KEPT_IN_ORDER: Final = frozenset({int(Kind.START), int(Kind.FIRE)})


class Order(NamedTuple):
    """An order of the events of an execution.

    Attributes:
        events: For each place in the order, the index of the event in the execution.
        actors: For each place in the order, the actor, and how many events it has made then.
    """

    events: tuple[int, ...]
    actors: tuple[tuple[int, int], ...]


class Impossible(Exception):
    """Raised when an execution cannot be made in the order that was asked for; it says where."""


def reorder(run: Run, starts: Sequence[int], draw: Callable[[], float]) -> Order:
    """Return another order of an execution's transitions that its dependence relation allows.

    Threads are started in the same order, which gives them their numbers, and deadlines are reached in the same order,
    since a later one that is reached leaves nothing to do for an earlier one.

    Args:
        run: The execution.
        starts: For each decision, the number of events before it.
        draw: A random number in [0, 1).
    """
    transitions = transitions_of(run, starts)
    left: dict[int, list[Transition]] = {}
    for transition in reversed(transitions):
        left.setdefault(transition.actor, []).append(transition)
    fixed = [each.number for each in reversed(transitions) if _is_fixed(each)]
    made = dict.fromkeys(left, -1)
    wildness = draw()  # how often the transition is taken that came last in the execution
    order: list[int] = []
    while left:
        ready = [
            queue[-1]
            for queue in left.values()
            if _comes_after(queue[-1], made) and (not _is_fixed(queue[-1]) or fixed[-1] == queue[-1].number)
        ]
        chosen = max(ready, key=_number) if draw() < wildness else ready[int(draw() * len(ready))]
        left[chosen.actor].pop()
        if not left[chosen.actor]:
            del left[chosen.actor]
        if _is_fixed(chosen):
            fixed.pop()
        made[chosen.actor] = chosen.number
        order += range(chosen.start, chosen.start + len(chosen.operations))
    return Order(tuple(order), _numbered(run, order))


def _comes_after(transition: Transition, made: dict[int, int]) -> bool:
    """Whether all that happens before a transition has been made."""
    own = transition.actor
    return all(number <= made.get(actor, -1) for actor, number in enumerate(transition.clock) if actor != own)


def _is_fixed(transition: Transition) -> bool:
    return any(operation[0] in _KEPT_IN_ORDER for operation in transition.operations)


def _number(transition: Transition) -> int:
    return transition.number


def _numbered(run: Run, order: Sequence[int]) -> tuple[tuple[int, int], ...]:
    lanes, events = run.history.lanes, run.history.events
    made: dict[int, int] = {}
    found = []
    for index in order:
        actor = lanes[events[index][0]].actor
        made[actor] = made.get(actor, 0) + 1
        found.append((actor, made[actor]))
    return tuple(found)


class ReorderedExecution:
    """Makes the decisions of one execution so that its events come in a given order."""

    def __init__(self, engine: Engine, order: Order) -> None:
        self._engine = engine
        self._order = order.actors
        self._place = 0  # up to here the events of the order have been made
        self._made: dict[int, int] = {}  # actor -> events so far
        self._seen = 0  # events counted in ``_made``

    def choose(self, current: Actor, enabled: Sequence[Actor]) -> Actor:
        history = self._engine.execution.run.history
        events, lanes, made, order = history.events, history.lanes, self._made, self._order
        for event in events[self._seen :]:
            actor = lanes[event[0]].actor
            made[actor] = made.get(actor, 0) + 1
        self._seen = len(events)
        while self._place < len(order) and made.get(order[self._place][0], 0) >= order[self._place][1]:
            self._place += 1
        if self._place == len(order):
            return default_choice(current, enabled)
        wanted, _ = order[self._place]
        for each in enabled:
            if each.id == wanted:
                return each
        names = ", ".join(each.name for each in enabled)
        raise Impossible(f"after {len(events)} events actor {wanted} cannot go on, but only {names}")

    def pick(self, current: Actor, count: int) -> int:
        return 0
