"""Writing a file as a whole: a reader sees the old text or the new one; a full disk or a kill leaves the old one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from harness.model.errors import UsageError

__all__ = ["write_whole"]


def write_whole(path: Path, text: str) -> None:
    """Write a file, with the folders that it needs.

    The text goes to a temporary file beside it, is flushed to the disk, and is renamed into place.

    Args:
        path: Is replaced if it is there.
        text: What cannot be UTF-8, such as a lone surrogate, is written escaped.

    Raises:
        UsageError: It cannot be written; what was there before is still there.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as exc:
        raise UsageError(f"cannot write {path}: {exc.strerror}; name another place or make it writable") from None
