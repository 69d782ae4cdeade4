"""Who executes the shares of an exploration: this process, or several."""

from __future__ import annotations

__all__: list[str] = []
