"""The default order: what happens when nothing interferes. Tokens say only where a schedule leaves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.engine.actor import Actor

__all__ = ["DefaultOrder", "default_choice"]


def default_choice(current: Actor, enabled: Sequence[Actor]) -> Actor:
    """Go on with the same actor; if it cannot, with the next one in order of creation; if none can, let time pass.

    Args:
        current: The actor that has the turn.
        enabled: Actors that may be chosen, by id, never empty.
    """
    here = current.id
    after: Actor | None = None
    first: Actor | None = None
    for actor in enabled:
        if actor.timed:
            continue
        if actor is current:
            return current
        if first is None:
            first = actor
        if after is None and actor.id > here:
            after = actor
    if after is not None:
        return after
    if first is not None:
        return first
    return min(enabled, key=_deadline)


class DefaultOrder:
    """Decides for the default order every time."""

    def choose(self, current: Actor, enabled: Sequence[Actor]) -> Actor:
        return default_choice(current, enabled)

    def pick(self, current: Actor, count: int) -> int:
        return 0


def _deadline(actor: Actor) -> tuple[float, int]:
    assert actor.deadline is not None
    return actor.deadline, actor.id
