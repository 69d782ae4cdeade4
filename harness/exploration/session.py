"""A program made ready to be executed many times: its source rewritten, the world open, the collector quiet.

Everything that exploring, replaying and shrinking share. It puts back what it changed, whatever happens inside.
"""

from __future__ import annotations

import gc
import sys
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from harness.engine import World, guard
from harness.engine.gil import ATOMIC
from harness.exploration.process_state import Interruptible, QuietCollector, Silenced
from harness.exploration.source import checksum_of_functions
from harness.instrument import Instrumentation, hooks, switch_hooks
from harness.model.errors import HarnessError, UsageError
from harness.model.kind import SEMANTICS, Kind
from harness.model.options import MAX_STEPS, Options
from harness.model.program import check_program, label_of
from harness.model.result import Failure, LostUpdate
from harness.model.token import Token
from harness.oracles import LostUpdateEvents, find_data_race, find_lost_updates
from harness.stdlib.patches import Names
from harness.timeline.naming import location_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from harness.engine.run import Decider, Run
    from harness.model.event import History
    from harness.model.result import Needs

__all__ = ["Finding", "Session", "describe_lost_update"]

_COLLECT_EVERY: Final = 250
"""Executions between two collections: often enough to stay small, rare enough not to be noticed."""

_DETECTABLE: Final = frozenset({"lost-update", "data-race"})

_DEFAULT: Final = Options()

_open_sessions: list[Session] = []


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with one execution: by the world's word or an oracle's."""

    kind: str
    message: str
    place: str
    traceback: str = ""
    lost_update: LostUpdate | None = None

    @property
    def identity(self) -> tuple[str, str]:
        """Two findings with one identity are the same failure."""
        return self.kind, self.place


class Session:
    """Context manager: inside it, :meth:`run` executes the program.

    Args:
        program: Zero-argument callable, sync or async.
        options: What was asked for.
        switching: In place of what the options say: ``"free-threaded"``, ``"gil"``, or ``"watched"``, as
            :class:`~harness.engine.World` has it.
        kind: The class of the world.
    """

    def __init__(
        self,
        program: Callable[[], Any],
        options: Options = _DEFAULT,
        *,
        switching: str | None = None,
        kind: type[World] = World,
    ) -> None:
        check_program(program)
        self.program = program
        self.options = replace(options, program=label_of(program))
        self.detect = frozenset(options.detect) | frozenset(getattr(program, "detect", ()))
        unknown = sorted(self.detect - _DETECTABLE)
        if unknown:
            raise UsageError(f"cannot detect {', '.join(unknown)}; there are: {', '.join(sorted(_DETECTABLE))}")
        switching = switching if switching is not None else options.switching
        self.instrumentation = Instrumentation.for_program(
            program, extra=options.instrument, marked=switching != "free-threaded"
        )
        self.world = kind(frozenset(self.instrumentation.files), options.max_steps, options.order, switching)
        self._count = 0
        self._stack = ExitStack()

    def __enter__(self) -> Session:
        if _open_sessions:
            raise HarnessError("an exploration is already under way: a program cannot explore another one")
        with ExitStack() as stack:
            _open_sessions.append(self)
            stack.callback(_open_sessions.clear)
            world = self.world
            world._listen = hooks.listen
            names = Names(world, reseed=self._uses_random())
            world.adapters, world.substitutes = names.adapters, names.substitutes
            quiet = stack.enter_context(QuietCollector())
            stack.enter_context(self.instrumentation.installed(world))
            hooks.listen(None)
            if world.gil is not None:
                switch_hooks.listen(world.gil.passed, world.files, ATOMIC)
                stack.callback(switch_hooks.listen, None)
            quiet.freeze()  # on the way out, what is rewritten still is looked for among what is new
            stack.enter_context(Interruptible())
            self._silenced = stack.enter_context(Silenced(world))
            stack.enter_context(names)
            guard.watch(world)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *exc: object) -> None:
        gc.collect()  # while Python's word about what was cut off is still suppressed
        self._stack.close()
        self.world.close()

    def _uses_random(self) -> bool:
        """The program can reach :mod:`random` or what is made from it, so its numbers must be the same every time."""
        return any(
            getattr(value, "__module__", None) in ("random", "uuid", "secrets")
            or getattr(value, "__name__", None) in ("random", "uuid", "secrets")
            for module in map(sys.modules.get, self.instrumentation.modules)
            if module is not None
            for value in list(vars(module).values())
        )

    def run(self, decider: Decider, detail: bool = False) -> Run:
        """Execute the program once."""
        self._count += 1
        if self._count % _COLLECT_EVERY == 0:
            gc.collect()
        return self.world.execute(self.program, decider, detail)

    def token(self, run: Run, kind: str = "") -> Token:
        """The token of an execution that was recorded in detail, with the options that it depends on.

        Args:
            run: The execution.
            kind: Of the failure that the token is for, or ``""``.
        """
        options = self.options
        bounded = kind == "livelock" or len(run.history) > MAX_STEPS
        return Token(
            schedule=tuple(run.deviations),
            label=options.program,
            source=self.instrumentation.checksum[:6],
            functions=self.checksum_of_functions(run),
            instrument=options.instrument,
            detect=(kind,) if kind in options.detect else (),
            max_steps=options.max_steps if bounded else MAX_STEPS,
        )

    def checksum_of_functions(self, run: Run) -> str:
        """Of the functions that an execution went through: six hexadecimal digits."""
        return checksum_of_functions(run.history, self.instrumentation.sources)[:6]

    def examine(self, run: Run, lost: Sequence[LostUpdateEvents] | None = None) -> Finding | None:
        """What is wrong with an execution, the world's own word first."""
        problem = run.problem
        if problem is not None:
            message = "\n".join((problem.message, *self._silenced.never_awaited()))
            return Finding(problem.kind, message, problem.place, problem.traceback)
        history = run.history
        if "lost-update" in self.detect:
            for events in find_lost_updates(history) if lost is None else lost:
                update = describe_lost_update(history, events)
                return Finding("lost-update", str(update), _place(history, events.stale), lost_update=update)
        if "data-race" in self.detect:
            race = find_data_race(history)
            if race is not None:
                return _describe_race(history, race)
        return None

    def needs(self, run: Run) -> Needs | None:
        """On which interpreters the schedule of an execution is possible; None where switches are not watched."""
        if self.world.gil is None:
            return None
        return "free-threaded CPython" if run.unlocked else "any CPython"

    def failure(self, finding: Finding, run: Run, number: int) -> Failure:
        """The public value for a finding of a run that was recorded in detail."""
        update = finding.lost_update
        if update is None and finding.kind == "assertion":
            update = _explaining(run.history)
        return Failure(
            kind=finding.kind,  # type: ignore[arg-type]
            message=finding.message,
            place=finding.place,
            token=str(self.token(run, finding.kind)),
            schedule_number=number,
            preemptions=run.preemptions,
            needs=self.needs(run),
            history=run.history,
            lost_update=update,
            traceback=finding.traceback,
        )


def _explaining(history: History) -> LostUpdate | None:
    """The lost update that explains a failed assertion best: of what the assertion read last, or else the last one.

    One that put another value in the place of the lost one explains more than one that put the same there.
    """
    values = history.values
    lost = sorted(find_lost_updates(history), key=lambda each: values.get(each.lost) != values.get(each.stale))
    if not lost:
        return None
    by_location = {history.events[each.stale][2:4]: each for each in lost}
    lane = history.events[-1][0]
    for event in reversed(history.events):
        if event[0] != lane:
            break
        if event[2:4] in by_location:
            return describe_lost_update(history, by_location[event[2:4]])
    return describe_lost_update(history, lost[-1])


def describe_lost_update(history: History, events: LostUpdateEvents) -> LostUpdate:
    """Names and places for a lost update."""
    read, lost, stale = (history.event(index) for index in events)
    return LostUpdate(
        location=location_name(lost.site, lost.object, lost.key, history.labels),
        reader=history.lanes[stale.lane].name,
        writer=history.lanes[lost.lane].name,
        read_site=read.site,
        lost_site=lost.site,
        stale_site=stale.site,
        read_event=events.read,
        lost_event=events.lost,
        stale_event=events.stale,
    )


def _describe_race(history: History, race: tuple[int, int]) -> Finding:
    first, second = (history.event(index) for index in race)
    name = location_name(first.site, first.object, first.key, history.labels)
    parts = [
        f"{history.lanes[event.lane].name} {SEMANTICS[Kind(event.kind)].said}s it at {_place(history, index)}"
        for index, event in zip(race, (first, second), strict=True)
    ]
    places = " ".join(sorted(_place(history, index) for index in race))
    return Finding("data-race", f"{name}: {parts[0]} and {parts[1]}, and nothing orders the two", places)


def _place(history: History, index: int) -> str:
    site = history.events[index][4]
    return f"{site.file}:{site.line}" if site is not None else ""
