"""The loop: strategy -> execution -> oracles -> :class:`~harness.model.result.Exploration`."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from harness.engine.run import Abandoned
from harness.exploration.builder import ExplorationBuilder
from harness.exploration.deadline import Deadline
from harness.exploration.determinism import require_same
from harness.exploration.discovery import open_session
from harness.exploration.failures import classify, shrink_failure
from harness.exploration.proof_check import ProofCheck
from harness.model.errors import UsageError
from harness.model.options import MAX_STEPS, Options, names_in
from harness.model.program import check_program, label_of
from harness.oracles import find_lost_updates
from harness.runners.processes import explore_in_processes, seed_of
from harness.strategies import STRATEGIES, Search, make_strategy
from harness.strategies.auto import AutoStrategy
from harness.strategies.bounded import BoundedStrategy
from harness.strategies.scripted import Scripted
from harness.strategies.uninstrumented import UninstrumentedStrategy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager

    from harness.engine import Run
    from harness.exploration.session import Session
    from harness.model.finding import Finding
    from harness.model.result import Exploration
    from harness.strategies import Strategy

__all__ = ["explore", "explore_here"]


def explore(
    program: Callable[[], Any],
    *,
    strategy: str | Strategy = "auto",
    schedules: int = 1000,
    seed: int = 0,
    switching: Literal["free-threaded", "gil"] = "free-threaded",
    order: Literal["fifo", "any"] = "fifo",
    preemptions: int | None = None,
    detect: Iterable[str] = (),
    instrument: Iterable[str] = (),
    max_steps: int = MAX_STEPS,
    time_limit: float | None = None,
    stop_on_failure: bool = True,
    workers: int = 1,
    on_progress: Callable[[Exploration], None] | None = None,
) -> Exploration:
    """Execute a program under many schedules and look for one that breaks it.

    Args:
        program: Zero-argument callable, sync or async, that builds its state, starts threads and tasks, and asserts.
        strategy: ``"auto"``, ``"random"``, ``"pct"``, ``"pos"``, ``"surw"``, ``"exhaustive"``, or a
            :class:`~harness.strategies.Strategy`.
        schedules: Make at most so many executions.
        seed: Equal seeds explore equal schedules.
        switching: ``"free-threaded"``: the turn may go to another thread before any access. ``"gil"``: only where
            CPython with the GIL can switch threads, by the bytecode of the interpreter at hand; slower.
        order: ``"fifo"``: ready callbacks of a loop run in CPython's order. ``"any"``: in any order, as other loop
            implementations might.
        preemptions: Execute every schedule with at most so many preemptions, the fewest first, one by one; needs
            ``strategy="exhaustive"``.
        detect: What else counts as a failure: ``"lost-update"``, ``"data-race"``, ``"double-acquire"``.
        instrument: More modules or packages, by name, whose accesses are switch points. By default it is the code of
            the project that the program reaches, and what ``[tool.race] instrument`` in its ``pyproject.toml`` names.
        max_steps: An execution with more events than this is called a livelock.
        time_limit: Seconds of wall time for all of it: executing, shrinking and classifying. A failure that is found
            when they are nearly over is shrunk for a fifth of them.
        stop_on_failure: Stop at the first failure; otherwise go on and count.
        workers: Share the executions among so many processes, each with a seed of its own, so that the number of
            workers is part of what the seed means. Not for ``"exhaustive"`` or a strategy object, and only where a
            process can be forked (not on Windows).
        on_progress: Called after every execution with the result so far, and once more, before what a signal handler
            raised (such as KeyboardInterrupt) is raised again.

    Returns:
        What was found. The failure in it is already shrunk.

    Raises:
        InstrumentationError: The source of the program cannot be had.
        UncontrolledError: The program reaches outside what is under control.
        NondeterminismError: One schedule led to two different executions.
        UsageError: An argument makes no sense.

    Example:
        >>> import harness, threading
        >>> def program():
        ...     counts = {"done": 0}
        ...     def work():
        ...         counts["done"] += 1
        ...     threads = [threading.Thread(target=work) for _ in range(2)]
        ...     for thread in threads: thread.start()
        ...     for thread in threads: thread.join()
        ...     assert counts["done"] == 2, counts
        >>> harness.explore(program).verdict  # doctest: +SKIP
        'failed'
    """
    check_program(program)
    options = Options(
        program=label_of(program),
        strategy=strategy if isinstance(strategy, str) else make_strategy(strategy, seed).name,
        schedules=schedules,
        seed=seed,
        switching=switching,
        order=order,
        preemptions=preemptions,
        detect=names_in(detect=detect),
        instrument=names_in(instrument=instrument),
        max_steps=max_steps,
        time_limit=time_limit,
        stop_on_failure=stop_on_failure,
        workers=workers,
    )
    return _explore(program, options, strategy, on_progress)


def _explore(
    program: Callable[[], Any],
    options: Options,
    strategy: str | Strategy,
    on_progress: Callable[[Exploration], None] | None,
) -> Exploration:
    """Explore here or in processes, and classify what was found."""
    seed, deadline = options.seed, Deadline(options.time_limit)
    if options.workers == 1:
        chosen = (
            BoundedStrategy(options.preemptions) if options.preemptions is not None else make_strategy(strategy, seed)
        )
        result, raised = explore_here(program, options, chosen, deadline, _teller(on_progress))
    else:
        if not isinstance(strategy, str) or strategy == "exhaustive":
            names = ", ".join(name for name in STRATEGIES if name != "exhaustive")
            raise UsageError(
                f"workers > 1 needs a strategy that samples, by name ({names}); this one runs with workers=1"
            )

        def share(worker: int, mine: int, go_on: Callable[[ExplorationBuilder], bool]) -> Exploration:
            own = replace(options, seed=seed_of(seed, worker), schedules=mine)
            chosen = AutoStrategy(own.seed, searches=False) if worker and strategy == "auto" else None
            return explore_here(program, own, chosen or make_strategy(strategy, own.seed), deadline, go_on)[0]

        result, raised = explore_in_processes(share, options, on_progress)
    if raised is not None:
        if on_progress is not None:
            on_progress(result)
        raise raised
    if result.failure is None:
        return result

    def open_watched(switching: str) -> AbstractContextManager[Session]:
        return open_session(program, options, switching=switching, known=result.scope.rewritten)

    try:
        failures = classify(open_watched, result.distinct_failures, seed, deadline)
    except KeyboardInterrupt:
        if on_progress is not None:
            on_progress(replace(result, stopped_by="interrupt"))
        raise
    return replace(result, distinct_failures=tuple(failures), seconds=deadline.seconds)


def _teller(on_progress: Callable[[Exploration], None] | None) -> Callable[[ExplorationBuilder], bool] | None:
    if on_progress is None:
        return None

    def go_on(builder: ExplorationBuilder) -> bool:
        on_progress(builder.build())
        return True

    return go_on


def explore_here(
    program: Callable[[], Any],
    options: Options,
    strategy: Strategy,
    deadline: Deadline,
    go_on: Callable[[ExplorationBuilder], bool] | None,
) -> tuple[Exploration, BaseException | None]:
    """Explore in this process; the failures are shrunk and not yet classified.

    Args:
        program: Zero-argument callable, sync or async.
        options: What was asked for.
        strategy: Makes the decisions.
        deadline: When to stop.
        go_on: Asked after each execution whether there is to be another one.

    Returns:
        The result, and what a signal handler raised meanwhile: Ctrl-C ends an exploration, not what it has found.
    """
    with open_session(program, options) as session:
        search = strategy if isinstance(strategy, Search) else None
        if search is not None:
            search.watch(session.engine)
        if type(strategy).__module__ in session.instrumentation.modules:
            strategy = UninstrumentedStrategy(strategy, session.engine)
        result = _Loop(session, strategy, search, deadline).go(go_on)
        return result, session.signals.raised


class _Loop:
    """The state of one exploration."""

    def __init__(self, session: Session, strategy: Strategy, search: Search | None, deadline: Deadline) -> None:
        self._session = session
        self._strategy = strategy
        self._search = search
        self._deadline = deadline
        self._builder = ExplorationBuilder(session.options)
        self._check = ProofCheck(session, session.options.seed)
        self._known: set[tuple[str, str]] = set()

    def go(self, go_on: Callable[[ExplorationBuilder], bool] | None) -> Exploration:
        """Execute until the strategy has nothing left, the options say that it is enough, or ``go_on`` does."""
        builder, session, deadline = self._builder, self._session, self._deadline
        try:
            last = self._execute(go_on)
            session.signals.check()
            if self._search is not None:
                builder.exhausted, builder.classes, builder.preemptions = self._search.coverage()
            if last is not None and not builder.distinct and (builder.exhausted or builder.schedules > 1):
                self._check_determinism(last)
            if builder.exhausted:
                self._check_proof()
        except BaseException as exc:
            if exc is not session.signals.raised:
                raise
        if session.signals.raised is not None:
            builder.stopped_by, builder.exhausted = "interrupt", False
        builder.scope = session.scope
        builder.seconds = deadline.seconds
        return builder.build()

    def _execute(self, go_on: Callable[[ExplorationBuilder], bool] | None) -> Run | None:
        """Make executions, and return the last one."""
        builder, session, strategy, options = self._builder, self._session, self._strategy, self._session.options
        run: Run | None = None
        for number in itertools.count():
            if builder.schedules >= options.schedules or not strategy.begin(number):
                break
            try:
                run = session.run(strategy)
            except Abandoned:
                if self._deadline.passed:
                    builder.stopped_by = "time limit"
                    break
                continue
            strategy.end(run)
            builder.schedules += 1
            lost = find_lost_updates(run.history)
            if lost:
                builder.add_lost_updates(run, lost)
            finding = session.examine(run)
            if self._search is not None:
                self._check.see(run, finding, self._search.executed())
            if finding is None:
                builder.add_outcome(run.outcome)
            else:
                builder.failures += 1
                self._keep(finding, run, number + 1)
                if options.stop_on_failure:
                    break
            builder.seconds = self._deadline.seconds
            if go_on is not None and not go_on(builder):
                break
            if session.signals.raised is not None:
                break
            if self._deadline.passed:
                builder.stopped_by = "time limit"
                break
        return run

    def _keep(self, finding: Finding, run: Run, number: int) -> None:
        if finding.identity not in self._known:
            self._known.add(finding.identity)
            self._builder.distinct.append(shrink_failure(self._session, finding, run, number, self._deadline))

    def _check_determinism(self, run: Run) -> None:
        """A proof, or a search without a find, is worth something only if a schedule means one execution."""
        self._session.require_nothing_left()
        require_same(run, self._session.run(Scripted(run.deviations)))

    def _check_proof(self) -> None:
        """Withdraw a proof that does not hold; what the program does wrong then is a failure like any other."""
        doubt = self._check.doubt(lambda: not self._deadline.passed and self._session.signals.raised is None)
        if doubt is not None:
            self._builder.withdraw_proof(doubt.reason)
            if doubt.finding is not None:
                self._builder.failures += 1
                self._keep(doubt.finding, doubt.run, self._builder.schedules)
