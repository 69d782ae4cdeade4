"""Events, the order that synchronisation gives them, and timelines made of them."""

from __future__ import annotations

__all__: list[str] = []
