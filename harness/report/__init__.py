"""What people read: one model of a result, drawn for the terminal, for Markdown and as JSON."""

from __future__ import annotations

__all__: list[str] = []
