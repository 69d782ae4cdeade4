"""Wake-up trees: the sequences still to be explored from a state, with common prefixes shared.

Abdulla, Aronis, Jonsson, Sagonas: "Source Sets" (JACM 2017), section 5. An execution that follows a branch of the tree
never comes to a state in which every actor sleeps, so no execution is begun in vain.
"""

from __future__ import annotations

from itertools import dropwhile
from typing import TYPE_CHECKING

from harness.strategies.dpor.dependence import UNKNOWN, Operation
from harness.strategies.dpor.wakeup_sequence import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Sequence

    from harness.strategies.dpor.wakeup_sequence import WakeupSequence

__all__ = ["Branch", "PrefixFollower", "WakeupTree"]


class Branch:
    """A transition that is to be made, and the tree of what is to follow it.

    Attributes:
        actor: Number of the actor.
        operations: What it does; ``UNKNOWN`` on objects that have no number yet in the state of the whole tree.
        subtree: What is to follow; an empty one: whatever comes.
    """

    __slots__ = ("actor", "operations", "subtree")

    def __init__(self, actor: int, operations: tuple[Operation, ...]) -> None:
        self.actor = actor
        self.operations = operations
        self.subtree = WakeupTree()


class WakeupTree:
    """The branches that are left in a state, in the order in which they will be taken.

    Invariant: each branch can be taken. One that cannot would lead nowhere, and yet keep away the sequences that seem
    to lead to the same.
    """

    __slots__ = ("branches",)

    def __init__(self, branches: Iterable[Branch] = ()) -> None:
        self.branches = list(branches)

    def __bool__(self) -> bool:
        return bool(self.branches)

    def insert(
        self,
        sequence: WakeupSequence,
        known_objects: int,
        enabled: Container[int],
        is_whole: Callable[[Sequence[Branch]], bool],
    ) -> None:
        """Add a sequence, unless a branch leads to the same already.

        Args:
            sequence: What is to be possible.
            known_objects: The highest number of an object in the state of the tree.
            enabled: The actors that can go on in that state. What comes first in the sequence and is not for them to
                do (a timer fires that was set by the transition which is left out) is left out as well.
            is_whole: Whether all that can follow these branches is going to be explored after them.
        """
        tree, way = self, list[Branch]()
        while sequence:
            for branch in tree.branches:
                rest = sequence.without_initial(branch.actor, Step(branch.operations))
                if rest is not None:
                    break
            else:
                break
            way.append(branch)
            sequence, tree = rest, branch.subtree
            if not tree and is_whole(way):
                return
        steps = sequence.steps()
        if tree is self:
            steps = [*dropwhile(lambda step: step[0] not in enabled, steps)]
        for actor, operations in steps:
            new = Branch(actor, tuple(each if each[1] <= known_objects else UNKNOWN for each in operations))
            tree.branches.append(new)
            tree = new.subtree

    def keep(self, wanted: Callable[[Branch], bool]) -> None:
        """Drop the branches that are not wanted any more."""
        self.branches = [branch for branch in self.branches if wanted(branch)]

    def take_first(self) -> Branch:
        """Remove and return the branch that comes first."""
        return self.branches.pop(0)


class PrefixFollower:
    """Leads an execution along a branch.

    The transitions of two executions need not be cut alike, since an actor that is alone makes no decisions. So the
    follower counts the events of each actor, which are the same as long as the branch can be followed at all.
    """

    __slots__ = ("_due", "_made", "_tree")

    def __init__(self, branch: Branch) -> None:
        self._tree = WakeupTree([branch])
        self._due: dict[int, int] = {}  # actor -> events of the transitions that lie behind
        self._made: dict[int, int] = {}  # actor -> events it has made

    def advance(self, actors: Sequence[int]) -> WakeupTree:
        """Tell that these actors have made an event each; return what is to follow, empty if that is all the same."""
        for actor in actors:
            self._made[actor] = self._made.get(actor, 0) + 1
        while len(self._tree.branches) == 1:
            (branch,) = self._tree.branches
            due = self._due.get(branch.actor, 0) + len(branch.operations)
            if self._made.get(branch.actor, 0) < due:
                break
            self._due[branch.actor] = due
            self._tree = branch.subtree
        return self._tree

    def take(self, branch: Branch) -> None:
        """Choose the branch, of several, that the execution goes along."""
        self._tree = WakeupTree([branch])
