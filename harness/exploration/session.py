"""A program made ready to be executed many times: its source rewritten, the standard library controlled.

Everything that exploring, replaying and shrinking share. It puts back what it changed, whatever happens inside.
"""

from __future__ import annotations

import contextvars
import gc
import io
import sys
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from harness.cpython import warn_if_unknown
from harness.engine import Engine, Execution, Settings, guard
from harness.engine.default_order import DefaultOrder
from harness.engine.protocol import door, is_inside
from harness.engine.watchdog import Watchdog
from harness.exploration.imports import FirstImports
from harness.exploration.journal import Journal
from harness.exploration.process_state import QuietCollector, Silenced
from harness.exploration.quiet_logs import QuietLogs
from harness.exploration.signals import Signals
from harness.exploration.source import checksum_of_functions
from harness.instrument import Instrumentation, hooks, switch_hooks
from harness.instrument.watch import Watch
from harness.model.errors import NondeterminismError, UsageError
from harness.model.finding import ASSERTION, EXCEPTION, Finding, Focus
from harness.model.options import MAX_STEPS, STALL, Options
from harness.model.program import check_program, label_of
from harness.model.result import ANY_CPYTHON, FREE_THREADED_SO_FAR, Failure
from harness.model.token import Token
from harness.oracles import ORACLES, explaining_lost_update
from harness.stdlib.holders import look_for_holders
from harness.stdlib.interpreter import StandardLibrary
from harness.stdlib.patches import ATOMIC

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from harness.engine.run import Decider, Run
    from harness.model.result import Needs
    from harness.model.scope import Scope

__all__ = ["Session"]

_COLLECT_EVERY: Final = 250
"""Executions between two collections: often enough to stay small, rare enough not to be noticed."""

_DEFAULT: Final = Options()

_open_sessions: list[Session] = []


class Session:
    """Context manager: inside it, :meth:`run` executes the program.

    Args:
        program: Zero-argument callable, sync or async.
        options: What was asked for.
        switching: In place of what the options say: ``"free-threaded"``, ``"gil"``, or ``"watched"``, as
            :class:`~harness.engine.Settings` has it.
        kind: The class of its executions.
        discovered: Modules that an execution has brought to light
            (:func:`~harness.exploration.discovery.open_session`).
        imported: Modules that were imported, or could not be, because an execution wanted to.
    """

    def __init__(
        self,
        program: Callable[[], Any],
        options: Options = _DEFAULT,
        *,
        switching: str | None = None,
        kind: type[Execution] = Execution,
        discovered: Iterable[str] = (),
        imported: Collection[str] = (),
    ) -> None:
        check_program(program)
        self.program = program
        self.options = replace(options, program=label_of(program))
        self.detect = frozenset(options.detect) | frozenset(getattr(program, "detect", ()))
        unknown = sorted(self.detect - ORACLES.keys())
        if unknown:
            raise UsageError(f"cannot detect {', '.join(unknown)}; there are: {', '.join(sorted(ORACLES))}")
        self._oracles = [oracle for name, oracle in ORACLES.items() if name in self.detect]
        switching = switching if switching is not None else options.switching
        self.instrumentation = Instrumentation.for_program(
            program, extra=options.instrument, marked=switching != "free-threaded", discovered=discovered
        )
        self._watch = Watch(self.instrumentation.files, self._actor)
        settings = Settings(frozenset(self.instrumentation.files), options.max_steps, options.order, switching)
        self._library = StandardLibrary(self._uses_random(), self.instrumentation.modules)
        self.engine = Engine(settings, self._library, self._listen, kind)
        self._imports = FirstImports(imported, lambda needed: self.engine.execution.fail_with(needed))
        self.signals = Signals(self._cut_off)
        self._logs = QuietLogs()
        self._is_watched = switching == "watched"
        self._count = 0
        self._epoch = -1
        self._journal: Journal | None = None
        self._is_first = True
        self._mixed: object = None
        self._stack = ExitStack()

    def __enter__(self) -> Session:
        if _open_sessions:
            outer = _open_sessions[0].options.program
            raise UsageError(
                f"an exploration is already under way, of {outer}, and a program cannot explore another one. "
                f"If {outer} calls harness.explore itself, run it as it is, or explore the program that it explores"
            )
        with ExitStack() as stack:
            _open_sessions.append(self)
            stack.callback(_open_sessions.clear)
            warn_if_unknown()
            quiet = stack.enter_context(QuietCollector())
            stack.enter_context(self.instrumentation.installed(self.engine.execution))
            hooks.listen(None)
            look_for_holders()
            quiet.freeze()  # on the way out, what is rewritten still is looked for among what is new
            stack.enter_context(self.signals)
            stack.enter_context(self._logs)
            self._silenced = stack.enter_context(Silenced())
            stack.enter_context(self._library)
            guard.watch()
            stack.enter_context(self._watch.on())
            stack.enter_context(Watchdog())
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *exc: object) -> None:
        gc.collect()  # while Python's word about what was cut off is still suppressed
        self._stack.close()
        self.engine.close()

    def _listen(self, execution: Execution | None) -> None:
        """Let rewritten code announce its accesses, and its checks of the eval breaker, to ``execution``."""
        hooks.listen(execution)
        if execution is not None and self._journal is not None and execution.epoch != self._epoch:
            self._epoch = execution.epoch
            execution.on_end.append(self._put_back)
        if self.engine.settings.switching == "free-threaded":
            return
        if execution is not None and execution.gil is not None:
            switch_hooks.listen(execution.gil.passed, execution.files, ATOMIC)
        else:
            switch_hooks.listen(None)

    def _actor(self) -> int:
        """The actor that has the turn; -1 if the caller is no part of an execution."""
        return self.engine.execution.turns.current.id if door.execution.recording and is_inside() else -1

    def _put_back(self) -> None:
        """Undo what the execution has changed of what is older than it."""
        record = self.engine.execution.record
        assert self._journal is not None
        if self._is_first:
            self._is_first = False
            self._journal.compare(record.numbers, record.events)
            return
        mixed = self._journal.end(record.numbers, record.events)
        if mixed is not None:
            self._mixed = mixed

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
        """Execute the program once.

        Raises:
            BaseException: What a signal handler raised, which cut the execution off.
        """
        self._count += 1
        if self._count % _COLLECT_EVERY == 0:
            gc.collect()
        self._logs.is_loud = detail and self._is_watched  # the last execution of a failure, or its replay
        # In a context of its own: what is set while the program is unwound is set in no later execution.
        context = contextvars.copy_context()
        if self._watch.wants_profile:
            with self._watch.profiled():
                run = context.run(self.engine.execute, self.program, decider, detail)
        else:
            run = context.run(self.engine.execute, self.program, decider, detail)
        return run

    def require_nothing_left(self) -> None:
        """Refuse to say anything of executions that found what others had left.

        Raises:
            NondeterminismError: One read an object that is older than all of them, and that others had written.
        """
        if self._mixed is not None:
            raise NondeterminismError(
                f"a {type(self._mixed).__name__} that is older than the executions was written by some of them and "
                f"read by one, which therefore depends on those before it. Make it inside the program"
            )

    def discover(self) -> tuple[str, ...]:
        """Execute the default order once, and name the modules of the scope that it came to and that are not rewritten.

        What it changes is put back, whatever code has changed it; only the modules that it loads stay loaded.

        Raises:
            ImportNeeded: It is about to import a module that was never imported.
        """
        spaces = [vars(sys.modules[name]) for name in self.instrumentation.modules]
        self._journal = Journal(spaces, self.program, self.instrumentation.modules)
        silence = redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO())  # no user asked for this execution
        with silence[0], silence[1], self._imports:
            self.run(DefaultOrder())
        return self.instrumentation.names_to_add(self._watch.actors)

    @property
    def scope(self) -> Scope:
        """What the executions so far came to."""
        return self._watch.scope(self.instrumentation.modules)

    def _cut_off(self, exc: BaseException) -> None:
        """End the execution that is under way: a signal handler has raised."""
        self.engine.execution.status.cut_off(exc)

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

    def examine(self, run: Run) -> Finding | None:
        """What is wrong with an execution: the engine's own word, or that of the first oracle that has one."""
        problem = self.problem(run)
        for oracle in self._oracles:
            if problem is None or problem.kind == oracle.explains:
                for finding in oracle.find(run.history):
                    return finding
        return problem

    def problem(self, run: Run) -> Finding | None:
        """What the engine itself calls wrong with an execution."""
        problem = run.problem
        if problem is None:
            return None
        message = "\n".join((problem.message, *self._silenced.never_awaited()))
        raised = problem.message.partition("\n")[0]
        focus = Focus(place=problem.place, raises=raised) if problem.kind == EXCEPTION else Focus()
        return Finding(problem.kind, message, problem.place, problem.traceback, focus)

    def needs(self, run: Run) -> Needs | None:
        """What this one schedule needs; None where switches are not watched."""
        if self.engine.settings.switching == "free-threaded":
            return None
        return FREE_THREADED_SO_FAR if run.unlocked else ANY_CPYTHON

    def failure(self, finding: Finding, run: Run, number: int) -> Failure:
        """The public value for a finding of a run that was recorded in detail."""
        update, focus = finding.lost_update, finding.focus
        if finding.kind == ASSERTION:
            update = explaining_lost_update(run.history)
            focus = update.focus if update is not None else focus
        return Failure(
            kind=finding.kind,
            message=finding.message,
            place=finding.place,
            token=str(self.token(run, finding.kind)),
            schedule_number=number,
            preemptions=run.preemptions,
            needs=self.needs(run),
            stall=run.stall if run.stall > STALL else 0.0,
            history=run.history,
            focus=focus,
            lost_update=update,
            traceback=finding.traceback,
        )
