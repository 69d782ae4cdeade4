"""The files that ``race init`` writes into a project, each short enough to be read before it is kept."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from harness.model.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["StarterFile", "starter_files"]

_TEST: Final = '''"""A first exploration: put an object of yours, which threads share, in the place of Counter."""

import threading

import harness


class Counter:
    def __init__(self):
        self.lock = threading.Lock()
        self.value = 0

    def add(self):
        with self.lock:  # take this line away, and the test shows why it is there
            self.value += 1


def two_threads():
    counter = Counter()
    threads = [threading.Thread(target=counter.add) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counter.value == 2


def test_two_threads():
    assert harness.explore(two_threads).verdict == "proved"
'''
_SETTINGS: Final = """
[tool.race] # what `race gate` runs; `race gate --update` writes what it compares with
programs = [{program}]
"""
_GITHUB: Final = """name: race
on: [push, pull_request]
permissions: {{contents: read, security-events: write}}
jobs:
  race:
    runs-on: ubuntu-latest
    timeout-minutes: 15
    steps:
      - uses: actions/checkout@v4
        with: {{fetch-depth: 0}} # the commit of the baseline is measured too
      - uses: actions/setup-python@v5
        with: {{python-version: "3.12"}}
      - run: python -m pip install {install}
      - run: race gate --time-budget 300 --sarif race.sarif --junit race.xml
      - uses: github/codeql-action/upload-sarif@v3
        if: always() && hashFiles('race.sarif') != ''
        with: {{sarif_file: race.sarif, category: race}}
      - uses: actions/upload-artifact@v4
        if: always()
        with: {{name: race, path: race.*}}
"""
_GITLAB: Final = """race:
  image: python:3.12
  variables: {{GIT_DEPTH: "0"}} # the commit of the baseline is measured too
  script:
    - python -m pip install {install}
    - race gate --time-budget 300 --junit race.xml --summary race.md
  artifacts:
    when: always
    reports: {{junit: race.xml}}
    paths: [race.md]
"""
_PRE_COMMIT: Final = """repos:
  - repo: local
    hooks:
      - id: race
        name: race gate
        entry: race gate --time-budget 60
        language: system
        pass_filenames: false
        types: [python]
        stages: [pre-push]
"""
_CI: Final = {"github": (".github/workflows/race.yml", _GITHUB), "gitlab": (".gitlab-ci.yml", _GITLAB)}


@dataclass(frozen=True, slots=True)
class StarterFile:
    """One file to be written.

    Attributes:
        path: In the project.
        text: The whole new text.
        known: It is there already and stays as it is; for ``hint``, what a user may add to it.
    """

    path: Path
    text: str
    known: bool = False
    hint: str = ""


def starter_files(root: Path, ci: str) -> list[StarterFile]:
    """What a project is to get, and what it has already.

    Args:
        root: The project's folder.
        ci: ``"github"``, ``"gitlab"`` or ``"none"``.

    Raises:
        UsageError: Its ``pyproject.toml`` cannot be read.
    """
    settings = root / "pyproject.toml"
    try:
        text = settings.read_text(encoding="utf-8") if settings.exists() else ""
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise UsageError(f"cannot read {settings}: {exc}") from None
    except OSError as exc:
        raise UsageError(f"cannot read {settings}: {exc.strerror}") from None
    test = _free_place(root / "tests")
    section = _SETTINGS.format(program=json.dumps(f"tests/{test.name}:two_threads"))
    tool = table.get("tool")
    has_section = isinstance(tool, dict) and "race" in tool
    files = [
        StarterFile(settings, text if has_section else f"{text.rstrip()}\n{section}".lstrip(), has_section, section),
        StarterFile(test, _TEST, test.exists(), _TEST),
        _new(root / ".pre-commit-config.yaml", _PRE_COMMIT),
    ]
    if ci in _CI:
        name, template = _CI[ci]
        files.append(_new(root / name, template.format(install=_install(root, table))))
    return files


def _free_place(folder: Path) -> Path:
    """A file for the test that nothing else stands in: a project may have tests of races already."""
    for name in ("test_races", "test_first_race", "test_race_harness"):
        path = folder / f"{name}.py"
        if not path.exists() or path.read_text(encoding="utf-8", errors="replace") == _TEST:
            return path
    raise UsageError(f"{folder} has test_races.py, test_first_race.py and test_race_harness.py: rename one of them")


def _new(path: Path, text: str) -> StarterFile:
    return StarterFile(path, text, path.exists(), text)


def _install(root: Path, table: dict[str, Any]) -> str:
    """What CI installs: the harness, and the project as far as it says how."""
    parts = ["race-harness"]
    project = table.get("project")
    if isinstance(project, dict):
        extras = project.get("optional-dependencies")
        named = [name for name in ("test", "tests", "dev") if isinstance(extras, dict) and name in extras]
        parts.append(f"-e '.[{named[0]}]'" if named else "-e .")
    parts += ["-r requirements.txt"] if (root / "requirements.txt").exists() else []
    return " ".join(parts)
