"""The comparison: what was agreed to, what is expected, and what was found, as reasons to be red."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Literal

from harness.model.checked_case import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from harness.gate.baseline import Entry
    from harness.model.record import ExplorationRecord, FailureRecord

__all__ = ["Required", "covered", "judge", "shortfall"]

Required = Literal["proved", "not-found"]
_UPDATE = "race gate --update"


def judge(
    label: str,
    expected: str | None,
    record: ExplorationRecord,
    before: Entry | None,
    broken: Mapping[str, str],
    require: Required | None = None,
) -> tuple[tuple[Problem, ...], str]:
    """Compare one program with what was agreed to.

    Args:
        label: The program's.
        expected: ``"safe"``, ``"fails"``, or None where nothing is said.
        record: What its exploration has found.
        before: Its entry in the baseline, if it has one.
        broken: For each of its kept tokens that no longer replays, why.
        require: The least verdict of a program that is to be safe.

    Returns:
        The reasons to be red; and why nothing can be said, or ``""``.
    """
    run = f"race run {shlex.quote(label.partition('@')[0])}"
    store = label.partition("@")[2]
    run += f" --store {shlex.quote(store)}" if store else ""
    problems: list[Problem] = []
    doubt = ""
    cut_short = record.stopped_by != ""
    if expected == "safe":
        problems += [
            Problem("race", f"{label} is said to be safe, and fails ({_what(each)})", _replay(each.token, run))
            for each in record.distinct_failures
        ]
        problems += shortfall(label, record, require, run)
    elif expected == "fails" and record.ok:
        if cut_short:
            doubt = "was expected to fail, and did not within its time"
        else:
            text = f"{label} is expected to fail, and no longer does: it has lost its point, or the fault is mended"
            problems.append(Problem("no-longer-fails", text, run))
    if before is not None and before.verdict == "proved" and record.verdict == "not found":
        if cut_short:
            doubt = f"was proved ({before.classes:,} behaviours), and could not be within its time"
        else:
            why = f": {record.withdrawn}" if record.withdrawn else f" in {record.schedules:,} schedules"
            problems.append(Problem("proof-lost", f"{label} was proved, and no longer is{why}", run))
    elif before is not None and record.verdict == "proved" and covered(record) < before.classes:
        text = f"the proof of {label} covers {covered(record):,} behaviours, and covered {before.classes:,}"
        problems.append(Problem("proof-shrank", text, f"{run}, and if that is right, {_UPDATE}"))
    problems += [
        Problem("token", f"a kept token of {label} no longer replays ({why})", f"race replay {shlex.quote(token)}")
        for token, why in broken.items()
    ]
    return tuple(problems), doubt


def covered(record: ExplorationRecord) -> int:
    """How many behaviours a proof covers; 0 if nothing is proved."""
    return (record.classes or record.schedules) if record.verdict == "proved" else 0


def shortfall(label: str, record: ExplorationRecord, require: Required | None, command: str) -> list[Problem]:
    """What ``--require`` misses: a proof. A failure is a problem of its own."""
    if require != "proved" or record.verdict != "not found":
        return []
    more = f"; {record.more}" if record.more else ""
    return [Problem("unproved", f"{label} is not proved, which --require asks for{more}", command)]


def _what(failure: FailureRecord) -> str:
    return " ".join((failure.what or failure.kind).split())


def _replay(token: str, run: str) -> str:
    return f"race replay {shlex.quote(token)}" if token else run
