"""Values that every part may import: events, sites, tokens, results, errors. They know no engine."""

from __future__ import annotations

__all__: list[str] = []
