"""From what each call had seen end to a history with times.

Executions of one happens-before class see the same of each other, and may differ in the order of two returns. The times
made here are a function of what was seen alone, so all executions of a class are judged by one history.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from harness.linearizability import Operation, Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Ended", "put_in_time"]


@dataclass(frozen=True, slots=True)
class Ended:
    """One call that has ended.

    Attributes:
        seen: How many calls of each actor had ended before this one was made.
    """

    rule: str
    arguments: Mapping[str, Any]
    outcome: Outcome
    seen: tuple[int, ...] = ()


def put_in_time(before: Sequence[Ended], actors: Sequence[Sequence[Ended]], names: Sequence[str]) -> list[Operation]:
    """Make the history of an execution.

    Args:
        before: The calls before any actor began.
        actors: For each actor, its calls.
        names: What the actors are called.

    Example:
        >>> one, other = Ended("a", {}, Outcome(), (0, 0)), Ended("b", {}, Outcome(), (1, 0))
        >>> [(each.call, each.end) for each in put_in_time([], [[one], [other]], ["x", "y"])]
        [(1, 2), (3, 4)]
    """
    history = [
        Operation(each.rule, each.arguments, each.outcome, 2 * number - 1, 2 * number, "before")
        for number, each in enumerate(before, start=1)
    ]
    time = 2 * len(before)
    called, ended = [0] * len(actors), [0] * len(actors)
    calls: dict[tuple[int, int], int] = {}
    while sum(ended) < sum(map(len, actors)):
        time += 1
        for actor, each in enumerate(actors):  # a call, as soon as all that it saw has ended
            count = called[actor]
            if count < len(each) and count == ended[actor] and _has_come(each[count].seen, ended):
                called[actor] += 1
                calls[actor, count] = time
                break
        else:
            actor = _next_to_end(actors, called, ended)
            count = ended[actor]
            ended[actor] += 1
            done, began = actors[actor][count], calls[actor, count]
            history.append(Operation(done.rule, done.arguments, done.outcome, began, time, names[actor]))
    return sorted(history, key=lambda each: each.call)


def _has_come(seen: Sequence[int], ended: Sequence[int]) -> bool:
    return all(count <= now for count, now in zip(seen, ended, strict=True))


def _next_to_end(actors: Sequence[Sequence[Ended]], called: Sequence[int], ended: Sequence[int]) -> int:
    """The first actor whose running call no other actor, which has not made its next one, was to see run."""
    for actor, count in enumerate(ended):
        if called[actor] > count and all(
            calls[made].seen[actor] > count
            for other, (calls, made) in enumerate(zip(actors, called, strict=True))
            if other != actor and made < len(calls)
        ):
            return actor
    raise AssertionError("no execution sees what these calls saw")
