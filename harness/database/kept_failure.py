"""A failure as it is kept: its token, for the source that it was found in, and its steps by place, for any other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from harness.database.entry import file_name, read_entry, write_entry
from harness.model.errors import HarnessError, UsageError
from harness.model.token import Token

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["KeptFailure", "Step"]


class Step(NamedTuple):
    """One deviation from the default order, in terms that an edit elsewhere leaves alone.

    Attributes:
        actor: Name of the actor that has the turn.
        place: Where it last was: the function, and what is done there; ``""`` at its beginning.
        time: How often it had come by that place.
        waited: Decisions of its own since then.
        chosen: Name of the actor that gets the turn.
    """

    actor: str
    place: str
    time: int
    waited: int
    chosen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFailure:
    """One failure of one program.

    Attributes:
        test: Label of the program: the node id of a test, or ``module:name``.
        kind, message, token: As :class:`harness.Failure` has them; of the message, the first line.
        steps: The schedule by place.
    """

    test: str
    kind: str
    message: str
    token: str
    steps: tuple[Step, ...] = ()

    @property
    def file_name(self) -> str:
        """One failure of a kind is kept for each program."""
        return file_name(self.test, self.kind)

    def __str__(self) -> str:
        facts = [("test", self.test), ("kind", self.kind), ("message", self.message), ("token", self.token)]
        steps = [
            " | ".join((each.actor, each.place, str(each.time), str(each.waited), each.chosen)) for each in self.steps
        ]
        return write_entry("failure", [*facts, *(("step", step) for step in steps)])

    @classmethod
    def read(cls, path: Path) -> KeptFailure:
        """Read an entry.

        Raises:
            UsageError: The file is damaged.
        """
        facts = read_entry(path, "failure")
        try:
            test, kind, message, token = (facts[key][0] for key in ("test", "kind", "message", "token"))
            Token.parse(token)
            steps = tuple(_step(text) for text in facts.get("step", ()))
        except (IndexError, ValueError, HarnessError) as exc:
            said = str(exc) if isinstance(exc, HarnessError) else "a fact is missing, or a step is cut short"
            raise UsageError(f"{path}: {said}: mend it, or delete it") from None
        return cls(test=test, kind=kind, message=message, token=token, steps=steps)


def _step(text: str) -> Step:
    actor, rest = text.split(" | ", 1) if not text.startswith("| ") else ("", text[2:])
    place, time, waited, chosen = rest.rsplit(" | ", 3)
    return Step(actor, place, int(time), int(waited), chosen)
