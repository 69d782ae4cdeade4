"""A state of the search: which actors can go on, which have gone first, and what is left to explore from there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from harness.model.kind import kinds_where
from harness.strategies.dpor.dependence import UNKNOWN, conflict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from harness.engine.actor import Actor
    from harness.strategies.dpor.dependence import Operation
    from harness.strategies.dpor.wakeup_sequence import Step, WakeupSequence
    from harness.strategies.dpor.wakeup_tree import Branch, WakeupTree

__all__ = ["Node", "deadlines_of"]

_FORESEEN: Final = kinds_where(lambda row: row.foreseen)


class Node:
    """A state in which more than one actor can go on.

    Attributes:
        enabled: The actors that can go on, each with its pending operation.
        deadlines: Of those that can go on only because time may pass, the time that it would reach.
        sleep: Actors that need not go first here, each with its next transition: what follows was explored from an
            earlier state. Invariant: the transition is independent of all that was done since the actor fell asleep.
        done: Actors that have gone first here, each with the transition that it made; ``chosen`` is one of them once
            the execution has ended.
        tree: What is still to be explored from here. The branch that is being explored is not in it: it says what
            actors would do by what they did elsewhere (fail to take a lock, say, that can be taken here).
        chosen: The actor that goes first in the current execution.
        disabled: The actors that could go on here, and after the transition of ``chosen`` no longer, or only up to
            another deadline; each with its operation.
        start: Index of the first event after the decision, in the current execution.
        known_objects: How many objects had a number at the decision. Later ones have other numbers in other executions.
    """

    __slots__ = ("chosen", "deadlines", "disabled", "done", "enabled", "known_objects", "sleep", "start", "tree")

    def __init__(
        self,
        enabled: Sequence[Actor],
        sleep: dict[int, Step],
        chosen: int,
        tree: WakeupTree,
        known_objects: int,
    ) -> None:
        self.enabled = {actor.id: _foreseen(actor) for actor in enabled}
        self.deadlines = deadlines_of(enabled)
        self.known_objects = known_objects
        self.sleep = sleep
        self.done: dict[int, Step] = {}
        self.tree = tree
        self.chosen = chosen
        self.disabled: dict[int, Operation] = {}
        self.start = 0

    def find_disabled(self, enabled_now: AbstractSet[int], deadlines: Mapping[int, float | None]) -> None:
        """Note what the transition of ``chosen`` has disabled, given what can go on after it, and up to when."""
        lost = self.enabled.keys() - enabled_now
        changed = {actor for actor in self.deadlines.keys() & deadlines if deadlines[actor] != self.deadlines[actor]}
        self.disabled = {actor: self.enabled[actor] for actor in sorted((lost | changed) - {self.chosen})}

    def schedule(self, sequence: WakeupSequence) -> None:
        """Have a wake-up sequence explored from here, unless its class has been explored, or is going to be."""
        for actor, step in (*self.sleep.items(), *self.done.items()):
            if sequence.weak_initial(actor, step):
                return
        self.tree.insert(sequence, self.known_objects, self.enabled, self._is_whole)

    def _is_whole(self, way: Sequence[Branch]) -> bool:
        """Whether no actor that goes before a way of the tree sleeps at its end, so that all is explored from there.

        The tree keeps weak initials of its ways from going before them, as far as operations are known. Where they are
        not, a way may be redundant: an actor that has gone before it sleeps on. What is asked for after that one, and
        begins with this way, must then be in the tree itself.
        """
        return all(_wakes(way, actor, step) for actor, step in (*self.sleep.items(), *self.done.items()))

    def is_left(self, branch: Branch) -> bool:
        """Whether a branch is still to be explored."""
        return branch.actor in self.enabled and branch.actor not in self.done and branch.actor not in self.sleep


def _wakes(way: Sequence[Branch], actor: int, step: Step) -> bool:
    """Whether an actor that would make a step cannot sleep through a way, whatever the operations not known may be."""
    return any(
        branch.actor != actor
        and any(
            one[1] >= 0 and other[1] >= 0 and conflict(one, other)
            for one in step.operations
            for other in branch.operations
        )
        for branch in way
    )


def deadlines_of(enabled: Sequence[Actor]) -> dict[int, float | None]:
    """Return up to when time would pass, of the actors that can go on only because it may."""
    return {actor.id: actor.deadline for actor in enabled if actor.timed}


def _foreseen(actor: Actor) -> Operation:
    """Return what an actor would do next, as far as that is known before it is done."""
    return actor.pending if actor.pending[0] in _FORESEEN else UNKNOWN
