"""Every choice of who goes next, executed: the graph in which a reader plays the scheduler.

The exhaustive search executes each class once, and leaves out choices that only lead to a class that it knows. A reader
wants to make those too. So here every choice of every state is tried, and states are told apart by what leads to them:
two prefixes that differ only in the order of independent transitions are one state. What is cheap to reach comes
first: choices with few preemptions.

What could make it wrong: two states taken for one. The signature of a prefix (as the search has it) and what every
actor is about to do name a state.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from harness.engine.default_order import default_choice
from harness.exploration.discovery import open_session
from harness.strategies.dpor.signature import ClassSignature

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from harness.engine import Engine, Run
    from harness.engine.actor import Actor
    from harness.exploration.session import Session
    from harness.model.event import History
    from harness.model.options import Options

__all__ = ["ChoiceGraph", "ChoiceNode", "explore_choices"]

_MOST_STATES: Final = 400
_MOST_EVENTS: Final = 100_000
"""Events of all executions together: about two seconds."""


@dataclass(slots=True)
class ChoiceNode:
    """A state in which an actor is to be chosen, or an end.

    Attributes:
        enabled: Who may go next.
        run: An execution that comes through this state.
        start: How many of its events lie before.
        to: Actor -> number of the state that it leads to, with the run that goes there and where that state begins.
        ending: Of an end that failed: what is wrong. None: it is no end, or all is well.
    """

    enabled: tuple[int, ...]
    run: History
    start: int
    to: dict[int, tuple[int, History, int, int]] = field(default_factory=dict)
    ending: str | None = None


@dataclass(slots=True)
class ChoiceGraph:
    """All states; the first one is the beginning.

    Attributes:
        nodes: By number.
        timers: Actors that only let time pass.
        complete: No choice was left out.
    """

    nodes: list[ChoiceNode] = field(default_factory=list)
    timers: set[int] = field(default_factory=set)
    complete: bool = True


def explore_choices(program: Callable[[], Any], options: Options, most_states: int = _MOST_STATES) -> ChoiceGraph:
    """Try every choice of a small program.

    Args:
        program: Zero-argument callable.
        options: As for an exploration; its strategy and its limits are not used.
        most_states: More than that are not kept.
    """
    with open_session(program, options) as session:
        return _Explorer(session, most_states).explore()


@dataclass(slots=True)
class _Decision:
    start: int
    enabled: tuple[int, ...]
    chosen: int
    current: int
    timers: frozenset[int]
    pending: tuple[Any, ...]

    @property
    def preempts(self) -> bool:
        return self.chosen != self.current and self.current in self.enabled and self.chosen not in self.timers


class _Chooser:
    """Makes the given choices, and then goes on in the default order."""

    def __init__(self, engine: Engine, choices: Sequence[int]) -> None:
        self._engine, self._choices = engine, choices
        self.made: list[_Decision] = []

    def choose(self, current: Actor, enabled: Sequence[Actor]) -> Actor:
        execution = self._engine.execution
        number = len(self.made)
        chosen = default_choice(current, enabled)
        if number < len(self._choices):
            chosen = next((actor for actor in enabled if actor.id == self._choices[number]), chosen)
        pending = tuple((actor.id, actor.pending[0], repr(actor.pending[2])) for actor in execution.turns.alive)
        timed = frozenset(actor.id for actor in enabled if actor.is_timer)
        ids = tuple(actor.id for actor in enabled)
        self.made.append(_Decision(len(execution.record.events), ids, chosen.id, current.id, timed, pending))
        return chosen

    def pick(self, current: Actor, count: int) -> int:
        return 0


class _Explorer:
    def __init__(self, session: Session, most_states: int) -> None:
        self._session, self._most = session, most_states
        self._graph = ChoiceGraph()
        self._numbers: dict[Any, int] = {}
        self._ends: dict[int, int] = {}
        self._left: list[tuple[int, int, tuple[int, ...]]] = []
        self._signature = ClassSignature()

    def explore(self) -> ChoiceGraph:
        pushed = events = 0
        self._left = [(0, 0, ())]
        while self._left:
            _, _, choices = heapq.heappop(self._left)
            if len(self._graph.nodes) >= self._most or events > _MOST_EVENTS:
                break
            chooser = _Chooser(self._session.engine, choices)
            run = self._session.run(chooser, detail=True)
            events += len(run.history)
            for preemptions, tried in self._add(run, chooser.made, len(choices)):
                pushed += 1
                heapq.heappush(self._left, (preemptions, pushed, tried))
        self._graph.complete = all(len(node.to) == len(node.enabled) for node in self._graph.nodes)
        return self._graph

    def _add(self, run: Run, made: list[_Decision], given: int) -> list[tuple[int, tuple[int, ...]]]:
        """Add the states that an execution came through; return the choices that are to be tried."""
        graph, left = self._graph, []
        self._signature.sign(run)
        numbers = [self._number(decision, run) for decision in made]
        numbers.append(self._end(run))
        preemptions = 0
        for depth, decision in enumerate(made):
            node = graph.nodes[numbers[depth]]
            is_new = not node.to and depth >= given - 1
            if decision.chosen not in node.to:
                end = made[depth + 1].start if depth + 1 < len(made) else len(run.history)
                node.to[decision.chosen] = numbers[depth + 1], run.history, decision.start, end
            graph.timers |= decision.timers
            if is_new:
                for other in decision.enabled:
                    if other != decision.chosen:
                        costs = decision.current in decision.enabled and other != decision.current
                        costs = costs and other not in decision.timers
                        tried = (*(each.chosen for each in made[:depth]), other)
                        left.append((preemptions + costs, tried))
            preemptions += decision.preempts
        return left

    def _number(self, decision: _Decision, run: Run) -> int:
        key = self._signature.after(decision.start), decision.pending, decision.enabled
        if key not in self._numbers:
            self._numbers[key] = len(self._graph.nodes)
            self._graph.nodes.append(ChoiceNode(decision.enabled, run.history, decision.start))
        return self._numbers[key]

    def _end(self, run: Run) -> int:
        key = self._signature.after(len(run.history))
        if key not in self._ends:
            finding = self._session.examine(run)
            self._ends[key] = len(self._graph.nodes)
            self._graph.nodes.append(
                ChoiceNode((), run.history, len(run.history), ending=finding.message if finding is not None else None)
            )
        return self._ends[key]
