"""Actors without threads: for strategies, which never see more than who can go on."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from harness.model.event import History
from harness.model.kind import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["actor", "ended", "lengths", "scripts", "walk", "watched"]


def actor(
    number: int,
    timed: bool = False,
    is_timer: bool = False,
    deadline: float = 0.0,
    pending: tuple[int, int, Any] = (int(Kind.READ), 0, None),
) -> Any:
    """Somebody who can be given the turn."""
    return SimpleNamespace(
        id=number,
        name=f"actor-{number}",
        decisions=0,
        timed=timed or is_timer,
        is_timer=is_timer,
        deadline=deadline,
        pending=pending,
    )


def ended(decisions: int) -> Any:
    """What a strategy is told at the end of an execution that shows nothing."""
    return SimpleNamespace(decisions=decisions, problem=None, history=History())


def watched(strategy: Any) -> Any:
    """The strategy, with an engine to look at in which nothing happens if it needs one."""
    if hasattr(strategy, "watch"):
        record = SimpleNamespace(events=[], lanes=[], object_count=0)
        turns = SimpleNamespace(alive=[], forced_yield=False)
        settings = SimpleNamespace(insertions_tell=True, timers_shared=True, switching="free-threaded")
        strategy.watch(SimpleNamespace(execution=SimpleNamespace(record=record, turns=turns), settings=settings))
    return strategy


def scripts(*events: Sequence[tuple[int, int, Any]]) -> list[Any]:
    """Actors with these events to come, the first one pending."""
    actors = [actor(number) for number in range(len(events))]
    for each, its in zip(actors, events, strict=True):
        each.left, each.script = len(its), list(its)
        each.pending = its[0]
    return actors


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
        current.decisions += 1
        current = strategy.choose(current, enabled)
        assert current in enabled
        current.left -= 1
        if current.left and hasattr(current, "script"):
            current.pending = current.script[-current.left]
        order.append(current.id)
    strategy.end(ended(len(order)))
    return order
