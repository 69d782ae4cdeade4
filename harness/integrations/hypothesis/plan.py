"""A plan: which actor calls what. It is drawn and shrunk by Hypothesis, and printed as code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Call", "Plan", "as_code"]


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a rule.

    Example:
        >>> Call("add", {"by": 2})
        Call('add', {'by': 2})
    """

    rule: str
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Call({self.rule!r}, {dict(self.arguments)!r})" if self.arguments else f"Call({self.rule!r})"


@dataclass(frozen=True, slots=True)
class Plan:
    """What one actor does before the others begin, and what these do at once, each in its own order."""

    actors: tuple[tuple[Call, ...], ...]
    before: tuple[Call, ...] = ()

    def __repr__(self) -> str:
        """The plan as code, a line for each actor."""
        before = f"    before={_listed(self.before)},\n" if self.before else ""
        actors = "".join(f"    {_listed(actor)},\n" for actor in self.actors)
        return f"Plan([\n{actors}],\n{before})" if before else f"Plan([\n{actors}])"


def _listed(calls: tuple[Call, ...]) -> str:
    return f"[{', '.join(map(repr, calls))}]"


def as_code(machine: type[Any], plan: Plan, token: str) -> str:
    """A file that makes one execution again.

    Args:
        machine: The class with the rules. One that stands inside a function must be put in the reader's place.
        plan, token: What failed.
    """
    name, _, inner = machine.__qualname__.partition(".")
    before = f"    before={_listed(plan.before)},\n" if plan.before else ""
    actors = "".join(f"        {_listed(actor)},\n" for actor in plan.actors)
    return (
        f"import harness\n"
        f"from harness.integrations.hypothesis import Call\n"
        f"from {machine.__module__} import {name}\n\n"
        f"program = {name}{'.' if inner else ''}{inner}.program(\n    [\n{actors}    ],\n{before})\n"
        f"print(harness.replay(program, {token.rpartition(':')[2]!r}))"
    )
