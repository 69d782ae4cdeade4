"""From a choice graph to the game that a reader plays on a page: who goes next?

The engine decides at every step of the standard library, too. A reader decides between steps that can be seen: to pick
an actor is to let it go on up to its next one. Where only one actor can go on, nobody is asked.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from harness.exploration.choices import explore_choices
from harness.exploration.fates import fates_of, fewest_preemptions
from harness.model.event import Event
from harness.model.game import Choice, Game, State
from harness.model.kind import ACCESSES
from harness.model.walkthrough import Step, Wait
from harness.timeline.locks import LockWatch, changes_of_lock
from harness.timeline.naming import lane_title
from harness.timeline.snippets import Snippets
from harness.timeline.walkthrough import Teller, location_names, steps_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.exploration.choices import ChoiceGraph
    from harness.model.event import History
    from harness.model.options import Options

__all__ = ["make_game"]


def make_game(program: Callable[[], Any], options: Options, most_states: int = 400) -> Game | None:
    """Explore every choice of a small program.

    Returns:
        The game; None if there is nothing to choose, or too much.
    """
    graph = explore_choices(program, options, most_states)
    if not graph.nodes or not graph.complete:
        return None
    game = _Maker(graph).game()
    return game if len(game.states) > 2 else None


class _Maker:
    def __init__(self, graph: ChoiceGraph) -> None:
        self._graph = graph
        self._fates = fates_of(graph)
        self._snippets = Snippets()
        self._lanes: dict[tuple[str, int], int] = {}
        self._steps: dict[Step, int] = {}
        self._said: dict[int, dict[int, int]] = {}  # id of a history -> event -> number of its step
        histories = {id(edge[1]): edge[1] for node in graph.nodes for edge in node.to.values()}
        self._names = {
            location_names(history)[history.events[index][2:4]]
            for history in histories.values()
            for index in steps_of(history)
            if history.events[index][1] in ACCESSES
        }
        for history in histories.values():
            self._said[id(history)] = self._say(history)
        self._quiet = self._find_quiet()

    def game(self) -> Game:
        numbers: dict[int, int] = {}
        states: list[State] = []
        opening, first = self._settle(0)
        left = [first]
        numbers[first] = 0
        while left:
            found = left.pop(0)
            choices = []
            for actor in self._graph.nodes[found].enabled if self._graph.nodes[found].to else ():
                steps, to = self._pick(found, actor)
                if to not in numbers:
                    numbers[to] = len(numbers)
                    left.append(to)
                choices.append(Choice(actor, tuple(steps), numbers[to]))
            ending = self._graph.nodes[found].ending or ""
            states.append(State(self._fates[found], tuple(choices), self._waits(found), ending.partition("\n")[0]))
        used = sorted({choice.actor for state in states for choice in state.choices})
        actors = {actor: number for number, actor in enumerate(used)}
        states = [
            replace(state, choices=tuple(replace(each, actor=actors[each.actor]) for each in state.choices))
            for state in states
        ]
        timers = frozenset(actors[each] for each in used if each in self._graph.timers)
        return Game(
            actors=tuple("time passes" if each in self._graph.timers else self._actor_name(each) for each in used),
            lanes=tuple(lane_title(name) for name, _ in self._lanes),
            states=tuple(states),
            steps=tuple(self._steps),
            snippets=self._snippets.cut_out(),
            opening=tuple(opening),
            complete=self._graph.complete,
            fewest=fewest_preemptions(states, timers),
        )

    # -- what a reader chooses ----------------------------------------------------------------------------------

    def _pick(self, number: int, actor: int) -> tuple[list[int], int]:
        """Let an actor go on up to its next visible step; return the steps, and the state after them."""
        steps, to = self._edge(number, actor)
        while not steps and actor not in self._graph.timers and actor in self._graph.nodes[to].to:
            more, to = self._edge(to, actor)
            steps += more
        more, to = self._settle(to)
        return steps + more, to

    def _settle(self, number: int) -> tuple[list[int], int]:
        """Go on while only one actor can, and to the end where nothing more is to be seen."""
        steps: list[int] = []
        while (node := self._graph.nodes[number]).to:
            if len(node.enabled) > 1 and number not in self._quiet:
                break
            more, number = self._edge(number, next(iter(node.to)))
            steps += more
        return steps, number

    def _edge(self, number: int, actor: int) -> tuple[list[int], int]:
        to, history, start, end = self._graph.nodes[number].to[actor]
        said = self._said[id(history)]
        return [said[index] for index in range(start, end) if index in said], to

    def _find_quiet(self) -> set[int]:
        """Find the states from which every way leads to one and the same end, without a visible step by choice."""
        reaches: dict[int, frozenset[Any]] = {}
        stack = [0]
        while stack:
            number = stack[-1]
            node = self._graph.nodes[number]
            todo = [edge[0] for edge in node.to.values() if edge[0] not in reaches]
            if todo:
                stack += todo
                continue
            stack.pop()
            if not node.to:
                reaches[number] = frozenset([node.ending])
                continue
            found: set[Any] = set()
            for actor, edge in node.to.items():
                steps = self._edge(number, actor)[0] if len(node.enabled) > 1 else []
                found |= reaches[edge[0]] | {("step", each) for each in steps}
            reaches[number] = frozenset(found)
        return {number for number, found in reaches.items() if len(found) == 1}

    # -- how it is said -----------------------------------------------------------------------------------------

    def _say(self, history: History) -> dict[int, int]:
        """Number the steps of an execution."""
        names = location_names(history)
        indexes = [
            index
            for index, event in enumerate(map(Event._make, history.events))
            if (event.kind in ACCESSES and event.site is not None and names[event.object, event.key] in self._names)
            or any(changes_of_lock(history, event))
        ]
        wanted, said = set(indexes), {}
        teller = Teller(history, indexes, self._snippets)
        for index in range(len(history)):
            teller.pass_event(index)
            if index in wanted:
                step = teller.step(index, {})
                waits = tuple(self._in_lanes(history, wait) for wait in step.waits)
                step = replace(step, lane=self._lane(history, step.lane), waits=waits)
                said[index] = self._steps.setdefault(step, len(self._steps))
        return said

    def _waits(self, number: int) -> tuple[Wait, ...]:
        node = self._graph.nodes[number]
        watch = LockWatch(node.run)
        for index in range(node.start):
            watch.pass_event(index)
        return tuple(self._in_lanes(node.run, wait) for wait in watch.waits())

    def _in_lanes(self, history: History, wait: Wait) -> Wait:
        return Wait(self._lane(history, wait.lane), wait.what, self._lane(history, wait.holder))

    def _lane(self, history: History, lane: int) -> int:
        """Return the column of a lane: lanes of different executions are the same by their names."""
        name = history.lanes[lane].name
        same = [each.id for each in history.lanes if each.name == name]
        return self._lanes.setdefault((name, same.index(lane)), len(self._lanes))

    def _actor_name(self, actor: int) -> str:
        """Return the lanes of an actor that are seen to act; without one, the name of its thread."""
        history = self._graph.nodes[0].run
        shown = {name for name, _ in self._lanes}
        for node in self._graph.nodes:
            if sum(lane.actor == actor for lane in node.run.lanes) > sum(lane.actor == actor for lane in history.lanes):
                history = node.run
        own = [lane for lane in history.lanes if lane.actor == actor]
        tasks = [lane.name for lane in own if lane.is_task and lane.name in shown]
        return lane_title(" / ".join(dict.fromkeys(tasks)) or (own[0].name if own else f"actor {actor}"))
