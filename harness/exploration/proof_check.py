"""Checks a proof while it is made: what the search claims is held against what the world does.

A proof says that every happens-before class was executed, and that all orders of one class do the same. It rests on
the dependence relation: an operation whose effect no event tells of makes it wrong, silently. So after a proof a share
of the time goes into trying to refute it:

* Classes of the search are executed once more, in other orders that the relation allows. The events and the outcome
  must be the same.
* The samplers execute the program. What comes out, and each class that they come to, must be among what the search has
  listed. ``auto`` has taken samples already, which count.

What is found withdraws the proof and names the two executions. It is a fault of the harness, never of the program.

The share is counted in events, not in seconds, so that the same seed checks the same: a fifth of those that the search
executed, and at least ``_LEAST`` of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any, Final

from harness.exploration.determinism import difference_in_class, require_same
from harness.model.border import safe_repr
from harness.strategies import make_strategy
from harness.strategies.dpor.learned import learned
from harness.strategies.dpor.reordering import Impossible, ReorderedExecution, reorder
from harness.strategies.dpor.signature import signature_of
from harness.strategies.scripted import Scripted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from harness.engine import Run
    from harness.exploration.session import Session
    from harness.model.finding import Finding
    from harness.strategies.strategy import ExecutedClass

__all__ = ["Doubt", "ProofCheck"]

_SHARE: Final = 5
_LEAST: Final = 2_000
_KEPT: Final = 200
"""Executions of which the events are kept until the search has ended."""
_SAMPLERS: Final = ("random", "pct", "pos", "surw")


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a proof does not hold.

    Attributes:
        reason: What is wrong, in one sentence, with the tokens of the two executions.
        run: The execution that refutes the proof.
        finding: What is wrong with it, if anything: then the program has failed.
    """

    reason: str
    run: Run
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class _Kept:
    run: Run
    starts: tuple[int, ...]
    outcome: Any


class ProofCheck:
    """Sees every execution of an exploration; asked at the end, tries to refute the proof.

    Args:
        session: The open session of the exploration.
        seed: Equal seeds check the same.
    """

    def __init__(self, session: Session, seed: int) -> None:
        self._session = session
        self._seed = seed
        self._random = Random(seed)
        self._forget()

    def _forget(self) -> None:
        self._learned = learned(self._session.engine.settings)
        self._outcomes: set[Any] = set()
        self._signatures: set[int] | None = set()
        self._events = 0
        self._classes = 0
        self._kept: list[_Kept] = []
        self._samples: list[tuple[Run, Finding | None]] = []

    def see(self, run: Run, finding: Finding | None, executed: ExecutedClass | None) -> None:
        """Take note of an execution.

        Args:
            run: The execution.
            finding: What is wrong with it.
            executed: The class that the search executed by it; None if it is a sample.
        """
        if self._learned != learned(self._session.engine.settings):
            self._forget()  # what has been executed so far was executed with fewer dependences
            return
        if executed is None:
            if len(self._samples) < _KEPT:
                self._samples.append((run, finding))
            return
        self._events += len(run.history)
        self._classes += 1
        self._outcomes.add(self._said(run, finding))
        if executed.signature is None:
            self._signatures = None
            return
        if self._signatures is not None:
            self._signatures.add(executed.signature)
        if finding is None:
            place = len(self._kept) if len(self._kept) < _KEPT else int(self._random.random() * self._classes)
            if place < _KEPT:
                self._kept[place : place + 1] = [_Kept(run, executed.starts, self._said(run, None))]

    def doubt(self, in_time: Callable[[], bool]) -> Doubt | None:
        """Try to refute the proof; None if that does not succeed.

        Args:
            in_time: Asked before each execution whether there is time for it.
        """
        share = max(self._events // _SHARE, _LEAST) // 2
        # With the GIL, that a thread waits for a lock is an event, and that it does not wait is none: in another order
        # there may be one more.
        is_free = self._session.engine.settings.switching != "gil"
        attempts = [self._reordered(share), self._sampled(share)] if is_free else [self._sampled(2 * share)]
        for attempt in attempts:
            for doubt in attempt:
                if doubt is not None:
                    return doubt
                if not in_time():
                    return None
        return None

    def _reordered(self, share: int) -> Iterator[Doubt | None]:
        """Execute classes in other orders, as many events as that share has."""
        draw = self._random.random
        kept = self._random.sample(self._kept, len(self._kept))
        tried: set[tuple[int, tuple[int, ...]]] = set()
        fruitless = 0
        while kept and share > 0 and fruitless < len(kept):
            each = kept[(len(tried) + fruitless) % len(kept)]
            order = reorder(each.run, each.starts, draw)
            if (id(each), order.events) in tried or order.events == tuple(range(len(order.events))):
                fruitless += 1
                continue
            fruitless = 0
            tried.add((id(each), order.events))
            share -= len(order.events)
            yield self._refuted_by_order(each, ReorderedExecution(self._session.engine, order))

    def _refuted_by_order(self, kept: _Kept, order: ReorderedExecution) -> Doubt | None:
        session = self._session
        try:
            run = session.run(order)
        except Impossible as exc:
            require_same(kept.run, session.run(Scripted(kept.run.deviations)))
            reason = f"{self._named(kept.run)} cannot be made in an order that counts as the same: {exc}"
            return Doubt(reason, kept.run)
        finding = session.examine(run)
        what = difference_in_class(kept.run, run)
        said = self._said(run, finding)
        if what is None and said != kept.outcome and self._is_steady(kept):
            what = f"one ends with {safe_repr(kept.outcome)}, the other with {safe_repr(said)}"
        if what is None:
            return None
        require_same(kept.run, session.run(Scripted(kept.run.deviations)))
        reason = f"{self._named(kept.run)} and {self._named(run)} count as the same class, and differ: {what}"
        return Doubt(reason, run, finding)

    def _is_steady(self, kept: _Kept) -> bool:
        """Whether an outcome is a value: two executions of one schedule return the same."""
        return bool(self._said(self._session.run(Scripted(kept.run.deviations)), None) == kept.outcome)

    def _sampled(self, share: int) -> Iterator[Doubt | None]:
        """Sample, as many events as that share has."""
        for run, finding in self._samples:
            share -= len(run.history)
            yield self._refuted_by_sample(run, finding)
        strategies = [make_strategy(name, self._seed) for name in _SAMPLERS]
        number = 0
        while share > 0:
            strategy = strategies[number % len(strategies)]
            strategy.begin(number // len(strategies))
            run = self._session.run(strategy)
            strategy.end(run)
            share -= max(len(run.history), 1)
            number += 1
            yield self._refuted_by_sample(run, self._session.examine(run))

    def _refuted_by_sample(self, run: Run, finding: Finding | None) -> Doubt | None:
        said = self._said(run, finding)
        if said not in self._outcomes:
            again = self._session.run(Scripted(run.deviations))
            require_same(run, again)
            if self._said(again, self._session.examine(again)) != said:
                return None  # not a value: no two executions return the same
            return Doubt(
                f"{self._named(run)} ends with {safe_repr(said)}, which the search has not listed", run, finding
            )
        if self._signatures is not None and signature_of(run) not in self._signatures:
            return Doubt(f"{self._named(run)} is of a class that the search has not executed", run, finding)
        return None

    def _said(self, run: Run, finding: Finding | None) -> Any:
        if finding is not None:
            return "failure", *finding.identity
        try:
            hash(run.outcome)
        except Exception:
            return "outcome", safe_repr(run.outcome)
        return "outcome", run.outcome

    def _named(self, run: Run) -> str:
        detailed = self._session.run(Scripted(run.deviations), detail=True)
        return str(self._session.token(detailed))
