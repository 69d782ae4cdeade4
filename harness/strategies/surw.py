"""``surw``: selectively uniform random walk.

Zhao, Wolff, Mathur, Roychoudhury: "Selectively Uniform Concurrency Testing" (ASPLOS 2025). A random walk that gives
each thread the same chance at each step favours some interleavings over others by far: that one step comes after all
of k steps of another thread has probability 2 ** -k, where it is one interleaving of k + 1. Here some events are *of
interest*, and whose comes next is drawn with weights: how many of them each actor has left, those of the threads that
it has still to start included. Whoever comes to such an event out of turn is held back; all other events are made in
random order. The counts come from executions made before.

Guarantee, of the paper: where the counts are right and nothing blocks, every interleaving of the events of interest
has the same probability; with k events in each of two threads that is 1 / C(2k, k). Every schedule remains possible.

Where this differs from the paper: what is of interest is drawn for each execution, from the keys and objects that
several actors use, or is everything (which makes it the paper's URW); the counts are the greatest of four executions;
the other events are made by random priorities (as in the authors' own implementation, under ``rp-urw``), and the
timers' always are, by the execution's pace (``pace.py``); and an intention that is not met for as long as a whole
execution is given up.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any, Final

from harness.strategies.event_profile import ALL, Interest, Profile
from harness.strategies.fairness import FRESH, draw_pace

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from harness.engine.actor import Actor
    from harness.engine.run import Run

__all__ = ["SurwStrategy"]

_PROFILES: Final = 4
_PATIENCE: Final = 1000
_NOBODY: Final = -1
_NOTHING: Final = Interest(0, _NOBODY)  # no event is of this kind


class SurwStrategy:
    """Weights by the events of interest that each actor has left.

    Args:
        seed: Equal seeds make equal schedules.
        interest: What is of interest in every execution. None: drawn for each.
    """

    name = "surw"

    def __init__(self, seed: int, interest: Interest | None = None) -> None:
        self._draw = Random(seed).random
        self._interest = interest
        self._profile = Profile()
        self._profiled = 0
        self._longest = 0  # decisions

    def begin(self, number: int) -> bool:
        draw = self._draw
        interests = self._profile.interests
        interest = interests[int(draw() * len(interests))] if interests else _NOTHING
        if self._interest is not None and interests:
            interest = self._interest
        self._everything = interest.slot == ALL
        self._slot = 0 if self._everything else interest.slot
        self._value: Any = interest.value
        self._total = self._profile.counts(interest) if interests else {}
        # Events of interest that each actor has left, by estimate. Invariant: those of an actor that has not been seen
        # yet are counted with the one that will start it too.
        self._left = dict(self._total)
        self._seen: set[int] = set()
        self._pace = draw_pace(draw)
        self._fresh = FRESH  # decisions until all priorities are drawn anew
        # Actor -> priority of its pending event, until it happens.
        self._priorities: dict[int, float] = {}
        # Whose event of interest is to be the next. Invariant: no other actor's happens, unless it is given up.
        self._intended = _NOBODY
        self._patience = self._longest
        return True

    def choose(self, current: Actor, enabled: Sequence[Actor]) -> Actor:
        slot, value, everything, priorities = self._slot, self._value, self._everything, self._priorities
        intended = self._intended
        self._fresh -= 1
        if not self._fresh:
            priorities.clear()
            self._fresh = FRESH
        chosen: Actor | None = None
        highest = -1.0
        of_interest = held_back = False
        for actor in enabled:
            number = actor.id
            if number not in priorities:
                priorities[number] = self._draw()
                if number not in self._seen:
                    intended = self._admit(number)
            interesting = not actor.is_timer if everything else actor.pending[slot] == value
            if interesting:
                if intended < 0:
                    intended = self._intend(enabled)
                if number != intended:
                    held_back = True
                    continue
            priority = priorities[number]
            if actor.timed:
                priority *= self._pace
            if priority > highest:
                highest, chosen, of_interest = priority, actor, interesting
        if held_back:
            self._patience -= 1
            if chosen is None or self._patience < 0:
                chosen = self._give_up(enabled)
                of_interest = True
        assert chosen is not None
        number = chosen.id
        del priorities[number]
        if of_interest:
            self._left[number] = max(self._left.get(number, 0) - 1, 0)
            self._intended = _NOBODY
            self._patience = self._longest
        return chosen

    def _admit(self, number: int) -> int:
        """An actor is seen for the first time: what it has is no longer its parent's. Whose turn it is now."""
        self._seen.add(number)
        parent = self._profile.parents.get(number)
        if parent is not None:
            mine, theirs = self._total.get(number, 0), self._left.get(parent, 0)
            if self._intended == parent and self._draw() * theirs < mine:
                self._intended = number
            self._left[parent] = max(theirs - mine, 0)
        return self._intended

    def _intend(self, actors: Iterable[Actor]) -> int:
        """Draw whose event of interest is to be the next."""
        left, draw, slot, value, everything = self._left, self._draw, self._slot, self._value, self._everything
        intended = _NOBODY
        total = 0.0
        for actor in actors:
            number = actor.id
            weight: float = left.get(number, 0)
            if not weight:  # it has one, whatever the estimate says, if it stands before it
                if actor.is_timer if everything else actor.pending[slot] != value:
                    continue
                weight = 1.0
            if actor.timed:
                weight *= self._pace
            total += weight
            if draw() * total < weight:  # each is the last one here with its share of what has been seen
                intended = number
        self._intended = intended
        return intended

    def _give_up(self, enabled: Sequence[Actor]) -> Actor:
        """The intended actor waits for one that is held back, or does not come to its event: let another one go on."""
        if self._patience < 0:
            self._left[self._intended] = 0
        held = [actor for actor in enabled if actor.id != self._intended and self._is_of_interest(actor)]
        number = self._intend(held)
        return next(actor for actor in held if actor.id == number)

    def _is_of_interest(self, actor: Actor) -> bool:
        return not actor.is_timer if self._everything else actor.pending[self._slot] == self._value

    def pick(self, current: Actor, count: int) -> int:
        return int(self._draw() * count)

    def end(self, run: Run) -> None:
        self._longest = min(max(self._longest, run.decisions), _PATIENCE)
        if self._profiled < _PROFILES:
            self._profiled += 1
            self._profile.learn(run)
