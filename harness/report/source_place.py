"""Where a failure stands in the sources of a project, as code hosts name it: relative to the project's folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from harness.model.record import FailureRecord
    from harness.model.timeline import Row

__all__ = ["place_of", "relative_to_project", "uri_of"]


def place_of(failure: FailureRecord) -> tuple[str, int]:
    """(file, line) of a failure: where it went wrong, or else its last step; ``("", 0)`` if neither is known."""
    file, _, line = failure.place.rpartition(":")
    if file and line.isdigit() and int(line):
        return file, int(line)
    rows: list[Row] = [row for row in failure.timeline.rows if row.file and row.line > 0]
    return (rows[-1].file, rows[-1].line) if rows else ("", 0)


def relative_to_project(file: str, root: Path) -> str:
    """A path as the code host knows it; one outside the project stays as it is."""
    path = Path(file)
    try:
        return path.resolve().relative_to(root.resolve()).as_posix() if path.is_absolute() else path.as_posix()
    except (ValueError, OSError):
        return path.as_posix()


def uri_of(file: str, root: Path) -> str:
    """The same as a URI reference.

    >>> uri_of("a b.py", Path())
    'a%20b.py'
    """
    relative = relative_to_project(file, root)
    quoted = quote(relative.encode("utf-8", "backslashreplace"))
    return f"file://{quoted}" if relative.startswith("/") else quoted
