"""Which modules are rewritten for a program, and that names bound early lead where they should."""

from __future__ import annotations

import functools
import importlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from time import sleep
from typing import Any

import pytest

import harness
from harness.instrument import Instrumentation
from harness.model.errors import HarnessError, InstrumentationWarning
from tests.recorder import Recorder, module_alone

FILES = {
    "service/__init__.py": "",
    "service/jobs.py": "from service import records\nfrom service.deep.down import low\nimport json\n"
    "class Store:\n    def touch(self): self.x = 1\n"
    "def program():\n    Store().touch()\n    low()\n    records.make()\n",
    "service/records.py": "class Record: pass\ndef make():\n    record = Record()\n    record.x = 1\n",
    "service/deep/__init__.py": "",
    "service/deep/down.py": "class Low: pass\ndef low():\n    Low.x = 1\n",
    "service/unused.py": "",
    "other/__init__.py": "",
    "other/far.py": "class Far: pass\ndef far():\n    Far.x = 1\n",
    "uses_other.py": "from other.far import far\ndef program(): far()\n",
}


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    for name in set(sys.modules) - before:
        if name.split(".")[0] in ("service", "other", "uses_other"):
            del sys.modules[name]


def load(name: str) -> Any:
    return importlib.import_module(name)


def modules(program: Any, *extra: str) -> tuple[str, ...]:
    return Instrumentation.for_program(program, extra).modules


def test_the_programs_module_and_those_of_its_project_that_it_leads_to(written: Path) -> None:
    assert modules(load("service.jobs").program) == ("service.deep.down", "service.jobs", "service.records")


def test_modules_and_packages_are_added_by_name(written: Path) -> None:
    program = load("service.deep.down").low
    assert modules(program) == ("service.deep.down",)
    assert modules(program, "service.records") == ("service.deep.down", "service.records")
    load("service.jobs")
    assert modules(program, "service") == (
        "service", "service.deep", "service.deep.down", "service.jobs", "service.records",
    )  # fmt: skip


def test_a_program_may_name_its_modules_itself(written: Path) -> None:
    class Program:
        instrument = ("service.records",)

        def __call__(self) -> None: ...

    assert modules(Program()) == ("service.records",)
    assert modules(Program(), "service.deep.down") == ("service.deep.down", "service.records")


@pytest.mark.parametrize("wrap", [functools.partial, lambda function: functools.wraps(function)(lambda: function())])
def test_a_wrapped_program_has_the_modules_of_what_it_wraps(written: Path, wrap: Any) -> None:
    assert modules(wrap(load("service.records").make)) == ("service.records",)


def test_neither_the_library_nor_the_harness_is_rewritten() -> None:
    assert modules(test_neither_the_library_nor_the_harness_is_rewritten) == (__name__, "tests.recorder")


def test_a_module_without_source_runs_as_one_step_and_says_so() -> None:
    def program() -> None: ...

    with pytest.warns(InstrumentationWarning, match="itertools has no Python source: its code runs as one step"):
        assert modules(program, "itertools") == (__name__, "tests.recorder")


def test_a_module_without_source_that_a_program_names_is_an_error() -> None:
    class Program:
        instrument = ("itertools",)

        def __call__(self) -> None: ...

    with pytest.raises(harness.InstrumentationError, match="itertools has no Python source"):
        modules(Program())


def test_accesses_of_all_these_modules_are_told(written: Path) -> None:
    program, recorder = load("service.jobs").program, Recorder()
    with Instrumentation.for_program(program).installed(recorder):
        program()
    assert {Path(site.file).name for site in recorder.sites} == {"jobs.py", "records.py", "down.py"}


def test_names_bound_early_lead_to_the_substitutes_until_the_end() -> None:
    recorder, original, slept = Recorder(), sleep, []
    recorder.substitutes[time.sleep] = slept.append

    def program(default: Any = sleep) -> None:
        sleep(1)
        default(2)
        (lambda inner: inner(3))(sleep)
        {"sleep": sleep}["sleep"](4)

    with module_alone(program).installed(recorder):
        program()
    assert slept == [1, 2, 3, 4]
    assert sleep is original


def test_what_raises_inside_leaves_everything_as_it_was() -> None:
    def fails() -> None:
        with module_alone(load).installed(Recorder()):
            seen.append(load.__code__)
            raise ZeroDivisionError

    seen = [load.__code__]
    with pytest.raises(ZeroDivisionError):
        fails()
    assert load.__code__ is seen[0] is not seen[1]


def test_what_is_installed_cannot_be_installed_again() -> None:
    instrumentation = module_alone(load)
    with (
        instrumentation.installed(Recorder()),
        pytest.raises(HarnessError, match="rewritten already"),
        instrumentation.installed(Recorder()),
    ):
        pass


def test_after_several_explorations_the_code_is_still_its_own() -> None:
    def program() -> None:
        load("json")

    codes = load.__code__, program.__code__
    for _ in range(3):
        harness.explore(program, schedules=2)
        assert (load.__code__, program.__code__) == codes
        assert load.__code__ is codes[0] and program.__code__ is codes[1]
