"""The page that one walks through: one file with everything in it, drawn from records alone."""

from __future__ import annotations

__all__: list[str] = []
