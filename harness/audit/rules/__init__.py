"""The rules, one small file each: a function from what is shared to findings."""

from __future__ import annotations

__all__: list[str] = []
