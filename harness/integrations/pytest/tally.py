"""What a run came to: noted with each test, in its report, and counted at the end, wherever the tests were run."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pytest

    from harness.integrations.pytest.run_plan import Plan

__all__ = ["lines_of", "note"]

_ORDER = ("proved", "proved (kept)", "not found", "failed", "refused")
_MOST = 20
"""Lines of one kind that are shown."""


def note(
    item: pytest.Item, verdict: str, detail: str = "", *, notes: Sequence[str] = (), shared: Sequence[str] = ()
) -> None:
    """Write into the report of a test what it came to; JUnit files show it as properties.

    Args:
        item: The test.
        verdict: One word or two.
        detail: A count of schedules, or a reason.
        notes: What became of kept entries.
        shared: Fixtures that all executions shared.
    """
    item.user_properties[:] = [each for each in item.user_properties if not each[0].startswith("race")]
    item.user_properties.append(("race", verdict))
    item.user_properties += [("race_detail", detail)] if detail else []
    item.user_properties += [("race_note", each) for each in notes]
    item.user_properties += [("race_shared", each) for each in shared]


def lines_of(reports: Iterable[object], plan: Plan) -> list[str]:
    """Say what a run came to.

    Args:
        reports: Of all phases of all tests.
        plan: Of the run.
    """
    tests: dict[str, list[tuple[str, str]]] = {}
    for report in reports:
        properties = getattr(report, "user_properties", ())
        if getattr(report, "when", "") == "call" and any(name == "race" for name, _ in properties):
            tests[getattr(report, "nodeid", "")] = [(str(name), str(value)) for name, value in properties]
    verdicts = {test: dict(properties)["race"] for test, properties in tests.items()}
    counts = Counter(verdicts.values())
    lines = []
    once = counts.pop("run once", 0)
    if counts:
        each = ", ".join(f"{counts[verdict]} {verdict}" for verdict in _ORDER if counts[verdict])
        lines.append(f"{counts.total()} explored: {each}" if each else f"{counts.total()} replayed")
    if once:
        lines.append(f"{once} run once: no second thread or task is started")
    for test, properties in tests.items():
        said = dict(properties)
        if said["race"] in ("refused", "replayed"):
            lines.append(f"{said['race']} {test}: {said.get('race_detail', '')}")
    lines += _shortened(
        [f"{test}: {value}" for test, all_ in tests.items() for name, value in all_ if name == "race_note"]
    )
    shared = sorted({value for all_ in tests.values() for name, value in all_ if name == "race_shared"})
    if shared:
        lines.append(f"shared by all executions of a test, for their scope is wider: {', '.join(shared)}")
    stale = plan.stale()
    problems = plan.database.problems if plan.database is not None else []
    return [*lines, *_shortened(stale), *_shortened(problems)]


def _shortened(lines: list[str]) -> list[str]:
    more = len(lines) - _MOST
    return lines if more <= 0 else [*lines[:_MOST], f"... and {more} more of this kind"]
