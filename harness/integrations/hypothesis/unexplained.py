"""Leaving our own lines out of Hypothesis's explanations.

Hypothesis traces which lines are run by failing examples alone, to name them in its report. Inside an exploration that
would be the harness's lines by the hundred, and each costs time.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["unexplained"]


@contextmanager
def unexplained() -> Iterator[None]:
    """Stop Hypothesis's tracer, and no other (a debugger's, coverage's), for as long as the block runs."""
    if sys.version_info < (3, 12):
        tracer = sys.gettrace()
        owner = type(getattr(tracer, "__self__", None)).__module__
        if not owner.startswith("hypothesis."):
            yield
            return
        sys.settrace(None)
        try:
            yield
        finally:
            sys.settrace(tracer)
    else:
        monitoring = sys.monitoring
        ours = [number for number in range(6) if monitoring.get_tool(number) == "scrutineer"]
        events = [monitoring.get_events(number) for number in ours]
        for number in ours:
            monitoring.set_events(number, 0)
        try:
            yield
        finally:
            for number, each in zip(ours, events, strict=True):
                monitoring.set_events(number, each)
