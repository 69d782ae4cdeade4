"""Every way that a small program can go, as a graph to walk in: at each state the reader picks who goes next.

Two prefixes of executions that differ only in the order of independent transitions lead to the same state, so the
graph holds each state once. It has no cycle, since every choice makes the history longer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from harness.model.walkthrough import Snippet, Step, Wait, snippet_from_json, snippet_json

__all__ = ["Choice", "Fate", "Game", "State"]

Fate = Literal["always ends well", "can fail", "fails", "not explored"]


@dataclass(frozen=True, slots=True)
class Choice:
    """Who may go next.

    Attributes:
        actor: Index into :attr:`Game.actors`.
        steps: What it does until the next choice: indexes into :attr:`Game.steps`.
        to: The state after that: index into :attr:`Game.states`; -1 if it was not explored.
    """

    actor: int
    steps: tuple[int, ...] = ()
    to: int = -1


@dataclass(frozen=True, slots=True)
class State:
    """A state in which somebody must be chosen, or an end.

    Attributes:
        fate: What can become of it.
        choices: Who may go next; none at an end.
        waits: Those who cannot: lanes of :attr:`Game.lanes`.
        ending: Of an end that failed: what is wrong.
    """

    fate: Fate
    choices: tuple[Choice, ...] = ()
    waits: tuple[Wait, ...] = ()
    ending: str = ""


@dataclass(frozen=True, slots=True)
class Game:
    """The graph; its first state is the beginning.

    Attributes:
        actors: Names of those who can be chosen. One that is a timer begins with ``"time"``.
        lanes: Names of those who act.
        opening: Steps before the first choice.
        complete: Every choice of every state was explored.
        fewest: The fewest preemptions that lead to a failure; None: none was found that does.
    """

    actors: tuple[str, ...]
    lanes: tuple[str, ...]
    states: tuple[State, ...]
    steps: tuple[Step, ...]
    snippets: tuple[Snippet, ...] = ()
    opening: tuple[int, ...] = ()
    complete: bool = True
    fewest: int | None = None

    def to_json(self) -> dict[str, Any]:
        """The graph as plain values."""
        return {
            "actors": list(self.actors),
            "lanes": list(self.lanes),
            "states": [
                {
                    "fate": state.fate,
                    "choices": [[each.actor, each.to, list(each.steps)] for each in state.choices],
                    "waits": [[wait.lane, wait.what, wait.holder] for wait in state.waits],
                    "ending": state.ending,
                }
                for state in self.states
            ],
            "steps": [step.to_json() for step in self.steps],
            "snippets": [snippet_json(each) for each in self.snippets],
            "opening": list(self.opening),
            "complete": self.complete,
            "fewest": self.fewest,
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Game:
        """Read what :meth:`to_json` wrote."""
        return cls(
            actors=tuple(value["actors"]),
            lanes=tuple(value["lanes"]),
            states=tuple(
                State(
                    state["fate"],
                    tuple(Choice(actor, tuple(steps), to) for actor, to, steps in state["choices"]),
                    tuple(Wait(*wait) for wait in state["waits"]),
                    state["ending"],
                )
                for state in value["states"]
            ),
            steps=tuple(map(Step.from_json, value["steps"])),
            snippets=tuple(map(snippet_from_json, value["snippets"])),
            opening=tuple(value["opening"]),
            complete=value["complete"],
            fewest=value["fewest"],
        )
