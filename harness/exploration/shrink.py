"""Making a failing schedule as small as a person likes it. Knows values and a test, nothing of the engine.

A schedule is the list of places where it leaves the default order. Each place is named by an actor and how many
decisions *that actor* has seen, so taking one out leaves the names of the others alone.

Smaller means, in this order (``size``): fewer preemptions, since each is a coincidence that a reader has to follow;
then fewer decisions; then a shorter execution. The passes, tried in turn until none helps:

1. ``halves``: leave out runs of deviations, long ones first (delta debugging, Zeller and Hildebrandt 2002).
2. ``pairs``: leave out any two deviations, which may depend on each other.
3. ``earlier``: make a deviation at an earlier decision of its actor: often another one becomes unnecessary.
4. ``single``: forget the schedule and try every single deviation; it finds the shortest of all if one is enough.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["Attempt", "Schedule", "shrink"]

Schedule = list[tuple[int, int, int]]


class Attempt(NamedTuple):
    """A failing execution, as far as shrinking is concerned."""

    preemptions: int
    deviations: Schedule  # as they were really made: those that were never come to are gone
    length: int  # events

    @property
    def size(self) -> tuple[int, int, int]:
        return self.preemptions, len(self.deviations), self.length


def shrink(
    first: Attempt,
    attempt: Callable[[Schedule], Attempt | None],
    tries: int = 1500,
    go_on: Callable[[], bool] = lambda: True,
) -> Attempt:
    """Find a small schedule that still fails.

    Args:
        first: The failure as found.
        attempt: Runs a schedule; returns None if it does not fail in the same way.
        tries: Maximum number of runs.
        go_on: Asked before each run; where it says no, the smallest schedule so far is returned.
    """
    best = first
    seen: set[tuple[tuple[int, int, int], ...]] = set()
    left = tries
    for make in (_halves, _pairs, _earlier, _single, _halves):
        improved = True
        while improved and left > 0 and go_on():
            improved = False
            for candidate in make(best.deviations):
                key = tuple(candidate)
                if key in seen:
                    continue
                seen.add(key)
                left -= 1
                result = attempt(candidate)
                if result is not None and result.size < best.size:
                    best, improved = result, True
                    break
                if left <= 0 or not go_on():
                    break
    return best


def _halves(deviations: Schedule) -> Iterator[Schedule]:
    yield []
    size = len(deviations) // 2
    while size:
        for start in range(0, len(deviations), size):
            yield deviations[:start] + deviations[start + size :]
        size //= 2


def _pairs(deviations: Schedule) -> Iterator[Schedule]:
    if len(deviations) > 16:
        return
    for one in range(len(deviations)):
        for other in range(one + 1, len(deviations)):
            yield [each for index, each in enumerate(deviations) if index not in (one, other)]


def _earlier(deviations: Schedule) -> Iterator[Schedule]:
    for index, (actor, step, chosen) in enumerate(deviations):
        for sooner in _sooner(step):
            yield [*deviations[:index], (actor, sooner, chosen), *deviations[index + 1 :]]


def _sooner(step: int) -> Sequence[int]:
    return sorted({1, step // 2, step - 8, step - 4, step - 2, step - 1} & set(range(1, step)))


def _single(deviations: Schedule) -> Iterator[Schedule]:
    if len(deviations) < 2:
        return
    # Actors that the schedule does not name, up to the next one, take part too: the shortest may be a matter of theirs.
    actors = range(max(max(actor, chosen) for actor, _, chosen in deviations) + 2)
    longest = max(step for _, step, _ in deviations) + 8
    for step in range(1, min(longest, 60)):
        for actor in actors:
            for chosen in actors:
                if chosen != actor:
                    yield [(actor, step, chosen)]
