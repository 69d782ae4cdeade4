"""What ``[tool.race]`` in ``pyproject.toml`` says to the gate."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from harness.model.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["GateSettings", "read_settings"]

_NAMES = ("programs", "tests", "scenarios", "benches", "fails")


@dataclass(frozen=True, slots=True)
class GateSettings:
    """What the gate runs, and how.

    Attributes:
        programs, tests: Labels of what is to be safe, as ``race run`` takes them.
        scenarios: Names of scenarios, which are run against the stores that they expect something of; or
            ``scenario@store``.
        benches: Stores whose lock is to cost no more than it did.
        fails: Those of the programs and tests that are expected to fail: each shows a fault that is known.
        schedules, seed, strategy: As :func:`harness.explore` has them.
        slower: By which share a lock may cost more; 0.25 is a quarter.
    """

    programs: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    benches: tuple[str, ...] = ()
    fails: tuple[str, ...] = ()
    schedules: int = 1000
    seed: int = 0
    strategy: str = "auto"
    slower: float = 0.25


_DEFAULTS = GateSettings()


def read_settings(root: Path) -> GateSettings:
    """Read the settings of a project.

    Raises:
        UsageError: There are none, or one of them makes no sense.
    """
    path = root / "pyproject.toml"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(f"there is no {path}, which says what the gate is to run: 'race init' writes it") from None
    except OSError as exc:
        raise UsageError(f"cannot read {path}: {exc.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise UsageError(f"cannot read {path}: {exc}") from None
    tool = table.get("tool", {})
    given = tool.get("race", {}) if isinstance(tool, dict) else {}
    if not isinstance(given, dict):
        raise UsageError(f"{path}: [tool.race] is a table of settings, not {given!r}")
    return _settings(given, f"{path}: [tool.race]")


def _settings(given: dict[str, Any], where: str) -> GateSettings:
    values: dict[str, Any] = {}
    for name in _NAMES:
        value = given.get(name, [])
        if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
            raise UsageError(f'{where} {name} is a list of names, such as ["tests/races.py:program"], not {value!r}')
        values[name] = tuple(dict.fromkeys(value))
    for name, kind, least in (("schedules", int, 1), ("seed", int, None), ("slower", (int, float), 0)):
        value = given.get(name, getattr(_DEFAULTS, name))
        if isinstance(value, bool) or not isinstance(value, kind) or (least is not None and not value >= least):
            raise UsageError(
                f"{where} {name} is a number{'' if least is None else f', at least {least}'}, not {value!r}"
            )
        values[name] = value
    values["strategy"] = given.get("strategy", "auto")
    if not isinstance(values["strategy"], str):
        raise UsageError(f"{where} strategy is a name such as 'auto', not {values['strategy']!r}")
    unknown = set(values["fails"]) - {*values["programs"], *values["tests"]}
    if unknown:
        raise UsageError(f"{where} fails names {', '.join(sorted(unknown))}, which is among neither programs nor tests")
    if not any(values[name] for name in ("programs", "tests", "scenarios", "benches")):
        raise UsageError(f"{where} names nothing for the gate to run: give it programs = [...] or tests = [...]")
    return GateSettings(**values)
