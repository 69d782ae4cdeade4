"""What the compiler warns of was said when the program was imported; rewriting says nothing again."""

from __future__ import annotations

import importlib
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import harness

if TYPE_CHECKING:
    import pytest

SOURCE = r"""
import threading


class Counter:
    def __init__(self):
        self.value = 0

    def add(self):
        try:
            self.value += 1
        finally:
            return "\d"


def program():
    counter = Counter()
    threads = [threading.Thread(target=counter.add) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counter.value == 2
"""


def test_a_module_that_the_compiler_warns_of_can_be_explored_with_warnings_as_errors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "warned_of.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = importlib.import_module("warned_of")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert harness.explore(module.program).verdict == "failed"
