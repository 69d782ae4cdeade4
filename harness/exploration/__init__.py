"""The loop around executions: strategy, execution, oracles, shrinking, replay."""

from __future__ import annotations

__all__: list[str] = []
