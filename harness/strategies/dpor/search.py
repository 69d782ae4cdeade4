"""``exhaustive``: every happens-before class once, by optimal dynamic partial order reduction.

Abdulla, Aronis, Jonsson, Sagonas: "Source Sets: A Foundation for Optimal Dynamic Partial Order Reduction" (JACM 2017;
POPL 2014), algorithm 2: optimal DPOR with sleep sets and wake-up trees. Two executions that differ only in the order of
independent transitions belong to one class. The search completes one execution of each class: sleep sets see to it
that no second one is completed, wake-up trees that none is begun in vain.

After each execution its *races* are found: two dependent transitions of different actors that nothing in between
orders. For each race, :meth:`ExhaustiveStrategy._schedule_reversal` goes back to the state before the first transition
and asks for an execution that leaves it out and makes the second one. It asks in vain if an actor that sleeps in that
state is a weak initial of the wake-up sequence (then the class has been executed), or if a branch of the wake-up tree
leads to the same class already.

A lock that is taken after its release is no race: the acquisition could not have come before. The race is between the
two acquisitions, as in the classic algorithm ("may be co-enabled"). An event loop needs no rule of its own: it is one
actor, and its ready queue one object that ``SEND``, ``FIRE`` and ``POLL`` share.

Where this differs from the paper:

* A transition is all that an actor does between two decisions, not a single event.
* Objects are numbered in the order of first access, so another execution may give a number to another object. An
  operation on an object that was unknown at a decision is ``UNKNOWN`` there and depends on everything. So now and then
  a way through a wake-up tree is redundant, and an execution is abandoned after all, fewer than one in a hundred. That
  costs time, never completeness, since such a way keeps no other sequence from being inserted
  (:meth:`harness.strategies.dpor.node.Node.schedule`).
* An operation can be *disabled* by another actor's transition: a lock is never free again, a timer is cancelled or set
  to another deadline. Such an operation is in no execution, so no race tells of it; it is looked for in the state where
  it was enabled last.

Memory: one node for each decision of the current execution, and the wake-up trees in them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from harness.engine.default_order import default_choice
from harness.engine.run import Abandoned
from harness.model.errors import HarnessError
from harness.model.kind import kinds_where
from harness.strategies.dpor.dependence import UNKNOWN, Operation, dependent
from harness.strategies.dpor.learned import learns_of_dependence
from harness.strategies.dpor.node import Node, deadlines_of
from harness.strategies.dpor.races import RaceFinder
from harness.strategies.dpor.signature import ClassSignature
from harness.strategies.dpor.wakeup_sequence import PendingOperation, Step, WakeupSequence
from harness.strategies.dpor.wakeup_tree import PrefixFollower, WakeupTree
from harness.strategies.strategy import Coverage, ExecutedClass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.engine.actor import Actor
    from harness.engine.engine import Engine
    from harness.engine.run import Run
    from harness.model.event import Lane

__all__ = ["ExhaustiveStrategy"]

_AWAITS_FUTURE: Final = kinds_where(lambda row: row.awaits_future)


class ExhaustiveStrategy:
    """Depth-first search over the decisions; it ends when nothing is left to explore."""

    name = "exhaustive"

    def __init__(self) -> None:
        self._stack: list[Node] = []
        self._depth = 0
        self._tells_waiting = False  # that a thread waits for a lock is an event
        self._races = RaceFinder()
        self._signature = ClassSignature()
        self._executed: ExecutedClass | None = None
        self._branched = 0  # the first decision that is not as in the last complete execution
        self._events: list[tuple[Any, ...]] = []  # of the current execution; others may be made between two of ours
        self._lanes: list[Lane] = []
        self._alive: list[Actor] = []  # in the current execution
        self._follower: PrefixFollower | None = None
        self._followed = 0  # the follower has been told of the events before this one
        self._engine: Engine | None = None
        self._started = False
        self.exhausted = False
        self.complete = True  # nothing was cut short by a limit so far
        self.classes = 0  # executions completed, one a class
        self.abandoned = 0  # executions begun that turned out to repeat another one

    def watch(self, engine: Engine) -> None:
        """Look at this engine for what an execution is doing."""
        self._engine = engine
        if engine.settings.switching == "gil":
            self._tells_waiting = True
            self._races = RaceFinder(tells_waiting=True)

    def coverage(self) -> Coverage:
        """Return how much of the program has been executed."""
        return Coverage(self.exhausted, self.classes)

    def executed(self) -> ExecutedClass | None:
        """Return what the execution that has just ended stands for; None if the search has begun anew after it."""
        return self._executed

    def begin(self, number: int) -> bool:
        self._depth = 0
        if not self._started:
            self._started = True
            return True
        return self._next_branch()

    def choose(self, current: Actor, enabled: Sequence[Actor]) -> Actor:
        if self._depth == 0:
            assert self._engine is not None
            execution = self._engine.execution
            self._events, self._lanes = execution.record.events, execution.record.lanes
            self._alive = execution.turns.alive
        start = len(self._events)
        if self._depth < len(self._stack):
            node = self._stack[self._depth]
            self._followed = start
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

    def _new_node(self, current: Actor, enabled: Sequence[Actor]) -> Node:
        if self._stack:
            self._stack[-1].find_disabled({actor.id for actor in enabled}, deadlines_of(enabled))
        sleep = self._inherited_sleep()
        awake = [actor for actor in enabled if actor.id not in sleep]
        if not awake:
            self.abandoned += 1
            raise Abandoned
        tree = self._subtree({actor.id for actor in awake})
        chosen = tree.take_first().actor if tree else default_choice(current, awake).id
        assert self._engine is not None
        return Node(enabled, sleep, chosen, tree, self._engine.execution.record.object_count)

    def _subtree(self, awake: set[int]) -> WakeupTree:
        """Return what the branch that is being explored has in store for a new state."""
        follower, events, lanes = self._follower, self._events, self._lanes
        if follower is None:
            return WakeupTree()
        tree = follower.advance([lanes[event[0]].actor for event in events[self._followed :]])
        self._followed = len(events)
        tree = WakeupTree(branch for branch in tree.branches if branch.actor in awake)
        if tree:
            follower.take(tree.branches[0])
        else:
            self._follower = None
        return tree

    def _inherited_sleep(self) -> dict[int, Step]:
        if not self._stack or not (self._stack[-1].sleep or self._stack[-1].done):
            return {}
        parent = self._stack[-1]
        events = self._events[parent.start :]
        made = tuple(event[1:4] for event in events)
        moved = {self._lanes[event[0]].actor for event in events}
        return {
            actor: step
            for actor, step in {**parent.sleep, **parent.done}.items()
            if actor not in parent.disabled and moved.isdisjoint(step.disables) and not dependent(step.operations, made)
        }

    def end(self, run: Run) -> None:
        assert self._engine is not None
        if learns_of_dependence(self._engine, run):
            self._begin_anew()
            return
        if self._engine.execution.turns.forced_yield or (run.problem is not None and run.problem.kind == "livelock"):
            self.complete = False
        self.classes += 1
        del self._stack[self._depth :]
        starts = [node.start for node in self._stack]
        chosen = [node.chosen for node in self._stack]
        kept = starts[self._branched] if self._branched < len(starts) else 0
        waiting = [PendingOperation(actor.id, actor.pending) for actor in self._alive if _came_too_late(actor)]
        self._executed = ExecutedClass(self._signature.sign(run, kept), tuple(starts))
        races = self._races.find(run, starts, chosen, kept, waiting)
        self._find_last_disabled(run)
        self._note_steps()
        for race in races:
            self._stack[race.node].schedule(race.reversal)
        self._schedule_disabled()
        self._branched = len(self._stack)

    def _find_last_disabled(self, run: Run) -> None:
        if self._stack:
            last, lanes = self._stack[-1], run.history.lanes
            # Those that went on after the last decision, because no other actor could.
            last.find_disabled({lanes[event[0]].actor for event in run.history.events[last.start :]}, {})

    def _note_steps(self) -> None:
        """Note what the chosen actor did, in the states of which that is not known yet."""
        end = len(self._events)
        for index in range(len(self._stack) - 1, -1, -1):
            node = self._stack[index]
            if node.chosen in node.done:
                break  # so it is in those before
            node.done[node.chosen] = self._own_step(node, end)
            end = node.start

    def _begin_anew(self) -> None:
        """Forget what has been explored: operations turned out to be dependent that had been taken for independent."""
        self._stack, self._races, self._branched, self._follower = [], RaceFinder(self._tells_waiting), 0, None
        self._started, self.classes, self._executed = False, 0, None

    def _schedule_disabled(self) -> None:
        """Have the operations explored that were enabled, and then disabled.

        A timer that was cancelled, a thread that never got the lock, and all that is pending when the program ends.
        """
        for node in self._stack[self._branched :]:
            for pending in node.disabled.items():
                node.schedule(WakeupSequence.of_pending(PendingOperation(*pending)))

    def _next_branch(self) -> bool:
        """Go back to the last state in which something is left to explore."""
        self._note_steps()
        while self._stack:
            node = self._stack[-1]
            node.tree.keep(node.is_left)
            if node.tree:
                branch = node.tree.take_first()
                node.chosen = branch.actor
                self._follower = PrefixFollower(branch)
                self._branched = min(self._branched, len(self._stack) - 1)
                return True
            self._stack.pop()
        self.exhausted = self.complete
        return False

    def _own_step(self, node: Node, end: int) -> Step:
        """Return what the chosen actor did, without those that followed because no other actor could go on."""
        found: list[Operation] = []
        for lane, kind, serial, key, _ in self._events[node.start : end]:
            if self._lanes[lane].actor != node.chosen:
                break
            found.append((kind, serial, key) if serial <= node.known_objects else UNKNOWN)
        return Step((*found, *node.disabled.values()), frozenset(node.disabled))


def _came_too_late(actor: Actor) -> bool:
    """Whether an actor waits for ever, at the end of an execution, for what it could have had if it had come earlier.

    A lock, say. One that waits to be woken or for a thread to end has come too early, if anything.
    """
    return actor.ready is not None and actor.deadline is None and actor.pending[0] not in _AWAITS_FUTURE
