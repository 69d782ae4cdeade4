"""The exhaustive search: optimal dynamic partial order reduction."""

from __future__ import annotations

__all__: list[str] = []
