"""Wake-up trees: the ways that are left to go from a state, merged where they begin alike.

Abdulla, Aronis, Jonsson, Sagonas: "Source Sets" (JACM 2017), section 5. A way is a sequence of steps that leads from
the state to the second step of a race and leaves out the first. An execution that follows one never ends among actors
that are all asleep, so no execution is begun in vain.
"""

from __future__ import annotations

from itertools import dropwhile
from typing import TYPE_CHECKING, Final, Protocol

from harness.strategies.dpor.dependence import UNKNOWN, dependent

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from harness.strategies.dpor.dependence import Step

__all__ = ["Branch", "Guide", "SingleStep", "Way", "insert"]


class Way(Protocol):
    """A sequence of steps of one execution."""

    def __bool__(self) -> bool:
        """Whether a step is left."""
        return True

    def after(self, actor: int, step: tuple[Step, ...]) -> Way | None:
        """What is left to go when an actor has gone first, if it can (if it is a *weak initial* of the way).

        That is all but its first step, if nothing before that one has to come first; or all, if the actor is not on
        the way and ``step``, its next, depends on nothing there. Otherwise None.
        """

    def steps(self) -> list[tuple[int, tuple[Step, ...]]]:
        """Actor and events of each step."""


class SingleStep:
    """The way of an actor that could have gone on, and then did not."""

    def __init__(self, actor: int, event: Step) -> None:
        self._actor = actor
        self._event = event

    def __bool__(self) -> bool:
        return self is not _NOTHING_LEFT

    def after(self, actor: int, step: tuple[Step, ...]) -> Way | None:
        if actor == self._actor:
            return _NOTHING_LEFT
        return None if dependent(step, (self._event,)) else self

    def steps(self) -> list[tuple[int, tuple[Step, ...]]]:
        return [(self._actor, (self._event,))]


_NOTHING_LEFT: Final = SingleStep(-1, UNKNOWN)


class Branch:
    """A step that is to be taken, and what is to follow it.

    Attributes:
        actor: Who.
        events: What it does; on objects that have no number yet in the state that the tree belongs to, ``UNKNOWN``.
        children: What is to follow, one after the other; none: whatever comes.
    """

    __slots__ = ("actor", "children", "events")

    def __init__(self, actor: int, events: tuple[Step, ...]) -> None:
        self.actor = actor
        self.events = events
        self.children: list[Branch] = []


def insert(way: Way, branches: list[Branch], known: int, able: Container[int]) -> None:
    """Add a way to a tree, unless one that is there already leads to the same.

    Args:
        way: What is to be possible.
        branches: The tree; it is changed in place. Invariant: each can be taken, or else it would lead nowhere and
            yet keep away the ways that seem to lead to the same.
        known: The highest number of an object in the state that the tree belongs to.
        able: The actors that can go on in that state. What comes first on the way and is not for them to do (a timer
            fires that the step which is left out has set) is left out as well.
    """
    root = branches
    while way:
        for branch in branches:
            rest = way.after(branch.actor, branch.events)
            if rest is not None:
                break
        else:
            steps = way.steps()
            if branches is root:
                steps = [*dropwhile(lambda step: step[0] not in able, steps)]
            for actor, events in steps:
                new = Branch(actor, tuple(each if each[1] <= known else UNKNOWN for each in events))
                branches.append(new)
                branches = new.children
            return
        if not branch.children:
            return
        way, branches = rest, branch.children


class Guide:
    """Leads an execution along a tree.

    The steps of two executions need not be cut alike, since an actor that is alone makes no decisions. So the guide
    goes by the number of events of each actor, which is the same as long as the way can be followed at all.
    """

    __slots__ = ("_branches", "_due", "_made")

    def __init__(self, branch: Branch) -> None:
        self._branches = [branch]
        self._due: dict[int, int] = {}  # actor -> events of the steps that lie behind
        self._made: dict[int, int] = {}  # actor -> events it has made

    def go_on(self, actors: Sequence[int]) -> list[Branch]:
        """These actors have made an event each; what is to follow, or nothing if that is all the same."""
        for actor in actors:
            self._made[actor] = self._made.get(actor, 0) + 1
        while len(self._branches) == 1:
            (branch,) = self._branches
            due = self._due.get(branch.actor, 0) + len(branch.events)
            if self._made.get(branch.actor, 0) < due:
                break
            self._due[branch.actor] = due
            self._branches = branch.children
        return self._branches

    def take(self, branch: Branch) -> None:
        """Of several branches this one is taken now."""
        self._branches = [branch]
