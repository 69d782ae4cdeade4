"""One execution to be walked through step by step: what a page shows beside each step, as plain values.

A timeline has the few steps on which a failure turns; a walkthrough has those between them as well, folded, and with
each the code that it stands in, what it changed, which lock it took, and who waits for whom after it.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Final

__all__ = ["Snippet", "Step", "Wait", "Walkthrough", "snippet_from_json", "snippet_json"]


@dataclass(frozen=True, slots=True)
class Snippet:
    """The source of one function.

    Attributes:
        file: As short as it can be said: ``"stores/unlocked.py"``.
        name: Qualified name of the function; ``"<module>"`` outside of any.
        first: Number of its first line.
        lines: Its lines, without their common indentation.
    """

    file: str
    name: str
    first: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wait:
    """A lane that cannot go on.

    Attributes:
        lane: Who waits: index into :attr:`Walkthrough.lanes`.
        what: For what: ``"self.lock"``.
        holder: The lane that has it, or -1.
    """

    lane: int
    what: str
    holder: int = -1


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Attributes:
        lane: Who acts: index into :attr:`Walkthrough.lanes`.
        text: ``"read  progress=10"``.
        access: ``"read"``, ``"write"``, or ``""`` for what synchronises.
        snippet: The function it stands in: index into :attr:`Walkthrough.snippets`, or -1.
        line: Its line in the file, or 0.
        mark: As in a timeline: ``"stale"``, ``"too late"``, ``""``.
        folded: It explains nothing, and is shown only when asked for.
        lost: The step after which an update is gone.
        changes: Names of locations, each with its value from this step on; None: there is no such thing any more.
        reads: The step of another lane that wrote what is read here, or -1.
        after: Steps of other actors that synchronisation puts before this one.
        takes, releases: Name of a lock, or ``""``.
        waits: Those who cannot go on after the step.
    """

    lane: int
    text: str
    access: str = ""
    snippet: int = -1
    line: int = 0
    mark: str = ""
    folded: bool = False
    lost: bool = False
    changes: tuple[tuple[str, str | None], ...] = ()
    reads: int = -1
    after: tuple[int, ...] = ()
    takes: str = ""
    releases: str = ""
    waits: tuple[Wait, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The step as plain values, without those that are as by default."""
        found = {name: getattr(self, name) for name in _STEP if getattr(self, name) != _STEP[name]}
        for name in ("changes", "after"):
            if name in found:
                found[name] = [list(each) if isinstance(each, tuple) else each for each in found[name]]
        if self.waits:
            found["waits"] = [[wait.lane, wait.what, wait.holder] for wait in self.waits]
        return found

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Step:
        """Read what :meth:`to_json` wrote."""
        read = {name: each for name, each in value.items() if name in _STEP}
        if "changes" in read:
            read["changes"] = tuple((name, now) for name, now in read["changes"])
        if "after" in read:
            read["after"] = tuple(read["after"])
        if "waits" in read:
            read["waits"] = tuple(Wait(*each) for each in read["waits"])
        return cls(**read)


_STEP: Final = {each.name: each.default for each in dataclasses.fields(Step)}


@dataclass(frozen=True, slots=True)
class Walkthrough:
    """The steps of one execution, in order.

    Attributes:
        lanes: Names of those who act.
        steps: What they do.
        snippets: The functions that the steps stand in.
        ending: How it ends: ``""`` if all is well, or the first line of what is wrong.

    Example:
        >>> walk = Walkthrough(("Main",), (Step(0, "write n=1", changes=(("n", "1"),)),))
        >>> Walkthrough.from_json(walk.to_json()) == walk
        True
    """

    lanes: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    snippets: tuple[Snippet, ...] = ()
    ending: str = ""

    def to_json(self) -> dict[str, Any]:
        """The walkthrough as plain values."""
        return {
            "lanes": list(self.lanes),
            "steps": [step.to_json() for step in self.steps],
            "snippets": [snippet_json(each) for each in self.snippets],
            "ending": self.ending,
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Walkthrough:
        """Read what :meth:`to_json` wrote."""
        return cls(
            tuple(value["lanes"]),
            tuple(map(Step.from_json, value["steps"])),
            tuple(map(snippet_from_json, value["snippets"])),
            value["ending"],
        )


def snippet_json(snippet: Snippet) -> dict[str, Any]:
    """A snippet as plain values."""
    return {"file": snippet.file, "name": snippet.name, "first": snippet.first, "lines": list(snippet.lines)}


def snippet_from_json(value: dict[str, Any]) -> Snippet:
    """Read what :func:`snippet_json` wrote."""
    return Snippet(value["file"], value["name"], value["first"], tuple(value["lines"]))
