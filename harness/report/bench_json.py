"""A benchmark as plain values: every figure with its interval, and the raw values that it comes from."""

from __future__ import annotations

import platform
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from harness.bench.break_even import SHARE, WORKS

if TYPE_CHECKING:
    from harness.bench.benchmark import Bench
    from harness.bench.comparison import Comparison

__all__ = ["bench_json"]

_FORMAT: Final = 1


def bench_json(bench: Bench) -> dict[str, Any]:
    """All times are in seconds, all rates in updates a second; an interval has ``value``, ``low`` and ``high``."""
    return {
        "format": _FORMAT,
        "python": platform.python_version(),
        "implementation": sys.implementation.name,
        "platform": platform.platform(),
        "machine": asdict(bench.machine),
        "plan": asdict(bench.plan),
        "confidence": 0.95,
        "doubts": list(bench.doubts),
        "control": _comparison(bench.control),
        "comparisons": [_comparison(each) for each in bench.comparisons],
        "break_even": [
            {
                "name": each.name,
                "conclusive": each.conclusive,
                "share": SHARE,
                "work": asdict(each.size),
                "curve": [{"work": work, "overhead": asdict(each.at(work))} for work in WORKS],
            }
            for each in bench.curves
        ],
        "contention": [
            {**asdict(each), "failures": dict(each.failures), "conclusive": each.conclusive}
            for each in bench.contentions
        ],
        "loop_lag": [{**asdict(each), "conclusive": each.conclusive} for each in bench.lags],
    }


def _comparison(each: Comparison) -> dict[str, Any]:
    return {
        "name": each.name,
        "against": each.against,
        "loops": each.loops,
        "a": asdict(each.a),
        "b": asdict(each.b),
        "difference": asdict(each.difference),
        "ratio": asdict(each.ratio) if each.ratio is not None else None,
        "conclusive": each.conclusive,
        "doubts": list(each.doubts),
        "blocks": [[block.a, block.b, block.disturbed] for block in each.blocks],
    }
