"""``exhaustive``: every behaviour once, by dynamic partial order reduction.

Abdulla, Aronis, Jonsson, Sagonas: "Source Sets: A Foundation for Optimal Dynamic Partial Order Reduction" (JACM 2017;
POPL 2014), algorithm 2 (optimal DPOR with sleep sets and wake-up trees). Two executions that differ only in the order
of independent events are one behaviour, and of each behaviour one execution is completed: sleep sets see to it that no
second one is, wake-up trees that none is begun in vain.

After every execution its *races* are found: two dependent steps of different actors with nothing in between that orders
them. For each, the search will come back to the state before the first one and go a *way* that leaves it out and ends
with the second, unless somebody who sleeps there could begin that way as well, or a way that is planned leads to it.

A lock that is taken after its release is no race: the other one could not have come before. The race is between the two
acquisitions, as in the classic algorithm ("may be co-enabled"). An event loop needs no rule of its own: it is one
actor, and its ready queue one object that ``SEND``, ``FIRE`` and ``POLL`` share.

Where this differs from the paper: a step is all that an actor does between two decisions, and an object has a number in
the order of first access, which another execution may give to another object. Where the two cannot be told apart, they
count as the same (``UNKNOWN``), so that now and then an execution is abandoned after all, about one in a hundred in
generated programs. That costs time, never completeness.

Memory: one node for each decision of the current execution, and the ways planned from there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from harness.engine.default_order import default_choice
from harness.engine.run import Abandoned
from harness.model.errors import HarnessError
from harness.model.kind import kinds_where
from harness.strategies.dpor.dependence import UNKNOWN, Step, dependent
from harness.strategies.dpor.races import RaceFinder
from harness.strategies.dpor.wakeup_tree import Branch, Guide, SingleStep, Way, insert

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from harness.engine.actor import Actor
    from harness.engine.run import Run
    from harness.engine.world import World
    from harness.model.event import Lane

__all__ = ["ExhaustiveStrategy"]

_AWAITS_FUTURE: Final = kinds_where(lambda row: row.awaits_future)
_FORESEEN: Final = kinds_where(lambda row: row.foreseen)


class _Node:
    """A state at which more than one actor can go on.

    Attributes:
        enabled: Who can go on, and with what.
        sleep: Actors that need not go first here, with the step each would take: what follows was tried from an
            earlier state. Invariant: a sleeping actor's step is independent of every step since it fell asleep.
        done: Actors that have gone first here, with the step each took.
        branches: What is still to be tried here, a wake-up tree. The one that is tried now is not among them: it says
            what somebody would do by what was done elsewhere (fail to take a lock, say, that can be taken here).
        chosen: Who goes first in the current execution.
        hindered: Who could have gone on here, and with what, and could no longer after the step of ``chosen``.
        start: Index of the first event after the decision, in the current execution.
        known: How many objects had a number at the decision. Later ones have other numbers in other executions.
    """

    __slots__ = ("branches", "chosen", "done", "enabled", "hindered", "known", "sleep", "start")

    def __init__(
        self,
        enabled: dict[int, Step],
        sleep: dict[int, tuple[Step, ...]],
        chosen: int,
        branches: list[Branch],
        known: int,
    ) -> None:
        self.enabled = enabled
        self.known = known
        self.sleep = sleep
        self.done: dict[int, tuple[Step, ...]] = {}
        self.branches = branches
        self.chosen = chosen
        self.hindered: dict[int, Step] = {}
        self.start = 0

    def left_to(self, able: AbstractSet[int]) -> None:
        """The step of ``chosen`` has been made, and these can go on now."""
        lost = self.enabled.keys() - able - {self.chosen}
        self.hindered = {actor: self.enabled[actor] for actor in sorted(lost)}


class ExhaustiveStrategy:
    """Depth-first search over the decisions; :attr:`exhausted` when nothing is left to try."""

    name = "exhaustive"

    def __init__(self) -> None:
        self._stack: list[_Node] = []
        self._depth = 0
        self._races = RaceFinder()
        self._branched = 0  # the first decision that is not as in the last complete execution
        self._events: list[tuple[Any, ...]] = []  # of the current execution; others may be made between two of ours
        self._agents: list[Lane] = []
        self._alive: list[Actor] = []  # in the current execution
        self._guide: Guide | None = None
        self._guided = 0  # the guide has been told of the events before this one
        self._world: World | None = None
        self._started = False
        self.exhausted = False
        self.complete = True  # nothing was cut short by a limit so far
        self.classes = 0  # behaviours executed
        self.abandoned = 0  # executions begun that turned out to repeat another one

    def watch(self, world: World) -> None:
        """The world whose executions this strategy decides; called before the first one."""
        self._world = world

    def begin(self, number: int) -> bool:
        self._depth = 0
        if not self._started:
            self._started = True
            return True
        return self._next_branch()

    def choose(self, current: Actor, enabled: Sequence[Actor]) -> Actor:
        if self._depth == 0:
            assert self._world is not None
            self._events, self._agents, self._alive = self._world.events, self._world.lanes, self._world.alive
        start = len(self._events)
        if self._depth < len(self._stack):
            node = self._stack[self._depth]
            self._guided = start
        else:
            node = self._new_node(current, enabled)
            self._stack.append(node)
        node.start = start
        self._depth += 1
        for actor in enabled:
            if actor.id == node.chosen:
                return actor
        raise HarnessError(f"the search lost its way: actor {node.chosen} cannot go on here")

    def pick(self, current: Actor, count: int) -> int:
        self.complete = False  # orders of ready callbacks are not searched
        return 0

    def _new_node(self, current: Actor, enabled: Sequence[Actor]) -> _Node:
        if self._stack:
            self._stack[-1].left_to({actor.id for actor in enabled})
        sleep = self._inherited_sleep()
        awake = [actor for actor in enabled if actor.id not in sleep]
        if not awake:
            self.abandoned += 1
            raise Abandoned
        branches = self._branches({actor.id for actor in awake})
        chosen = branches.pop(0).actor if branches else default_choice(current, awake).id
        pending = {actor.id: _pending(actor) for actor in enabled}
        assert self._world is not None
        return _Node(pending, sleep, chosen, branches, self._world.known_objects)

    def _branches(self, awake: set[int]) -> list[Branch]:
        """What the way that is followed has in store for a new state."""
        guide, events, lanes = self._guide, self._events, self._agents
        if guide is None:
            return []
        branches = guide.go_on([lanes[event[0]].actor for event in events[self._guided :]])
        self._guided = len(events)
        branches = [branch for branch in branches if branch.actor in awake]
        if branches:
            guide.take(branches[0])
        else:
            self._guide = None
        return branches

    def _inherited_sleep(self) -> dict[int, tuple[Step, ...]]:
        if not self._stack:
            return {}
        parent = self._stack[-1]
        step = _steps_of(self._events, parent.start, len(self._events))
        return {
            actor: its
            for actor, its in {**parent.sleep, **parent.done}.items()
            if actor not in parent.hindered and not dependent(its, step)
        }

    def end(self, run: Run) -> None:
        assert self._world is not None
        if self._world.rested or (run.problem is not None and run.problem.kind == "livelock"):
            self.complete = False
        self.classes += 1
        del self._stack[self._depth :]
        starts = [node.start for node in self._stack]
        chosen = [node.chosen for node in self._stack]
        kept = starts[self._branched] if self._branched < len(starts) else 0
        waiting = [(actor.lane, actor.pending) for actor in self._alive if _came_too_late(actor)]
        for race in self._races.find(run, starts, chosen, kept, waiting):
            self._go(race.way, self._stack[race.node])
        self._find_hindered(run)
        self._branched = len(self._stack)

    def _go(self, way: Way, node: _Node) -> None:
        """Go a way from a state, at some time."""
        for actor, step in (*node.sleep.items(), *node.done.items()):
            if way.after(actor, step) is not None:
                return  # it has gone first already, so this way has been gone as well
        insert(way, node.branches, node.known, node.enabled)

    def _find_hindered(self, run: Run) -> None:
        """Whoever could have gone on and then could not has a race that no event tells of.

        A timer that was cancelled, somebody who never got the lock, and all who are left when the program ends: their
        steps are not in the execution, so they are looked for at the state where they were possible last.
        """
        if self._stack:
            last, lanes = self._stack[-1], run.history.lanes
            # Who went on after the last decision, because nobody else could.
            last.left_to({lanes[event[0]].actor for event in run.history.events[last.start :]})
        for node in self._stack[self._branched :]:
            for actor, step in node.hindered.items():
                self._go(SingleStep(actor, step), node)

    def _next_branch(self) -> bool:
        """Go back to the last state at which something is left to try."""
        end = len(self._events)
        while self._stack:
            node = self._stack[-1]
            if node.chosen not in node.done:
                node.done[node.chosen] = (*self._own_steps(node, end), *node.hindered.values())
            node.branches = [branch for branch in node.branches if self._is_to_do(branch, node)]
            if node.branches:
                branch = node.branches.pop(0)
                node.chosen = branch.actor
                self._guide = Guide(branch)
                self._branched = min(self._branched, len(self._stack) - 1)
                return True
            end = node.start
            self._stack.pop()
        self.exhausted = self.complete
        return False

    @staticmethod
    def _is_to_do(branch: Branch, node: _Node) -> bool:
        return branch.actor in node.enabled and branch.actor not in node.done and branch.actor not in node.sleep

    def _own_steps(self, node: _Node, end: int) -> tuple[Step, ...]:
        """The events of the step taken at a node, without those of actors that followed because nobody else could."""
        found = []
        for lane, kind, serial, key, _ in self._events[node.start : end]:
            if self._agents[lane].actor != node.chosen:
                break
            found.append((kind, serial, key) if serial <= node.known else UNKNOWN)
        return tuple(found)


def _came_too_late(actor: Actor) -> bool:
    """Whether an actor that was left at the end of an execution waited, without a deadline, for what it could have had.

    A lock, say. Who waits to be woken or for a thread to end has come too early, if anything.
    """
    return actor.ready is not None and actor.deadline is None and actor.pending[0] not in _AWAITS_FUTURE


def _pending(actor: Actor) -> Step:
    """What an actor would do next, as far as that is known before it has been done."""
    return actor.pending if actor.pending[0] in _FORESEEN else UNKNOWN


def _steps_of(events: list[tuple[Any, ...]], start: int, end: int) -> tuple[Step, ...]:
    return tuple((kind, serial, key) for _, kind, serial, key, _ in events[start:end])
