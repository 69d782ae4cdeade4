"""What the search learns of a program from an execution: that operations are dependent which it took for independent.

Two insertions of different keys are independent, as long as the program never asks for their order: that is what a hash
table is for. A walk, a print or a comparison tells it. So the search begins with the insertions as independent, looks
at each execution, and begins anew with all insertions as dependent when the first one has told their order. Until one
does, executions that differ in that order alone cannot be told apart, so that none of another behaviour is missed.

Likewise, up to when a loop sleeps is of interest only if a thread sets or cancels timers of a loop that it does not
run: the loop does not know of it until it wakes.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from harness.model.event import SIZE, WHOLE
from harness.model.kind import Kind

if TYPE_CHECKING:
    from harness.engine.engine import Engine
    from harness.engine.run import Run
    from harness.engine.settings import Settings

__all__ = ["learned", "learns_of_dependence"]

_SCALARS: Final = (bool, int, float, str, bytes, type(None), BaseException)


def learned(settings: Settings) -> tuple[bool, bool]:
    """Return what has been learned so far: executions that were made with less are of another relation."""
    return settings.insertions_tell, settings.timers_shared


def learns_of_dependence(engine: Engine, run: Run) -> bool:
    """Find out whether ``run`` is the first execution that shows a dependence; then have it counted from now on.

    Args:
        engine: Makes the executions to come.
        run: An execution.
    """
    settings = engine.settings
    insertions = settings.insertions_tell or _tells_insertions(run)
    timers = settings.timers_shared or run.shares_timers
    if (insertions, timers) == learned(settings):
        return False
    engine.settings = dataclasses.replace(settings, insertions_tell=insertions, timers_shared=timers)
    return True


def _tells_insertions(run: Run) -> bool:
    """Whether ``run`` looks into a container into which two actors have inserted, or returns what may hold one."""
    actor_of = [lane.actor for lane in run.history.lanes]
    inserting: dict[int, int] = {}  # container -> the actor that inserts into it; -1: several do
    for lane, kind, serial, key, _ in run.history.events:
        if kind == Kind.RESIZE and key is not WHOLE:
            actor = actor_of[lane]
            inserting[serial] = actor if inserting.get(serial, actor) == actor else -1
        elif (key is WHOLE or key is SIZE or kind == Kind.USE) and inserting.get(serial) == -1:
            return True
    return -1 in inserting.values() and not isinstance(run.outcome, _SCALARS)
