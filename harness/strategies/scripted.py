"""Making recorded decisions again: strictly, to replay; loosely, to try out a changed schedule while shrinking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.engine.default_order import default_choice
from harness.model.errors import NondeterminismError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from harness.engine.actor import Actor
    from harness.engine.run import Run
    from harness.model.schedule import Deviation

__all__ = ["Scripted"]


class Scripted:
    """The default order, except where the script says otherwise.

    Args:
        script: The deviations of a recorded execution.
        strict: A deviation that cannot be made, or is never come to, is an error. Otherwise the default order goes on.
    """

    name = "replay"

    def __init__(self, script: Iterable[Deviation], strict: bool = False) -> None:
        self._script = {(actor, step): chosen for actor, step, chosen in script}
        self._left = len(self._script)
        self._strict = strict

    def begin(self, number: int) -> bool:
        return number == 0

    def choose(self, current: Actor, enabled: Sequence[Actor]) -> Actor:
        wanted = self._script.get((current.id, current.decisions))
        if wanted is not None:
            for actor in enabled:
                if actor.id == wanted:
                    self._left -= 1
                    return actor
            if self._strict:
                names = ", ".join(f"{actor.id} ({actor.name})" for actor in enabled)
                raise NondeterminismError(
                    f"the replay diverged at decision {current.decisions} of {current.name}: "
                    f"the schedule gives the turn to actor {wanted}, but only {names} can go on. "
                    f"Something that is not under control (the address of an object, a set's order, a file) decides."
                )
        return default_choice(current, enabled)

    def pick(self, current: Actor, count: int) -> int:
        wanted = self._script.get((current.id, current.decisions))
        if wanted is None:
            return 0
        self._left -= 1
        return min(-wanted, count - 1)

    def end(self, run: Run) -> None:
        if self._strict and self._left:
            raise NondeterminismError(
                f"the replay ended before {self._left} of {len(self._script)} recorded decisions were come to: "
                f"something that is not under control decides what the program does"
            )
