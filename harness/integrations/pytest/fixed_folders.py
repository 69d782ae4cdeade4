"""The temporary folders of a test: in every execution of the same name, and empty."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from _pytest.tmpdir import tmppath_result_key

from harness.engine.protocol import door

if TYPE_CHECKING:
    import pytest

__all__ = ["FixedFolders"]


class FixedFolders:
    """Context manager: inside it, makes ``tmp_path`` for executions.

    Pytest itself would number its folders on, and each execution would differ from the others.

    Args:
        config: Of the run.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._factory: Any = getattr(config, "_tmp_path_factory", None)
        self._made = 0

    def begin(self, item: pytest.Item) -> None:
        """Begin an execution of a test."""
        self._made = 0
        item.stash.setdefault(tmppath_result_key, {})  # ``tmp_path`` asks for it, and deletes it

    def __enter__(self) -> FixedFolders:
        if self._factory is not None:
            self._factory.__dict__["mktemp"] = self._make
        return self

    def __exit__(self, *exc: object) -> None:
        if self._factory is not None:
            del self._factory.__dict__["mktemp"]

    def _make(self, basename: str, numbered: bool = True) -> Path:
        base: Path = self._factory.getbasetemp()
        self._made += 1
        folder = base / (f"{basename}-race-{self._made}" if numbered else basename)
        with door.execution.uninstrumented():  # in the first execution, there is nothing to delete
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(mode=0o700)
        return folder
