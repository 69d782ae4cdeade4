"""Runs programs and measures, for all claims together: what two of them ask for is done once.

With ``quick`` nothing is measured: no clock, no stress run, no other tool. What is not measured is None, and never a
verdict.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from harness.bench.benchmark import FULL, Bench, Plan, measure
from harness.bench.subjects import LOCKS, load_subject
from harness.catalog import program_named
from harness.evidence.case import Case
from harness.evidence.grounds import Evidence, Proof, Reason, Search, Token
from harness.exploration.loop import explore
from harness.stress import Frequency, stress

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.model.result import Exploration

__all__ = ["LEFT_OUT", "Laboratory", "cost_of_the_lock", "evidence_of", "frequency_of"]

LEFT_OUT: Final = Reason("not measured in this run (--quick)")
_SCHEDULES: Final = 5000
_STRESS_SECONDS: Final = 4.0


class Laboratory:
    """Runs everything that claims ask for, each program once.

    Args:
        quick: Leave out what takes long.
        programs: The package of the lesson's own programs; a label ``:module:name`` names one of them.
        stress: How often a program fails on real threads, given its label and the seconds to spend.
        cost: What ``asyncio.Lock`` costs, alone and in an update.
    """

    def __init__(
        self,
        quick: bool = False,
        programs: str = "",
        stress: Callable[[str, float], Frequency] | None = None,
        cost: Callable[[], Bench] | None = None,
    ) -> None:
        self.quick = quick
        self._programs = programs
        self._stress = stress if stress is not None else frequency_of
        self._cost = cost if cost is not None else cost_of_the_lock
        self._explorations: dict[str, Exploration] = {}
        self._frequencies: dict[str, Frequency] = {}
        self._bench: Bench | None = None

    def explore(self, label: str) -> Exploration:
        """Search for a schedule that breaks a program; all of them are tried where that is possible.

        Args:
            label: ``scenario@store`` or ``module:name``; a program of the lesson by ``:module:name``.
        """
        label = self._full(label)
        if label not in self._explorations:
            self._explorations[label] = explore(program_named(label), schedules=_SCHEDULES)
        return self._explorations[label]

    def breaks(self, words: str, *labels: str) -> Case:
        """Return the case that holds if each of these programs fails under some schedule."""
        return self._case(words, labels, {"failed": True, "proved": False})

    def stands(self, words: str, *labels: str) -> Case:
        """Return the case that holds if no schedule breaks any of these programs."""
        return self._case(words, labels, {"failed": False, "proved": True})

    def _case(self, words: str, labels: tuple[str, ...], meaning: dict[str, bool]) -> Case:
        if not labels:
            return Case(words, None, (Reason("there is no program to try it on"),))
        found = [self.explore(label) for label in labels]
        outcomes = [meaning.get(each.verdict) for each in found]
        outcome = False if False in outcomes else None if None in outcomes else True
        return Case(words, outcome, tuple(map(evidence_of, map(self._full, labels), found)))

    def frequency(self, label: str) -> Frequency | None:
        """Count how often a program fails without the harness, on real threads; None if nothing is measured."""
        if self.quick:
            return None
        label = self._full(label)
        if label not in self._frequencies:
            self._frequencies[label] = self._stress(label, _STRESS_SECONDS)
        return self._frequencies[label]

    def bench(self) -> Bench | None:
        """Measure what ``asyncio.Lock`` costs, alone and in an update; None if nothing is measured."""
        if self.quick:
            return None
        if self._bench is None:
            self._bench = self._cost()
        return self._bench

    def _full(self, label: str) -> str:
        return f"{self._programs}.{label[1:]}" if label.startswith(":") else label


def evidence_of(label: str, found: Exploration) -> Evidence:
    """Return what an exploration says: a proof, a token, or a search that found nothing."""
    if found.failure is not None:
        return Token(label, found.failure)
    if found.verdict == "proved":
        return Proof(label, found.classes)
    return Search(label, found.schedules)


def cost_of_the_lock(plan: Plan = FULL) -> Bench:
    """Measure what ``asyncio.Lock`` costs, alone and in an update of the store that has it."""
    return measure([LOCKS[0], load_subject("asyncio-lock")], plan, ("acquire", "update"))


def frequency_of(label: str, seconds: float) -> Frequency:
    """Count how often a program fails without the harness: see :mod:`harness.stress`."""
    return stress(label, seconds=seconds)
