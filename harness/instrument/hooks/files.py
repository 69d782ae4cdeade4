"""Files: what is on disk is shared by all actors, whatever the names and paths by which they come to it.

Two operations on files conflict, whatever the files are: one may be reached by many paths, and a folder's content
changes with each file that is made in it.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

from harness.instrument.hooks.listener import USE
from harness.model.event import WHOLE

if TYPE_CHECKING:
    from harness.instrument.hooks.listener import Access
    from harness.model.site import Site

__all__ = ["FILE_METHODS", "Opened", "is_of_files", "use_files"]


class _Files:
    """Stands for everything on disk."""


_FILES: Final = _Files()
_IN_MEMORY: Final = frozenset({"StringIO", "BytesIO", "IncrementalNewlineDecoder"})
FILE_METHODS: Final = frozenset(
    {
        *("chmod", "exists", "expanduser", "glob", "group", "hardlink_to", "is_block_device", "is_char_device"),
        *("is_dir", "is_fifo", "is_file", "is_mount", "is_socket", "is_symlink", "iterdir", "lchmod", "lstat"),
        *("mkdir", "open", "owner", "read_bytes", "read_text", "readlink", "rename", "replace", "resolve", "rglob"),
        *("rmdir", "samefile", "stat", "symlink_to", "touch", "unlink", "walk", "write_bytes", "write_text"),
    }
)
"""Methods of a path that ask or change the disk."""
_access: Access | None = None


def use_files(site: Site) -> None:
    """Files are about to be asked for, read or changed."""
    if _access is not None:
        _access(_FILES, WHOLE, USE, site)


def is_of_files(obj: Any) -> bool:
    """Whether ``obj`` is an open file, or leads to files."""
    cls = type(obj)
    return (cls.__module__ in ("_io", "tempfile", "posix") and cls.__name__ not in _IN_MEMORY) or (
        issubclass(cls, PurePath)
    )


class Opened:
    """An open file as the context manager of a ``with``: leaving it writes what has not been written yet."""

    __slots__ = ("_file", "_site")

    def __init__(self, file: Any, site: Site) -> None:
        self._file, self._site = file, site

    def __enter__(self) -> Any:
        return self._file.__enter__()

    def __exit__(self, *exc: Any) -> Any:
        use_files(self._site)
        return self._file.__exit__(*exc)
