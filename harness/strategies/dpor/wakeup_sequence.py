"""Wake-up sequences: what has to happen in a state so that the later side of a race comes first.

Abdulla, Aronis, Jonsson, Sagonas: "Source Sets" (JACM 2017), section 5. For a race between transitions e and e' the
sequence is ``notdep(e, E).e'``: what followed e without depending on it, then e'. An actor is a *weak initial* of a
sequence if it can go first and what remains still leads to the same class: its first transition in the sequence
has no predecessor there, or it is not in the sequence and depends on nothing in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from harness.strategies.dpor.dependence import Operation, dependent

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["PendingOperation", "Step", "Transition", "WakeupSequence"]


class Transition:
    """What one actor did between two decisions. It is done or undone as a whole.

    Attributes:
        actor: Number of the actor.
        number: Position in the execution, from 0.
        node: Number of the decision that led to it; -1 if there was none, because no other actor could go on.
        operations: What it did, in order.
        start: Index of its first event in the execution.
        clock: Per actor, the number of its last transition that happens before this one or is this one; -1: none does.
    """

    __slots__ = ("actor", "clock", "node", "number", "operations", "start")

    def __init__(self, actor: int, number: int, node: int, start: int, operations: tuple[Operation, ...]) -> None:
        self.actor = actor
        self.number = number
        self.node = node
        self.start = start
        self.operations = operations
        self.clock: list[int] = []

    def follows(self, earlier: Transition) -> bool:
        """Whether ``earlier``, a transition of the same execution, happens before this one."""
        return self.clock[earlier.actor] >= earlier.number


class Step(NamedTuple):
    """What an actor would do next in a state, as it was seen to do elsewhere.

    Attributes:
        operations: What it does.
        disables: The actors whose pending operations it disables. It depends on whatever they do.
    """

    operations: tuple[Operation, ...]
    disables: frozenset[int] = frozenset()


class PendingOperation(NamedTuple):
    """An operation that an actor stood before and did not come to."""

    actor: int
    operation: Operation


class WakeupSequence:
    """Transitions of one execution, in its order. Empty (and then false) if nothing is left to do."""

    __slots__ = ("_transitions",)

    def __init__(self, transitions: Iterable[Transition]) -> None:
        self._transitions = tuple(transitions)

    @classmethod
    def of_pending(cls, pending: PendingOperation) -> WakeupSequence:
        """The sequence of an actor that could have gone on and did not: its next operation alone."""
        return cls((Transition(pending.actor, 0, -1, 0, (pending.operation,)),))

    def __bool__(self) -> bool:
        return bool(self._transitions)

    def steps(self) -> list[tuple[int, tuple[Operation, ...]]]:
        """Return the actor and the operations of each transition."""
        return [(transition.actor, transition.operations) for transition in self._transitions]

    def weak_initial(self, actor: int, step: Step) -> bool:
        """Whether an actor that would make this step is a weak initial of the sequence."""
        return self.without_initial(actor, step) is not None

    def without_initial(self, actor: int, step: Step) -> WakeupSequence | None:
        """Return what remains once a weak initial has gone first; None if the actor is no weak initial.

        Args:
            actor: Number of the actor that goes first.
            step: What it would do, which matters only if the actor is not in the sequence.
        """
        transitions = self._transitions
        for index, transition in enumerate(transitions):
            if transition.actor == actor:
                if any(transition.follows(before) for before in transitions[:index]):
                    return None
                return WakeupSequence(transitions[:index] + transitions[index + 1 :])
        operations, disables = step
        if any(each.actor in disables or dependent(operations, each.operations) for each in transitions):
            return None
        return self
