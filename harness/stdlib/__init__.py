"""The standard library under control: threads, locks, queues, event loops, time. One primitive a file."""

from __future__ import annotations

__all__: list[str] = []
