"""What only CPython 3.14 and later can say in source, so the programs are written into a file."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

import harness

pytestmark = pytest.mark.skipif(sys.version_info < (3, 14), reason="syntax and meaning that came with CPython 3.14")

SOURCE = """
import threading


class Job:
    progress: NobodyKnowsThis

    def __init__(self):
        self.progress = 0

    def advance(self) -> NobodyKnowsThis:
        self.progress += 1


def template():
    job = Job()
    worker = threading.Thread(target=job.advance)
    worker.start()
    text = t"{job.progress} of {job.progress:>{job.progress}}"
    worker.join()
    return text.values + (text.interpolations[1].format_spec, text.interpolations[0].expression)


def annotated():
    job = Job()
    workers = [threading.Thread(target=job.advance) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    try:
        Job.advance.__annotations__
    except NameError:
        assert job.progress == 2
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    (tmp_path / "newer_syntax.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "newer_syntax", raising=False)
    return importlib.import_module("newer_syntax")


def test_each_value_in_a_template_string_is_an_access(module: object) -> None:
    result = harness.explore(module.template, strategy="exhaustive")  # type: ignore[attr-defined]
    assert set(result.outcomes) == {
        (1, 1, ">1", "job.progress"),
        (0, 1, ">1", "job.progress"),
        (0, 0, ">1", "job.progress"),
        (0, 0, ">0", "job.progress"),
    }


def test_annotations_stay_unevaluated(module: object) -> None:
    result = harness.explore(module.annotated)  # type: ignore[attr-defined]
    assert result.failure is not None and result.failure.kind == "assertion"
