"""Data flows down the list of parts; imports point only up it. Every module says exactly what it exports."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

PARTS = (
    ("harness.model", "harness.cpython"),
    ("harness.instrument",),
    ("harness.engine",),
    ("harness.stdlib",),
    ("harness.strategies",),
    ("harness.timeline",),
    ("harness.oracles", "harness.linearizability"),
    ("harness.exploration", "harness.runners", "harness.real"),
    ("harness.loading", "harness.whole_file"),
    ("harness.database",),
    ("harness.stores",),
    ("harness.scenario",),
    ("harness.scenarios",),
    ("harness.catalog",),
    ("harness.bench",),
    ("harness.gate", "harness.run_history"),
    ("harness.stress",),
    ("harness.evidence",),
    ("harness.scenarios.lessons",),
    ("harness.audit",),
    ("harness.report",),
    ("harness.integrations",),
    ("harness.cli", "harness.__main__"),
)
"""A module belongs to the longest name here that it begins with, and may import its own row and those above it."""

FUNCTION_LEVEL = {
    (
        "harness.model.result",
        "harness.report",
    ): "to print a failure is to report it; nothing but str() needs the report",
}
"""Imports inside a function that point down the list, each with its reason."""

LINES = 300
LONGER = {
    "harness.stdlib.event_loop": "the loop's methods are CPython's",
    "harness.engine.execution": "what one execution is made of",
}
"""Modules with more lines than ``LINES``, each with its reason: the list may only shrink."""

SAME_NAMES = {
    "options.py": "the value, and the flags of the command line that make one",
    "record.py": "the events of an execution, and the JSON of an exploration",
    "sqlite.py": "the controlled module, and the store that uses it",
    "timeline.py": "the model, and its report",
    "walkthrough.py": "the values, and how they are made of a history",
}
"""File names that stand in more than one folder, each with its reason: the list may only shrink."""

SOURCES = sorted([*(ROOT / "harness").rglob("*.py"), *(ROOT / "scenarios").rglob("*.py")])


def name_of(path: Path) -> str:
    """The name that a module is imported by: what stands in ``scenarios/`` is ``harness.scenarios``."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(("harness", *parts) if parts[0] == "scenarios" else parts).removesuffix(".__init__")


MODULES = {name_of(path) for path in SOURCES}


def row_of(module: str) -> int | None:
    """The row of a module, or None for the facade ``harness`` itself, which imports from all parts."""
    parts = [(part, row) for row, names in enumerate(PARTS) for part in names if f"{module}.".startswith(f"{part}.")]
    return max(parts, key=lambda found: len(found[0]))[1] if parts else None


def part_of(module: str) -> str:
    return next(part for row in PARTS for part in row if f"{module}.".startswith(f"{part}."))


def imports_of(path: Path) -> list[tuple[str, bool, int]]:
    """(module, inside a function, line) of each import of our own, those for type checkers included."""
    found: list[tuple[str, bool, int]] = []

    def visit(node: ast.AST, inside: bool) -> None:
        match node:
            case ast.Import():
                found.extend((alias.name, inside, node.lineno) for alias in node.names)
                return
            case ast.ImportFrom(level=0, module=str(module)):
                for alias in node.names:
                    whole = f"{module}.{alias.name}"
                    found.append((whole if whole in MODULES else module, inside, node.lineno))
                return
            case ast.ImportFrom(level=1) if path.is_relative_to(ROOT / "scenarios" / "lessons"):
                package = name_of(path) if path.name == "__init__.py" else name_of(path).rpartition(".")[0]
                module = f"{package}.{node.module}" if node.module else package
                for alias in node.names:
                    whole = f"{module}.{alias.name}"
                    found.append((whole if whole in MODULES else module, inside, node.lineno))
                return
            case ast.ImportFrom():
                raise AssertionError(f"{path}:{node.lineno}: imports are absolute, but inside a lesson")
            case _:
                pass
        deeper = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            visit(child, deeper)

    visit(ast.parse(path.read_text()), False)
    return [found_one for found_one in found if found_one[0].split(".")[0] == "harness"]


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_imports_point_only_up_the_list_of_parts(path: Path) -> None:
    module = name_of(path)
    if module == "harness":
        return  # the public face gathers names from all parts
    row = row_of(module)
    assert row is not None, f"{module} has no place in PARTS"
    for imported, inside, line in imports_of(path):
        assert imported != "harness", f"{path}:{line}: import the part itself, not the public face"
        other = row_of(imported)
        assert other is not None, f"{path}:{line}: {imported} has no place in PARTS"
        if other > row:
            allowed = inside and (module, part_of(imported)) in FUNCTION_LEVEL
            assert allowed, f"{path}:{line}: {module} imports {imported}, which stands below it"


def test_no_modules_import_each_other_in_a_circle_not_even_for_their_types() -> None:
    graph = {
        name_of(path): {imported for imported, inside, _ in imports_of(path) if not inside and imported in MODULES}
        for path in SOURCES
        if name_of(path) != "harness"
    }
    while leaves := {module for module, imported in graph.items() if not imported & set(graph)}:
        graph = {module: imported for module, imported in graph.items() if module not in leaves}
    imported_by_others = set().union(*graph.values()) if graph else set()
    circle = sorted(module for module in graph if module in imported_by_others)
    assert not circle, f"these modules import each other: {', '.join(circle)}"


def test_each_part_in_the_list_exists() -> None:
    for part in (name for row in PARTS for name in row):
        assert any(f"{module}.".startswith(f"{part}.") for module in MODULES), part


def test_each_allowed_exception_is_still_needed() -> None:
    used = {
        (name_of(path), part_of(imported))
        for path in SOURCES
        if name_of(path) != "harness"
        for imported, inside, _ in imports_of(path)
        if inside and imported != "harness"
    }
    assert set(FUNCTION_LEVEL) <= used


@pytest.mark.parametrize("path", [path for path in SOURCES if path.read_text().strip()], ids=name_of)
def test_all_names_exactly_what_a_module_exports(path: Path) -> None:
    tree = ast.parse(path.read_text())
    exported: list[str] | None = None
    bound: set[str] = set()
    defined: set[str] = set()
    assigned: set[str] = set()

    def collect(body: list[ast.stmt]) -> None:
        nonlocal exported
        for node in body:
            match node:
                case (
                    ast.Assign(targets=[ast.Name("__all__")], value=value)
                    | ast.AnnAssign(target=ast.Name("__all__"), value=ast.expr() as value)
                ):
                    exported = ast.literal_eval(value)
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                    defined.add(name)
                case ast.Import(names=names) | ast.ImportFrom(names=names):
                    bound.update((alias.asname or alias.name).split(".")[0] for alias in names)
                case ast.Assign(targets=[ast.Name(name)]) | ast.AnnAssign(target=ast.Name(name)) if not name.startswith(
                    "__"
                ):
                    assigned.add(name)
                case ast.If() | ast.Try() | ast.With():
                    collect(node.body)
                    collect(getattr(node, "orelse", []))
                case _:
                    stored = (inner for inner in ast.walk(node) if isinstance(inner, ast.Name))
                    bound.update(inner.id for inner in stored if isinstance(inner.ctx, ast.Store))

    collect(tree.body)
    assert exported is not None, f"{path} has no __all__"
    assert len(set(exported)) == len(exported)
    assert set(exported) <= bound | defined | assigned, "exports a name that it does not have"
    if path.parent == ROOT / "scenarios":
        assert exported == ["scenario"]
    else:
        own = defined if _is_read_as_a_page(path) else defined | assigned
        assert {name for name in own if not name.startswith("_")} <= set(exported), "a public name is not exported"


def _is_read_as_a_page(path: Path) -> bool:
    """Whether a module is a page of teaching: its constants have plain names, and are not imported."""
    return path.is_relative_to(ROOT / "harness" / "stores") or path.parent.name == "programs"


def test_file_names_are_unique_for_tabs_and_tracebacks_show_nothing_else() -> None:
    names = Counter(path.name for path in SOURCES if path.name != "__init__.py")
    assert {name for name, count in names.items() if count > 1} == set(SAME_NAMES)


def test_no_module_is_longer_than_a_reader_keeps_in_mind() -> None:
    longer = {name_of(path) for path in SOURCES if len(path.read_text().splitlines()) > LINES}
    assert longer <= set(LONGER), "is this two nouns?"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_every_module_opens_with_what_it_owns(path: Path) -> None:
    text = path.read_text()
    assert not text.strip() or ast.get_docstring(ast.parse(text)), f"{path} has no docstring"


def test_the_text_of_the_project_speaks_of_the_project_alone() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    outside = ("DESIGN" + ".md", "STYLE" + ".md", "contract" + ".md", "issue" + " #", "/tmp/" + "team")
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path.suffix in {".py", ".md", ".toml", ".txt", ".yml", ""} and path.is_file():
            text = path.read_text(errors="replace")
            assert not [word for word in outside if word in text], f"{name} mentions what a reader cannot open"


def test_the_runtime_needs_what_the_package_declares() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = names_of(project["dependencies"])
    extras = names_of(project["optional-dependencies"]["bench"])
    for path in SOURCES:
        tree = ast.parse(path.read_text())
        in_functions = {
            inner
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            for inner in ast.walk(node)
        }
        for node in ast.walk(tree):
            for name in imported_by(node) - sys.stdlib_module_names - {"harness"}:
                home = path.parent.name if path.parent.parent.name == "integrations" else ""
                own = {home, f"_{home}"} if home else set()  # what it is for
                allowed = declared | {"pytest"} | own | (extras if node in in_functions else set())
                assert name in allowed, f"{path}: {name} is not declared, or of an extra and not imported in a function"


def names_of(requirements: list[str]) -> set[str]:
    return {requirement.split(">")[0] for requirement in requirements}


def imported_by(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name.split(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return {node.module.split(".")[0]}
    return set()
