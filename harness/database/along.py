"""A kept schedule tried in other source: followed by place and call, as far as it fits, and searched around.

A token counts decisions, so one new line makes it another schedule. By place it is "when the worker has read ``n`` in
``add`` for the second time, the turn goes to the main thread", which most edits leave alone. The first execution
follows the steps to the letter; each later one leaves some out, moves some, and now and then lets chance decide.
"""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING, Final

from harness.database.kept_failure import Step
from harness.engine.default_order import default_choice
from harness.exploration.discovery import open_session
from harness.exploration.replaying import options_of
from harness.model.token import Token
from harness.strategies import Coverage
from harness.strategies.scripted import Scripted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from harness.engine import Engine, Run
    from harness.engine.actor import Actor
    from harness.model.event import History
    from harness.strategies.strategy import ExecutedClass

__all__ = ["AlongStrategy", "steps_of"]

_LEFT_OUT: Final = 0.15
_MOVED: Final = 0.4
_BY_CHANCE: Final = 0.04
"""How often, in an execution around the kept schedule, a step is left out or moved, or a turn goes to any actor."""


class _Places:
    """Where each actor of an execution is: the last place in the source that it came by, and how often it had.

    Args:
        history: Of the execution that is under way.
    """

    def __init__(self, history: History) -> None:
        self._history = history
        self._next = 0
        self._times: Counter[tuple[int, str]] = Counter()
        self._last: dict[int, tuple[str, int]] = {}
        self._waited: Counter[int] = Counter()

    def at(self, current: Actor) -> tuple[str, int, int]:
        """Return place, times, and decisions since then, of the actor that decides now."""
        events, lanes = self._history.events, self._history.lanes
        for lane, _, _, _, site in events[self._next :]:
            if site is not None:
                actor = lanes[lane].actor
                place = f"{site.function}: {site.op} {' '.join(site.text.split())}"
                self._times[actor, place] += 1
                self._last[actor] = place, self._times[actor, place]
                self._waited[actor] = 0
        self._next = len(events)
        self._waited[current.id] += 1
        return (*self._last.get(current.id, ("", 0)), self._waited[current.id] - 1)


class _Noting(Scripted):
    """Follows a schedule, and notes its steps by place."""

    def __init__(self, token: Token, engine: Engine) -> None:
        super().__init__(token.schedule, strict=True)
        self._deviations = {(actor, decision) for actor, decision, _ in token.schedule}
        self._engine = engine
        self._places: _Places | None = None
        self.steps: list[Step] = []

    def choose(self, current: Actor, enabled: Sequence[Actor]) -> Actor:
        if self._places is None:
            self._places = _Places(self._engine.execution.run.history)
        place, time, waited = self._places.at(current)
        chosen = super().choose(current, enabled)
        if (current.id, current.decisions) in self._deviations:
            self.steps.append(Step(current.name, place, time, waited, chosen.name))
        return chosen


def steps_of(program: Callable[[], Any], token: str) -> tuple[Step, ...]:
    """Follow a token in the source that it was made for, and say its schedule by place.

    Args:
        program: The program that the token was made for.
        token: Of one of its failures.

    Raises:
        NondeterminismError: The execution left the recorded path.
    """
    recorded = Token.parse(token)
    with open_session(program, options_of(recorded)) as session:
        noting = _Noting(recorded, session.engine)
        session.run(noting)
    return tuple(noting.steps)


class AlongStrategy:
    """Follows the steps of a schedule by place, then searches around it.

    Args:
        steps: The schedule.
        seed: Equal seeds try equal schedules.
    """

    name = "along"

    def __init__(self, steps: Sequence[Step], seed: int = 0) -> None:
        self._kept = list(steps)
        self._seed = seed
        self._random = random.Random(seed)
        self._steps: list[Step] = []
        self._engine: Engine | None = None
        self._places: _Places | None = None
        self._is_exact = True

    def watch(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, number: int) -> bool:
        self._places = None
        self._is_exact = number == 0
        self._random = chance = random.Random(f"{self._seed}:{number}")
        self._steps = list(self._kept)
        if number:
            self._steps = [self._moved(step) for step in self._kept if chance.random() >= _LEFT_OUT]
        return True

    def _moved(self, step: Step) -> Step:
        if self._random.random() >= _MOVED:
            return step
        time = max(0, step.time + self._random.choice((-1, 0, 0, 1)))
        return step._replace(time=time, waited=max(0, step.waited + self._random.randint(-2, 3)))

    def choose(self, current: Actor, enabled: Sequence[Actor]) -> Actor:
        if self._places is None:
            assert self._engine is not None
            self._places = _Places(self._engine.execution.run.history)
        place, time, waited = self._places.at(current)
        if self._steps:
            step = self._steps[0]
            is_there = place == step.place and time == step.time and waited >= step.waited
            if current.name == step.actor and is_there:
                for actor in enabled:
                    if actor.name == step.chosen:
                        del self._steps[0]
                        return actor
        if not self._is_exact and self._random.random() < _BY_CHANCE:
            return self._random.choice([actor for actor in enabled if not actor.timed] or list(enabled))
        return default_choice(current, enabled)

    def pick(self, current: Actor, count: int) -> int:
        return 0

    def end(self, run: Run) -> None: ...

    def coverage(self) -> Coverage:
        return Coverage(exhausted=False)

    def executed(self) -> ExecutedClass | None:
        return None
