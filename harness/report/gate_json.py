"""The cases of a gate as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from harness.model.record import FORMAT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.model.checked_case import Case

__all__ = ["gate_json"]


def gate_json(cases: Sequence[Case]) -> dict[str, Any]:
    """All cases, each with its record in the format of ``race run --json``."""
    return {
        "format": FORMAT,
        "as_expected": not any(case.problems for case in cases),
        "cases": [
            {
                "name": case.name,
                "kind": case.kind,
                "problems": [asdict(problem) for problem in case.problems],
                "doubt": case.doubt,
                "record": case.record.to_json() if case.record is not None else None,
            }
            for case in cases
        ],
    }
