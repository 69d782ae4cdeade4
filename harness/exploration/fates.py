"""What can become of each state of a choice graph, and the fewest preemptions that lead to a failure."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.exploration.choices import ChoiceGraph
    from harness.model.game import Fate, State

__all__ = ["fates_of", "fewest_preemptions"]


def fates_of(graph: ChoiceGraph) -> list[Fate]:
    """Return the fate of each state: of an end its own, of another state what its choices leave open."""
    fates: dict[int, Fate] = {}
    stack = [0]
    while stack:
        number = stack[-1]
        node = graph.nodes[number]
        todo = [edge[0] for edge in node.to.values() if edge[0] not in fates]
        if todo:
            stack += todo
            continue
        stack.pop()
        if not node.enabled:
            fates[number] = "fails" if node.ending is not None else "always ends well"
            continue
        after: set[Fate] = {fates[edge[0]] for edge in node.to.values()}
        if len(node.to) < len(node.enabled):
            after.add("not explored")
        if len(after) == 1:
            fates[number] = after.pop()
        else:
            fates[number] = "can fail" if after & {"fails", "can fail"} else "not explored"
    return [fates.get(number, "not explored") for number in range(len(graph.nodes))]


def fewest_preemptions(states: Sequence[State], timers: frozenset[int]) -> int | None:
    """Return the fewest preemptions on a way from the first state to an end that failed; None if there is no way.

    Args:
        states: Of a game.
        timers: The actors that only let time pass, which preempts no thread.
    """
    best: dict[tuple[int, int], int] = {}
    left = [(0, 0, -1)]
    while left:
        cost, number, last = heapq.heappop(left)
        if (number, last) in best:
            continue
        best[number, last] = cost
        state = states[number]
        if not state.choices and state.fate == "fails":
            return cost
        could = {choice.actor for choice in state.choices}
        for choice in state.choices:
            if choice.to >= 0:
                preempts = last in could and choice.actor != last and choice.actor not in timers
                heapq.heappush(left, (cost + preempts, choice.to, last if choice.actor in timers else choice.actor))
    return None
