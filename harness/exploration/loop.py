"""The loop: strategy -> execution -> oracles -> :class:`~harness.model.result.Exploration`."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal

from harness.engine.run import Abandoned
from harness.exploration.determinism import require_same
from harness.exploration.failures import classify, shrink_failure
from harness.exploration.session import Session
from harness.model.errors import UsageError
from harness.model.options import MAX_STEPS, Options, names_in
from harness.model.program import check_program, label_of
from harness.model.result import Exploration
from harness.oracles import describe_lost_update, find_lost_updates
from harness.runners.processes import explore_in_processes, seed_of
from harness.strategies import STRATEGIES, Search, make_strategy
from harness.strategies.auto import AutoStrategy
from harness.strategies.bounded import BoundedStrategy
from harness.strategies.scripted import Scripted
from harness.strategies.uninstrumented import UninstrumentedStrategy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from harness.engine import Run
    from harness.oracles import LostUpdateEvents
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
        instrument: More modules or packages, by name, whose accesses are scheduling points. By default it is the
            program's own module and those beside it that it uses.
        max_steps: An execution with more events than this is called a livelock.
        time_limit: Seconds after which no further execution is begun.
        stop_on_failure: Stop at the first failure; otherwise go on and count.
        workers: Share the executions among so many processes, each with a seed of its own, so that the number of
            workers is part of what the seed means. Not for ``"exhaustive"`` or a strategy object, and only where a
            process can be forked (not on Windows).
        on_progress: Called after every execution with the result so far.

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
    if workers == 1:
        chosen = BoundedStrategy(preemptions) if preemptions is not None else make_strategy(strategy, seed)
        result = explore_here(program, options, chosen, _teller(on_progress))
    else:
        if not isinstance(strategy, str) or strategy == "exhaustive":
            names = ", ".join(name for name in STRATEGIES if name != "exhaustive")
            raise UsageError(
                f"workers > 1 needs a strategy that samples, by name ({names}); this one runs with workers=1"
            )

        def share(worker: int, mine: int, go_on: Callable[[Exploration], bool]) -> Exploration:
            own = replace(options, seed=seed_of(seed, worker), schedules=mine)
            chosen = AutoStrategy(own.seed, searches=False) if worker and strategy == "auto" else None
            return explore_here(program, own, chosen or make_strategy(strategy, own.seed), go_on)

        result = explore_in_processes(share, workers, schedules, stop_on_failure, on_progress)
    if result.failure is not None:
        failures = classify(
            lambda watched: Session(program, options, switching=watched), result.distinct_failures, seed
        )
        result.distinct_failures, result.failure = failures, failures[0]
    return result


def _teller(on_progress: Callable[[Exploration], None] | None) -> Callable[[Exploration], bool] | None:
    if on_progress is None:
        return None

    def go_on(result: Exploration) -> bool:
        on_progress(result)
        return True

    return go_on


def explore_here(
    program: Callable[[], Any],
    options: Options,
    strategy: Strategy,
    go_on: Callable[[Exploration], bool] | None,
) -> Exploration:
    """Explore in this process; the failures are shrunk and not yet classified.

    Args:
        program: Zero-argument callable, sync or async.
        options: What was asked for.
        strategy: Makes the decisions.
        go_on: Asked after each execution whether there is to be another one.
    """
    with Session(program, options) as session:
        search = strategy if isinstance(strategy, Search) else None
        if search is not None:
            search.watch(session.engine)
        if type(strategy).__module__ in session.instrumentation.modules:
            strategy = UninstrumentedStrategy(strategy, session.engine)
        return _Loop(session, strategy, search).go(go_on)


class _Loop:
    """The state of one exploration."""

    def __init__(self, session: Session, strategy: Strategy, search: Search | None) -> None:
        self._session = session
        self._strategy = strategy
        self._search = search
        self._result = Exploration(strategy=strategy.name, seed=session.options.seed)
        self._known: set[tuple[str, str]] = set()
        self._known_lost: set[tuple[Any, ...]] = set()

    def go(self, go_on: Callable[[Exploration], bool] | None) -> Exploration:
        """Execute until the strategy has nothing left, the options say that it is enough, or ``go_on`` does."""
        result, session, strategy, options = self._result, self._session, self._strategy, self._session.options
        started = perf_counter()
        outcomes: Counter[Any] = result.outcomes
        run: Run | None = None
        for number in itertools.count():
            if result.schedules >= options.schedules:
                break
            if not strategy.begin(number):
                break
            try:
                run = session.run(strategy)
            except Abandoned:
                continue
            strategy.end(run)
            result.schedules += 1
            lost = find_lost_updates(run.history)
            if lost:
                self._record_lost(run, lost)
            finding = session.examine(run)
            if finding is None:
                outcomes[_countable(run.outcome)] += 1
            else:
                result.failures += 1
                if finding.identity not in self._known:
                    self._known.add(finding.identity)
                    failure = shrink_failure(session, finding, run, number + 1)
                    result.distinct_failures.append(failure)
                    result.failure = result.failure or failure
                if options.stop_on_failure:
                    break
            result.seconds = perf_counter() - started
            if go_on is not None and not go_on(result):
                break
            if options.time_limit is not None and result.seconds >= options.time_limit:
                break
        if self._search is not None:
            result.exhausted, result.classes, result.preemptions = self._search.coverage()
        if run is not None and result.failure is None and (result.exhausted or result.schedules > 1):
            # A proof, or a search without a find, is worth something only if a schedule means one execution.
            if result.schedules == 1:  # the first one may have filled a cache
                run = session.run(Scripted(run.deviations))
            require_same(run, session.run(Scripted(run.deviations)))
        result.seconds = perf_counter() - started
        return result

    def _record_lost(self, run: Run, lost: list[LostUpdateEvents]) -> None:
        self._result.lost_update_count += len(lost)
        events = run.history.events
        for each in lost:
            key = tuple(events[index][4] for index in each)
            if key not in self._known_lost:
                self._known_lost.add(key)
                self._result.lost_updates.append(describe_lost_update(run.history, each))


def _countable(outcome: Any) -> Any:
    try:
        hash(outcome)
    except TypeError:
        return repr(outcome)
    return outcome
