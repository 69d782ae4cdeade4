"""Wake-up sequences made by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.strategies.dpor.dependence import dependent
from harness.strategies.dpor.wakeup_sequence import Transition, WakeupSequence

if TYPE_CHECKING:
    from harness.strategies.dpor.dependence import Operation

__all__ = ["sequence", "write"]

ACTORS = 10


def write(serial: int) -> tuple[Operation, ...]:
    """Operations of a transition that writes an object."""
    return ((1, serial, "x"),)


def sequence(*steps: tuple[int, tuple[Operation, ...]]) -> WakeupSequence:
    """A sequence whose transitions are ordered where they depend on each other, or are of one actor."""
    made: list[Transition] = []
    for number, (actor, operations) in enumerate(steps):
        transition = Transition(actor, number, number, number, operations)
        transition.clock = [-1] * ACTORS
        for before in made:
            if before.actor == actor or dependent(before.operations, operations):
                transition.clock[:] = map(max, transition.clock, before.clock)
        transition.clock[actor] = number
        made.append(transition)
    return WakeupSequence(made)
