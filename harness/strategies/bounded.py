"""``exhaustive`` with a bound: every schedule with at most k preemptions, one after the other.

Musuvathi and Qadeer: "Iterative Context Bounding for Systematic Testing of Multithreaded Programs" (PLDI 2007). Most
failures need very few preemptions, and of n decisions there are only about n ** k ways to place k of them. The bound
grows from 0 to k, so what is found first is what a person follows most easily.

No schedule is left out for being like another one: partial order reduction and a bound on preemptions do not go
together without care (Coons, Musuvathi, McKinley: "Bounded Partial-Order Reduction", OOPSLA 2013), and a bound that is
said must be kept. If nothing had to be left out for a bound, then every schedule whatever has been executed.

Memory: one node for each decision of the current execution.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.engine.default_order import default_choice
from harness.model.errors import HarnessError, UsageError
from harness.strategies.strategy import Coverage, ExecutedClass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.engine.actor import Actor
    from harness.engine.engine import Engine
    from harness.engine.run import Run

__all__ = ["BoundedStrategy"]


class _Node:
    """A decision of the current execution.

    Attributes:
        choices: Actors, the default choice first.
        costs: For each of them, 1 if it is a preemption.
        index: The one that is taken now. Invariant: those before it have been tried to the end.
        spent: Preemptions before this decision.
    """

    __slots__ = ("choices", "costs", "index", "spent")

    def __init__(self, choices: list[int], costs: list[int], spent: int) -> None:
        self.choices = choices
        self.costs = costs
        self.index = 0
        self.spent = spent


class BoundedStrategy:
    """Depth-first search over the decisions, with a bound on preemptions that grows from 0.

    Args:
        preemptions: The bound in the end, 0 or more.
    """

    name = "exhaustive"  # as it is asked for: strategy="exhaustive", preemptions=k

    def __init__(self, preemptions: int) -> None:
        if preemptions < 0:
            raise UsageError(f"preemptions must be 0 or more, not {preemptions}")
        self._final = preemptions
        self._bound = 0
        self._stack: list[_Node] = []
        self._depth = 0
        self._spent = 0
        self._cut = False  # some preemption was left out for the present bound
        self._complete = True  # nothing was cut short for another reason
        self._exhausted = False
        self._covered: int | None = None  # the bound that has been executed to its end

    def watch(self, engine: Engine) -> None:
        """Do nothing: decisions are all that this search needs to see."""

    def coverage(self) -> Coverage:
        """Return how much of the program has been executed."""
        return Coverage(self._exhausted, preemptions=self._covered)

    def executed(self) -> ExecutedClass:
        """Return a class that is not told apart from others."""
        return ExecutedClass(None)

    def begin(self, number: int) -> bool:
        self._depth = self._spent = 0
        if number == 0 or self._next_branch():
            return True
        if not self._complete:
            return False
        self._covered = self._bound
        self._exhausted = not self._cut
        if self._exhausted or self._bound == self._final:
            return False
        self._bound += 1
        self._cut = False
        return True

    def choose(self, current: Actor, enabled: Sequence[Actor]) -> Actor:
        if self._depth == len(self._stack):
            self._stack.append(self._new_node(current, enabled))
        node = self._stack[self._depth]
        self._depth += 1
        self._spent = node.spent + node.costs[node.index]
        wanted = node.choices[node.index]
        for actor in enabled:
            if actor.id == wanted:
                return actor
        raise HarnessError(f"the search lost its way: actor {wanted} cannot go on here")

    def pick(self, current: Actor, count: int) -> int:
        self._complete = False  # orders of ready callbacks are not searched
        return 0

    def _new_node(self, current: Actor, enabled: Sequence[Actor]) -> _Node:
        could_go_on = any(actor is current and not actor.timed for actor in enabled)
        first = default_choice(current, enabled)
        choices = [first.id, *(actor.id for actor in enabled if actor is not first)]
        timers = {actor.id for actor in enabled if actor.is_timer}  # time that passes takes the turn from nobody
        costs = [int(could_go_on and each != current.id and each not in timers) for each in choices]
        return _Node(choices, costs, self._spent)

    def end(self, run: Run) -> None:
        if run.problem is not None and run.problem.kind == "livelock":
            self._complete = False

    def _next_branch(self) -> bool:
        while self._stack:
            node = self._stack[-1]
            for index in range(node.index + 1, len(node.choices)):
                if node.spent + node.costs[index] <= self._bound:
                    node.index = index
                    return True
                self._cut = True
            self._stack.pop()
        return False
