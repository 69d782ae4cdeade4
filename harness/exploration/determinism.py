"""Holding two executions of one schedule against each other: they must be the same, event for event.

Everything rests on it: a token, a shrunk failure, and above all a proof, which executes one schedule for many. What
could make it wrong is in the program: state that outlives an execution, the address of an object, the order of a set
whose members bring hashes of their own, a file. Keys are not compared, for a dictionary by ``id`` harms nobody.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from harness.model.errors import NondeterminismError
from harness.model.kind import ACCESSES, Kind

if TYPE_CHECKING:
    from harness.engine import Run
    from harness.model.event import History

__all__ = ["difference_in_class", "require_same"]


def require_same(one: Run, other: Run) -> None:
    """Compare two executions of one schedule.

    Raises:
        NondeterminismError: They differ; it says where first.
    """
    first, second = one.history.events, other.history.events
    if [_seen(event) for event in first] == [_seen(event) for event in second]:
        return
    for step, (left, right) in enumerate(zip_longest(first, second), 1):
        if left is None or right is None or _seen(left) != _seen(right):
            raise NondeterminismError(
                f"one schedule led to two executions: step {step} was {_described(one.history, left)}, and when it was "
                f"made again {_described(other.history, right)}. Something that is not under control decides: state "
                f"that outlives an execution (a module's variable), the address of an object, a set's order, a file"
            )


def difference_in_class(one: Run, other: Run) -> str | None:
    """Say how two executions of one happens-before class differ; None if only in their order.

    That includes the numbers of objects and lanes, which depend on the order. Keys are not compared.
    """
    mine, theirs = _events_by_actor(one.history), _events_by_actor(other.history)
    objects: dict[int, int] = {}
    lanes: dict[int, int] = {}
    for actor in sorted(mine.keys() | theirs.keys()):
        for number, (left, right) in enumerate(zip_longest(mine.get(actor, []), theirs.get(actor, [])), 1):
            if (
                left is None
                or right is None
                or left[1] != right[1]
                or (left[1] in ACCESSES and left[4] != right[4])
                or objects.setdefault(left[2], right[2]) != right[2]
                or lanes.setdefault(left[0], right[0]) != right[0]
            ):
                first, second = _described(one.history, left), _described(other.history, right)
                return f"event {number} of actor {actor} is {first} in one, and {second} in the other"
    return None


def _events_by_actor(history: History) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for event in history.events:
        found.setdefault(history.lanes[event[0]].actor, []).append(event)
    return found


def _seen(event: Any) -> tuple[Any, ...]:
    lane, kind, obj, _, site = event
    return lane, kind, obj, site if kind in ACCESSES else None  # others have one only when recorded in detail


def _described(history: History, event: Any) -> str:
    if event is None:
        return "none, it had ended"
    lane, kind, obj, _, site = event
    who = history.lanes[lane].name
    if kind not in ACCESSES:
        return f"{Kind(kind).name} of object {obj} by {who}"
    return f"{site.op} {site.text} of object {obj} by {who} at {site.file}:{site.line}"
