"""A proof as it is kept: what was proved, and the checksums of all that it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.database.entry import file_name, read_entry, write_entry
from harness.model.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from harness.database.rests_on import Grounds

__all__ = ["KeptProof"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptProof:
    """One proof of one program.

    Attributes:
        test: Label of the program.
        classes: Happens-before classes that were executed.
        grounds: What the proof rests on: name -> value or checksum.
    """

    test: str
    classes: int
    grounds: Grounds

    @property
    def file_name(self) -> str:
        """One proof is kept for each program and Python version, so that two versions do not drive each other out."""
        return file_name(self.test, self.grounds.get("python", ""))

    def __str__(self) -> str:
        facts = [("test", self.test), ("classes", str(self.classes))]
        return write_entry(
            "proof", [*facts, *(("rests_on", f"{name} = {value}") for name, value in self.grounds.items())]
        )

    @classmethod
    def read(cls, path: Path) -> KeptProof:
        """Read an entry.

        Raises:
            UsageError: The file is damaged.
        """
        facts = read_entry(path, "proof")
        try:
            grounds = dict(_ground(text) for text in facts["rests_on"])
            return cls(test=facts["test"][0], classes=int(facts["classes"][0]), grounds=grounds)
        except (IndexError, ValueError):
            raise UsageError(f"{path}: a fact is missing or cut short: mend it, or delete it") from None


def _ground(text: str) -> tuple[str, str]:
    name, value = text.rsplit(" =", 1)
    return name, value.strip()
