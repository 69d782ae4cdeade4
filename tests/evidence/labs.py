"""Laboratories with results of our choice: a verdict that came from anywhere else would not change with them."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Any

from harness.bench.benchmark import Bench, Plan
from harness.bench.break_even import curve_of
from harness.bench.comparison import Block, compare
from harness.evidence import Laboratory, load_lesson
from harness.evidence.laboratory import cost_of_the_lock
from harness.model.finding import ASSERTION
from harness.model.result import Exploration, Failure
from harness.stress import Frequency

LESSON = load_lesson()
TINY = Plan(blocks=6, timing=1e-5, rounds=6, round_seconds=2e-4, lag_rounds=6, lag_seconds=5e-4)


@cache
def real_lab() -> Laboratory:
    """One for all tests: it keeps what it has explored. It measures nothing."""
    return lab(quick=True)


def lab(**options: Any) -> Laboratory:
    """A laboratory for the claims of the quick reference."""
    return Laboratory(programs=LESSON.programs, **options)


class OppositeLab(Laboratory):
    """What fails is proved here, and what is proved fails."""

    def explore(self, label: str) -> Exploration:
        if real_lab().explore(label).failure is not None:
            return Exploration(schedules=7, exhausted=True, classes=7)
        failure = Failure(ASSERTION, "AssertionError: so it is", token=f"{label}:1abc")
        return Exploration(schedules=1, failures=1, distinct_failures=(failure,))


class ShortLab(Laboratory):
    """Every search is cut short, and has found nothing."""

    def explore(self, label: str) -> Exploration:
        return Exploration(schedules=7)


def stress_of(runs: int, failures: int) -> Callable[[str, float], Frequency]:
    """A stress run in which so many runs failed."""
    return lambda label, seconds: Frequency.of(label, runs, failures, False, Counter())


def bench_of(acquire: float, bare: float, locked: float, noise: float = 0.01, doubt: bool = False) -> Bench:
    """A benchmark with these times, in seconds, each within its noise; with ``doubt`` it was interrupted too often."""
    around = (1 - noise, 1.0, 1 + noise) * 11

    def made(name: str, against: str | None, a: float, b: float) -> Any:
        return compare(name, against, [Block(a * each, b, doubt) for each in around])

    comparisons = (
        made("acquire asyncio.Lock", None, acquire, 0.0),
        made("update asyncio-lock", "without its lock", locked, bare),
    )
    update = comparisons[1]
    curve = curve_of("asyncio-lock", update.difference, bare, update.conclusive)
    return dataclasses.replace(_real_bench(), comparisons=comparisons, curves=(curve,), doubts=())


@cache
def _real_bench() -> Bench:
    return cost_of_the_lock(TINY)
