"""What ``import harness`` gives, and what it does not load."""

from __future__ import annotations

import subprocess
import sys

import harness


def test_the_face_shows_its_public_names_and_nothing_else() -> None:
    assert dir(harness) == sorted(harness.__all__)
    assert all(getattr(harness, name).__module__.startswith("harness") for name in harness.__all__ if name != "errors")


def test_no_function_of_the_face_hides_a_module() -> None:
    assert not {"explore", "replay", "confirm"} & {name.rpartition(".")[2] for name in sys.modules if "." in name}


def loaded_by(statement: str) -> set[str]:
    """The modules that a new interpreter has after a statement."""
    code = f"import sys; {statement}; print(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


def test_an_import_of_the_face_loads_nothing_but_the_face() -> None:
    loaded = loaded_by("import harness")
    assert {name for name in loaded if name.startswith("harness")} == {"harness"}
    assert not {"sqlite3", "rich", "asyncio"} & loaded


def test_exploring_loads_no_store() -> None:
    assert not {name for name in loaded_by("import harness; harness.explore") if name.startswith("harness.stores")}


def test_an_error_reads_as_it_is_imported() -> None:
    assert repr(harness.UsageError) == "<class 'harness.UsageError'>"
