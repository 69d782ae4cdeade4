"""The scope is all code of the user's project that the program comes to, however it is laid out and imported."""

from __future__ import annotations

import dataclasses
import importlib
import os
import subprocess
import sys
import textwrap
import types
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import harness
from tests.programs import in_threads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parent.parent.parent
BUMP = "def bump(box):\n    seen = box.n\n    box.n = seen + 1\n"
BASE = "class Base:\n    n = 0\n    def bump(self):\n        seen = self.n\n        self.n = seen + 1\n"


def program_text(imports: str = "", call: str = "bump(box)", box: str = "class Box: n = 0", before: str = "") -> str:
    return f"""
import threading
{imports}
{box}
def program():
    {before}
    box = Box()
    def work():
        {call}
    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    assert box.n == 2, box.n
"""


LAYOUTS = {
    "src and tests": {"src/shop/jobs.py": BUMP, "tests/prog.py": program_text("from shop.jobs import bump")},
    "flat": {"shop/__init__.py": "", "shop/jobs.py": BUMP, "tests/prog.py": program_text("from shop.jobs import bump")},
    "one folder up": {"jobs.py": BUMP, "tests/prog.py": program_text("from jobs import bump")},
    "imported in a function": {
        "tests/jobs.py": BUMP,
        "tests/prog.py": program_text(call="import jobs; jobs.bump(box)"),
    },
    "imported by name": {
        "src/jobs.py": BUMP,
        "tests/prog.py": program_text("import importlib", call="importlib.import_module('jobs').bump(box)"),
    },
    "two steps away": {
        "src/jobs.py": BUMP,
        "src/shop.py": "def bump(box):\n    import jobs\n    jobs.bump(box)\n",
        "tests/prog.py": program_text(call="import shop; shop.bump(box)"),
    },
    "a base class": {
        "src/jobs.py": BASE,
        "tests/prog.py": program_text("import jobs as _j", "box.bump()", "class Box(_j.Base): pass\ndel _j"),
    },
    "a registry": {
        "src/jobs.py": BUMP,
        "tests/prog.py": program_text(
            "import jobs as _j\nKNOWN = {'bump': [_j.bump]}\ndel _j", "KNOWN['bump'][0](box)"
        ),
    },
    "a closure": {
        "src/jobs.py": BUMP + "def make():\n    return bump\n",
        "src/glue.py": "def later(function):\n    def call(box):\n        function(box)\n    return call\n",
        "tests/prog.py": program_text("import glue, jobs\nbump = glue.later(jobs.make())\ndel glue, jobs"),
    },
    "a default argument of what it imports": {
        "src/jobs.py": BUMP,
        "src/shop.py": "import jobs\ndef bump(box, how=jobs.bump):\n    how(box)\ndel jobs\n",
        "tests/prog.py": program_text("from shop import bump"),
    },
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[dict[str, str]], Any]]:
    (tmp_path / "pyproject.toml").write_text("")
    before = set(sys.modules)
    for folder in ("", "src", "tests", "libs/site-packages"):
        monkeypatch.syspath_prepend(str(tmp_path / folder))

    def load(files: dict[str, str]) -> Any:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text))
        importlib.invalidate_caches()
        return importlib.import_module("prog").program

    yield load
    for name in set(sys.modules) - before:
        module = sys.modules[name]
        if str(tmp_path) in f"{getattr(module, '__file__', '')}{list(getattr(module, '__path__', []))}":
            del sys.modules[name]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_code_of_the_project_is_looked_into(project: Any, layout: str) -> None:
    program = project(LAYOUTS[layout])
    result = harness.explore(program)
    assert result.verdict == "failed", result
    assert result.failure is not None
    assert harness.replay(program, result.failure.token).failure is not None
    assert harness.explore(program).schedules == result.schedules, "the second exploration is as the first"


LIBRARY = {"libs/site-packages/counters.py": BUMP, "tests/prog.py": program_text("from counters import bump")}


def test_a_library_that_two_threads_run_is_named_and_nothing_is_proved(project: Any) -> None:
    result = harness.explore(project(LIBRARY))
    assert result.verdict == "not found"
    assert result.scope.shared == ("counters",)
    assert "counters ran as single steps in more than one thread" in str(result)
    assert "instrument=('counters',)" in str(result)


def test_two_modules_of_one_library_share_state_as_one_module_does(project: Any) -> None:
    files = {
        "libs/site-packages/pair/__init__.py": "",
        "libs/site-packages/pair/one.py": BUMP,
        "libs/site-packages/pair/two.py": BUMP,
        "tests/prog.py": program_text("from pair import one, two\nturns = [one, two]", "turns.pop().bump(box)"),
    }
    result = harness.explore(project(files), strategy="random", schedules=3)
    assert result.scope.shared == ("pair.one", "pair.two")


def test_code_that_was_made_of_a_text_is_named_and_what_a_dataclass_makes_is_known() -> None:
    space: dict[str, Any] = {"__name__": "made"}
    exec(compile(BUMP, "<cell 1>", "exec"), space)

    @dataclasses.dataclass
    class Record:
        n: int = 0

    def program() -> None:
        box = Record()
        in_threads(*[lambda: space["bump"](box)] * 2)

    def makes_records() -> None:
        in_threads(Record, Record)

    result = harness.explore(program)
    assert (result.verdict, result.scope.shared) == ("not found", ("<cell 1>",))
    assert "<cell 1> ran as single steps in more than one thread" in str(result)
    assert "instrument=" not in str(result)
    assert harness.explore(makes_records).verdict == "proved"


def test_a_library_that_is_named_is_looked_into(project: Any) -> None:
    assert harness.explore(project(LIBRARY), instrument=("counters",)).verdict == "failed"


def test_a_library_can_be_named_once_for_all_in_the_settings_of_the_project(project: Any, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.race]\ninstrument = ["counters"]\n')
    assert harness.explore(project(LIBRARY)).verdict == "failed"


@pytest.mark.parametrize("wrong", ['[tool.race]\ninstrument = "counters"\n', "[tool.race\n"])
def test_settings_that_make_no_sense_are_refused_with_their_file(project: Any, tmp_path: Path, wrong: str) -> None:
    (tmp_path / "pyproject.toml").write_text(wrong)
    with pytest.raises(harness.UsageError, match=r"pyproject\.toml"):
        harness.explore(project(LIBRARY))


def test_a_submodule_that_the_first_call_loads_belongs_to_the_package_that_was_named(project: Any) -> None:
    program = project(
        {
            "libs/site-packages/lazy/__init__.py": "def bump(box):\n    from lazy.inner import bump\n    bump(box)\n",
            "libs/site-packages/lazy/inner.py": BUMP,
            "tests/prog.py": program_text("import lazy", "lazy.bump(box)"),
        }
    )
    result = harness.explore(program, instrument=("lazy",))
    assert result.verdict == "failed"
    assert "lazy.inner" in result.scope.rewritten


def test_results_do_not_depend_on_what_was_explored_before(project: Any) -> None:
    program = project(LIBRARY)
    cold = {}
    for extra in ((), ("counters",)):
        result = harness.explore(program, instrument=extra, strategy="exhaustive", stop_on_failure=False)
        cold[extra] = result.schedules, result.classes, result.outcomes
    for extra in (("counters",), (), (), ("counters",), ("json",), ("counters",), ()):
        result = harness.explore(program, instrument=extra, strategy="exhaustive", stop_on_failure=False)
        assert (result.schedules, result.classes, result.outcomes) == cold[extra if extra in cold else ()], extra


RACY = program_text(BUMP)
RIGHT = program_text("def bump(box):\n    box.n = 2\n")


@pytest.mark.parametrize("now", [RIGHT, "# one line\n" + RACY], ids=["mended", "moved"])
def test_a_file_that_has_changed_since_it_was_imported_is_refused(project: Any, tmp_path: Path, now: str) -> None:
    program = project({"tests/prog.py": RACY})
    (tmp_path / "tests" / "prog.py").write_text(now)
    with pytest.raises(harness.InstrumentationError, match=r"prog\.py has changed since it was imported"):
        harness.explore(program)


def test_asserts_hold_under_python_O_too(tmp_path: Path) -> None:
    (tmp_path / "lost.py").write_text(RACY)
    done = subprocess.run(
        [sys.executable, "-O", "-c", "import harness, lost; print(harness.explore(lost.program).verdict)"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout == "failed\n", done.stderr


def test_a_generator_that_was_made_a_coroutine_is_one_still() -> None:
    @types.coroutine
    def once() -> Any:
        yield

    async def program() -> int:
        await once()
        return 7

    assert set(harness.explore(program).outcomes) == {7}


def test_the_standard_library_under_control_is_known_and_a_program_that_uses_it_is_proved() -> None:
    import queue
    import threading

    def program() -> None:
        items = queue.Queue[int]()
        thread = threading.Thread(target=lambda: items.put(1))
        thread.start()
        assert items.get() == 1
        thread.join()

    result = harness.explore(program)
    assert result.verdict == "proved", result
    assert result.scope.opaque == ()
