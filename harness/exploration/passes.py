"""Making the executions of one exploration, in one process, until there is enough.

Schedules in which a thread stands still for long come in a second pass.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from harness.engine.run import Abandoned
from harness.exploration.builder import ExplorationBuilder
from harness.exploration.determinism import require_same
from harness.exploration.discovery import open_session
from harness.exploration.failures import shrink_failure
from harness.exploration.proof_check import ProofCheck
from harness.model.options import STALL, Options
from harness.oracles import find_lost_updates
from harness.strategies import Search
from harness.strategies.scripted import Scripted
from harness.strategies.uninstrumented import UninstrumentedStrategy

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.engine import Run
    from harness.exploration.deadline import Deadline
    from harness.exploration.session import Session
    from harness.model.finding import Finding
    from harness.model.result import Exploration
    from harness.strategies import Strategy

__all__ = ["explore_here"]


def explore_here(
    program: Callable[[], Any],
    options: Options,
    strategy: Strategy,
    deadline: Deadline,
    go_on: Callable[[ExplorationBuilder], bool] | None,
    fresh: Callable[[], Strategy] | None,
) -> tuple[Exploration, BaseException | None]:
    """Explore in this process; the failures are shrunk and not yet classified.

    Args:
        program: Zero-argument callable, sync or async.
        options: What was asked for.
        strategy: Makes the decisions.
        deadline: When to stop.
        go_on: Asked after each execution whether there is to be another one.
        fresh: Makes another such strategy, for a second pass in which threads may stand still for long; None: the
            strategy is the user's own, and decides about all schedules in one pass.

    Returns:
        The result, and what a signal handler raised meanwhile: Ctrl-C ends an exploration, not what it has found.
    """
    with open_session(program, options) as session:
        search = strategy if isinstance(strategy, Search) else None
        if search is not None:
            search.watch(session.engine)
        if type(strategy).__module__ in session.instrumentation.modules:
            strategy = UninstrumentedStrategy(strategy, session.engine)
        if fresh is not None:
            session.engine.settings = replace(session.engine.settings, stall=STALL)
        result = _Loop(session, strategy, search, deadline, fresh).go(go_on)
        return result, session.signals.raised


class _Loop:
    """The state of one exploration."""

    def __init__(
        self,
        session: Session,
        strategy: Strategy,
        search: Search | None,
        deadline: Deadline,
        fresh: Callable[[], Strategy] | None,
    ) -> None:
        self._session = session
        self._strategy = strategy
        self._search = search
        self._deadline = deadline
        self._builder = ExplorationBuilder(session.options)
        self._check = ProofCheck(session, session.options.seed)
        self._known: set[tuple[str, str]] = set()
        self._fresh = fresh
        self._held_back = False  # some schedule with a stall was left out

    def go(self, go_on: Callable[[ExplorationBuilder], bool] | None) -> Exploration:
        """Execute until the strategy has nothing left, the options say that it is enough, or ``go_on`` does."""
        builder, session, deadline = self._builder, self._session, self._deadline
        try:
            last = self._execute(go_on)
            if self._may_need_a_stall():
                last = self._allow_stalls(go_on) or last
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

    def _limit(self) -> int:
        """How many schedules may be executed so far: a quarter of them is for those with a stall, if there are any."""
        schedules = self._session.options.schedules
        return schedules - schedules // 4 if self._held_back and self._session.engine.settings.stall else schedules

    def _may_need_a_stall(self) -> bool:
        builder, session = self._builder, self._session
        has_enough = bool(builder.distinct) and session.options.stop_on_failure
        return self._held_back and not has_enough and not builder.stopped_by and session.signals.raised is None

    def _allow_stalls(self, go_on: Callable[[ExplorationBuilder], bool] | None) -> Run | None:
        """Begin again, now with schedules in which a thread stands still for any time."""
        assert self._fresh is not None
        engine = self._session.engine
        engine.settings = replace(engine.settings, stall=None)
        self._strategy = fresh = self._fresh()
        if isinstance(fresh, Search):
            self._search = fresh
            fresh.watch(engine)
        return self._execute(go_on)

    def _execute(self, go_on: Callable[[ExplorationBuilder], bool] | None) -> Run | None:
        """Make executions, and return the last one."""
        builder, session, strategy, options = self._builder, self._session, self._strategy, self._session.options
        run: Run | None = None
        for number in itertools.count():
            if builder.schedules >= self._limit() or not strategy.begin(number):
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
            self._held_back = self._held_back or run.held_back
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
