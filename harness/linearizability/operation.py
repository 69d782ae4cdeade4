"""A history: what was called, when, and what came back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.model.border import safe_repr

__all__ = ["Operation", "Outcome"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an operation ended.

    Attributes:
        value: What it returned.
        error: Name of the type of the exception that it raised instead; ``""``: it returned.
    """

    value: Any = None
    error: str = ""

    def __str__(self) -> str:
        return f"raised {self.error}" if self.error else safe_repr(self.value)


@dataclass(frozen=True, slots=True)
class Operation:
    """One call.

    Attributes:
        name: Of the method that was called.
        arguments: What it was called with, by name.
        outcome: How it ended; None: it has not ended, and may or may not have had its effect.
        call, end: When it was called and when it ended, in any unit that only grows. Of two operations that touch at
            one moment, neither is before the other.
        actor: Who called.

    Example:
        >>> print(Operation("add", {"by": 2}, Outcome(5), call=0, end=1, actor="worker"))
        worker: add(by=2) -> 5
    """

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    outcome: Outcome | None = None
    call: int = 0
    end: int = 0
    actor: str = ""

    def __str__(self) -> str:
        given = ", ".join(f"{name}={safe_repr(value)}" for name, value in self.arguments.items())
        who = f"{self.actor}: " if self.actor else ""
        return f"{who}{self.name}({given}) -> {self.outcome if self.outcome is not None else 'has not ended'}"
