"""Finding out how things stand: everything that the settings name is explored, and the kept tokens are replayed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from harness.catalog import find, program_named, stores_for
from harness.exploration.deadline import Deadline
from harness.exploration.loop import explore
from harness.exploration.replaying import replay
from harness.gate.baseline import Baseline, Entry
from harness.gate.judge import covered, judge
from harness.gate.lock_cost import at_commit, commit_of, judge_cost, measure_in_turns
from harness.model.checked_case import Case, Problem
from harness.model.errors import HarnessError, UsageError
from harness.scenario import Scenario
from harness.stores import name_of
from harness.timeline.records import record_exploration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from harness.gate.gate_settings import GateSettings
    from harness.gate.judge import Required

__all__ = ["Found", "check_all"]


@dataclass(frozen=True, slots=True)
class Found:
    """What the gate has found: the cases, and what the baseline would be."""

    cases: tuple[Case, ...]
    baseline: Baseline

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(problem for case in self.cases for problem in case.problems)


@dataclass(frozen=True, slots=True)
class _Subject:
    """A program, and what is said of it."""

    label: str
    kind: str
    expected: str | None
    program: Callable[[], Any]


def check_all(
    settings: GateSettings,
    root: Path,
    baseline: Baseline | None,
    committed: Path,
    require: Required | None = None,
    budget: float | None = None,
    on_case: Callable[[str, int, int], None] = lambda name, number, count: None,
) -> Found:
    """Run what the settings name, and compare it with the baseline.

    Args:
        settings: What the project says.
        root: The project's folder.
        baseline: What it has committed; None if there is nothing yet.
        committed: The file of the baseline, whose commit the locks are measured against.
        require: The least verdict of what is to be safe.
        budget: Seconds for all of it; None for as long as it takes.
        on_case: Told of each case before it begins: its name, its number from 0, and how many there are.

    Raises:
        UsageError: A name leads to nothing, or to what cannot be run.
    """
    subjects = list(_subjects(settings))
    benches = list(settings.benches)
    count, limit = len(subjects) + len(benches), Deadline(budget)
    cases: list[Case] = []
    entries: dict[str, Entry] = {}
    before = baseline.entries if baseline is not None else {}
    for number, subject in enumerate(subjects):
        on_case(subject.label, number, count)
        case, entry = _explore(subject, settings, before.get(subject.label), require, limit.share(count - number))
        cases.append(case)
        if entry is not None:
            entries[subject.label] = entry
    for label in before.keys() - {subject.label for subject in subjects}:
        text = f"{label} is in the baseline, and [tool.race] no longer names it"
        cases.append(Case(label, "program", problems=(Problem("gone", text, "race gate --update"),)))
    for number, store in enumerate(benches, start=len(subjects)):
        on_case(store, number, count)
        cases.append(_measure(store, settings.slower, root, committed, limit))
    return Found(tuple(cases), Baseline(entries, tuple(benches)))


def _subjects(settings: GateSettings) -> Iterator[_Subject]:
    for kind, names in (("program", settings.programs), ("test", settings.tests)):
        for name in names:
            try:
                program = program_named(name)
            except UsageError as error:
                raise UsageError(f"[tool.race] {kind}s names {name}: {error}") from None
            yield _Subject(name, kind, "fails" if name in settings.fails else "safe", program)
    for name in settings.scenarios:
        name, at, store = name.partition("@")
        found = find(name)
        if not isinstance(found, Scenario):
            raise UsageError(f"[tool.race] scenarios: {name} is no scenario; name it among programs")
        for each in stores_for(found, (store,) if at else (), False):
            known = name_of(each)
            yield _Subject(f"{name}@{known}", "scenario", found.expect.get(known), found.program(each))


def _explore(
    subject: _Subject, settings: GateSettings, before: Entry | None, require: Required | None, limit: float | None
) -> tuple[Case, Entry | None]:
    """Explore one program and replay its kept tokens."""
    try:
        result = explore(
            subject.program, strategy=settings.strategy, schedules=settings.schedules, seed=settings.seed,
            time_limit=limit, stop_on_failure=subject.expected == "fails",
        )  # fmt: skip
    except HarnessError as error:
        problem = Problem("refused", f"{subject.label} could not be explored: {error}", f"race run {subject.label}")
        return Case(subject.label, subject.kind, problems=(problem,)), before
    record = record_exploration(result)
    broken = {} if before is None else {token: why for token in before.tokens if (why := _why_broken(subject, token))}
    problems, doubt = judge(subject.label, subject.expected, record, before, broken, require)
    entry = Entry(
        record.verdict,
        covered(record),
        tuple(sorted(each.token for each in record.distinct_failures if each.token)),
    )
    return Case(subject.label, subject.kind, record, problems, doubt), entry


def _why_broken(subject: _Subject, token: str) -> str:
    """Why a token does not show its failure any more; ``""`` if it does."""
    try:
        execution = replay(subject.program, token)
    except HarnessError as error:
        return str(error).partition("\n")[0]
    return "" if execution.failure is not None else "it passes now"


def _measure(store: str, slower: float, root: Path, committed: Path, limit: Deadline) -> Case:
    commit = commit_of(root, committed)
    if not commit:
        return Case(store, "bench", doubt="there is no committed baseline to measure against")
    if limit.passed:
        return Case(store, "bench", doubt="there was no time left to measure")
    with at_commit(root, commit) as tree:
        if tree is None:
            return Case(store, "bench", doubt=f"commit {commit[:10]} of the baseline cannot be checked out")
        return judge_cost(store, measure_in_turns(store, root, tree), slower)
