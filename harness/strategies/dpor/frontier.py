"""A search shared among workers: what is left to explore, cut into parts, and put together again.

The search is a tree of nodes, and each node belongs to one part at a time. A part goes out to a worker, and comes back
after some executions with what is left of it (:class:`~harness.strategies.dpor.subtree.Remainder`). Then it goes out
again, whole or cut in two: one half is the node nearest to the root that has branches left, where most of the work is.

A worker that finds a race with a transition before its floor does not explore the reversal: that node belongs to
another part, which gets it when it is back. A branch that has been begun counts as one that has been explored: what has
it as an initial is explored there, whoever asks for it.

One worker alone explores all that follows an actor before it lets the next one go first, and what it finds there may
ask for more of what begins with that one. Here the next one may have been begun by then. So an actor that sleeps for
what another worker is exploring is *tentative* (:attr:`~harness.strategies.dpor.node.Node.tentative`): it keeps classes
from being executed twice, but no wake-up sequence from being explored, unless it makes a transition of it. That is the
rule of source sets (Abdulla et al., JACM 2017, algorithm 1), which needs no order among siblings. All classes are
executed, each once; now and then an execution is begun in vain.

Parts are values, and only the first answer for a part counts: one that was lost with its worker is given out again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count, takewhile
from typing import TYPE_CHECKING

from harness.strategies.dpor.subtree import Remainder, Subtree, pack, unpack

if TYPE_CHECKING:
    from harness.strategies.dpor.node import Node
    from harness.strategies.dpor.wakeup_sequence import WakeupSequence

__all__ = ["Frontier"]


@dataclass(slots=True, eq=False)
class _Trunk:
    """A node of the search, and its place in the tree.

    Attributes:
        parent: The node before it; None for the first decision.
        via: The actor that goes first in ``parent`` on the way here.
        part: The part that it belongs to; None if nothing is left to explore from it.
        queued: Wake-up sequences that came while its part was out.
    """

    node: Node
    parent: _Trunk | None
    via: int
    part: _Part | None = None
    queued: list[WakeupSequence] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class _Part:
    """A stretch of nodes, each the parent of the next. Empty: the whole search, before its first execution."""

    trunks: list[_Trunk]
    is_out: bool = False


class Frontier:
    """Gives out parts and takes back what is left of them, as bytes that can be sent anywhere.

    Example:
        >>> frontier = Frontier()
        >>> number, subtree = frontier.take()
        >>> frontier.accept(number, pack(Remainder(owned=(), stack=(), forwarded=())))
        >>> frontier.finished, frontier.take()
        (True, None)
    """

    def __init__(self) -> None:
        self._waiting: list[_Part] = [_Part([])]
        self._out: dict[int, _Part] = {}
        self._numbers = count()
        self.complete = True  # nothing was cut short by a limit so far
        self.begun_anew = False  # since more operations turned out to be dependent

    @property
    def finished(self) -> bool:
        """Whether nothing is left, here or with a worker."""
        return not self._waiting and not self._out

    def take(self, wanted: int = 1) -> tuple[int, bytes] | None:
        """Give out a part.

        Args:
            wanted: So many parts are to be there, this one included: parts are cut until there are, if they can be.

        Returns:
            The number to give it back with, and the part; None if there is none at the moment.
        """
        while 0 < len(self._waiting) < wanted:
            halves = next(((part, *cut) for part in self._waiting if (cut := _halves(part)) is not None), None)
            if halves is None:
                break
            self._waiting.remove(halves[0])
            self._waiting += halves[1:]
        if not self._waiting:
            return None
        part, number = self._waiting.pop(0), next(self._numbers)
        part.is_out = True
        self._out[number] = part
        return number, pack(self._subtree_of(part))

    def accept(self, number: int, answer: bytes) -> None:
        """Take back what is left of a part. A second answer for the same part is ignored."""
        part = self._out.pop(number, None)
        if part is None:
            return
        remainder = unpack(answer, Remainder)
        if remainder.learned:
            self._waiting, self._out = [_Part([])], {}
            self.complete, self.begun_anew = True, True
            return
        self.complete = self.complete and remainder.complete
        above = part.trunks[0].parent if part.trunks else None
        for trunk, node in zip(part.trunks, remainder.owned, strict=True):
            trunk.node, trunk.part = node, None
        rest = _Part(_stretch(part, remainder, above))
        for trunk in rest.trunks:
            trunk.part = rest
        path = _path_to(above)
        for depth, sequence in remainder.forwarded:
            self._schedule(path[depth], sequence)
        self._deliver(part)
        self._put(rest)

    def give_back(self, number: int) -> None:
        """Have a part done again: its worker is gone."""
        part = self._out.pop(number, None)
        if part is not None:
            part.is_out = False
            self._deliver(part)
            self._waiting.insert(0, part)

    def _subtree_of(self, part: _Part) -> Subtree:
        if not part.trunks:
            return Subtree()
        under_way: dict[_Trunk, set[int]] = {}
        for other in (*self._waiting, *self._out.values()):
            trunk = other.trunks[0] if other.trunks and other is not part else None
            while trunk is not None and trunk.parent is not None:
                ways = under_way.setdefault(trunk.parent, set())
                if trunk.via in ways:
                    break
                ways.add(trunk.via)
                trunk = trunk.parent
        path = _path_to(part.trunks[-1])
        chosen = [*(trunk.via for trunk in path[1:]), path[-1].node.chosen]
        nodes = [
            trunk.node.on_the_way(actor, frozenset(under_way.get(trunk, ())))
            for trunk, actor in zip(path, chosen, strict=True)
        ]
        return Subtree(tuple(nodes), len(path) - len(part.trunks))

    def _schedule(self, trunk: _Trunk, sequence: WakeupSequence) -> None:
        part = trunk.part
        if part is not None and part.is_out:
            trunk.queued.append(sequence)
        elif trunk.node.schedule(sequence) and part is None:
            trunk.part = _Part([trunk])
            self._put(trunk.part)

    def _deliver(self, part: _Part) -> None:
        """Schedule what came for the nodes of a part while it was out."""
        for trunk in part.trunks:
            queued, trunk.queued = trunk.queued, []
            for sequence in queued:
                self._schedule(trunk, sequence)

    def _put(self, part: _Part) -> None:
        """Have a part wait for a worker, without the nodes at its end from which nothing is left."""
        while part.trunks and not _is_left(part.trunks[-1]):
            part.trunks.pop().part = None
        if part.trunks:
            self._waiting.append(part)


def _stretch(part: _Part, remainder: Remainder, above: _Trunk | None) -> list[_Trunk]:
    """Return the nodes that are still to be explored: those of the part that are left, and new ones."""
    both = zip(remainder.owned, remainder.stack, strict=False)
    trunks = part.trunks[: sum(1 for _ in takewhile(lambda pair: pair[0] is pair[1], both))]
    last = trunks[-1] if trunks else above
    for node in remainder.stack[len(trunks) :]:
        last = _Trunk(node, last, last.node.chosen if last is not None else -1)
        trunks.append(last)
    return trunks


def _is_left(trunk: _Trunk) -> bool:
    trunk.node.tree.keep(trunk.node.is_left)
    return bool(trunk.node.tree)


def _halves(part: _Part) -> tuple[_Part, _Part] | None:
    """Cut off the node nearest to the root that has branches left; None if no other one has any."""
    left = [index for index, trunk in enumerate(part.trunks) if _is_left(trunk)]
    if len(left) < 2:
        return None
    cut = left[0] + 1
    halves = _Part(part.trunks[:cut]), _Part(part.trunks[cut:])
    for half in halves:
        for trunk in half.trunks:
            trunk.part = half
    return halves


def _path_to(trunk: _Trunk | None) -> list[_Trunk]:
    path = []
    while trunk is not None:
        path.append(trunk)
        trunk = trunk.parent
    return path[::-1]
