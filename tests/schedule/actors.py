"""Actors without threads: for strategies, which never see more than who can go on."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["actor", "lengths", "walk"]


def actor(number: int, timed: bool = False, is_timer: bool = False, deadline: float = 0.0) -> Any:
    """Somebody who can be given the turn."""
    return SimpleNamespace(
        id=number, name=f"actor-{number}", steps=0, timed=timed or is_timer, is_timer=is_timer, deadline=deadline
    )


def lengths(*counts: int) -> list[Any]:
    """Actors with so many steps to go each."""
    actors = [actor(number) for number in range(len(counts))]
    for each, count in zip(actors, counts, strict=True):
        each.left = count
    return actors


def walk(strategy: Any, make: Callable[[], list[Any]], number: int = 0) -> list[int]:
    """One execution of actors that only count down: the ids of those who had the turn, step by step."""
    actors = make()
    assert strategy.begin(number)
    current, order = actors[0], []
    while enabled := [each for each in actors if each.left]:
        current.steps += 1
        current = strategy.choose(current, enabled)
        assert current in enabled
        current.left -= 1
        order.append(current.id)
    strategy.end(SimpleNamespace(decisions=len(order), problem=None))
    return order
