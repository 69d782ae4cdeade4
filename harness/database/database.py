"""The folder ``.race/``: one small text file for each failure and each proof, made to be committed.

A file is written beside its place and then moved there, so it is whole at any moment, whoever else writes, and two runs
at once lose nothing. What cannot be read is said and left alone; nothing is dropped that the caller did not retire.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from harness.database.kept_failure import KeptFailure
from harness.database.kept_proof import KeptProof
from harness.model.errors import UsageError
from harness.whole_file import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Database"]

_Entry = TypeVar("_Entry", KeptFailure, KeptProof)
_FOLDERS: Final[dict[type[KeptFailure | KeptProof], str]] = {KeptFailure: "failures", KeptProof: "proofs"}


class Database:
    """What is kept of the programs of one project.

    Args:
        folder: Where the files are; it is made when something is kept first.

    Attributes:
        root: The folder of the project, which paths in entries are written from.
        problems: One line for each file that could not be read so far.

    Example:
        >>> Database(Path("/nowhere/.race")).failures("test_jobs.py::test_two")
        []
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder.absolute().parent
        self.problems: list[str] = []

    def failures(self, test: str | None = None) -> list[KeptFailure]:
        """Return the failures that are kept, of one program or of all."""
        return [each for each in self._read(KeptFailure) if test in (None, each.test)]

    def proofs(self, test: str | None = None) -> list[KeptProof]:
        """Return the proofs that are kept, of one program or of all, one for each version of Python."""
        return [each for each in self._read(KeptProof) if test in (None, each.test)]

    def keep(self, entry: KeptFailure | KeptProof) -> None:
        """Write an entry, in place of the one that says the same of an earlier time.

        Raises:
            UsageError: The folder cannot be written.
        """
        path = self.folder / _FOLDERS[type(entry)] / entry.file_name
        text = str(entry)
        if not path.is_file() or path.read_text(encoding="utf-8", errors="replace") != text:
            write_whole(path, text)

    def retire(self, entry: KeptFailure | KeptProof) -> None:
        """Delete an entry, which may be gone already.

        Raises:
            UsageError: The folder cannot be written.
        """
        path = self.folder / _FOLDERS[type(entry)] / entry.file_name
        try:
            path.unlink(missing_ok=True)
        except OSError as exc:
            raise UsageError(f"cannot delete {path}: {exc.strerror}") from None

    def _read(self, kind: type[_Entry]) -> Iterator[_Entry]:
        for path in sorted((self.folder / _FOLDERS[kind]).glob("*.txt")):
            try:
                yield kind.read(path)
            except UsageError as exc:
                if str(exc) not in self.problems:
                    self.problems.append(str(exc))
