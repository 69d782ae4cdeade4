"""What a project says of its explorations in ``[tool.race]`` of its ``pyproject.toml``, and in profiles."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any, Final

from harness.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["NAMES", "PROFILES", "read_settings"]

NAMES: Final = frozenset({
    "strategy", "schedules", "seed", "switching", "order", "preemptions", "detect", "instrument", "max_steps",
    "time_limit",
})  # fmt: skip
"""Arguments of :func:`harness.explore` that settings, profiles and the mark may give."""

PROFILES: Final[dict[str, dict[str, Any]]] = {
    "dev": {"schedules": 200},
    "ci": {"schedules": 1000},
    "nightly": {"schedules": 20_000},
}
"""The profiles that there are without ``[tool.race.profiles]``."""


def read_settings(root: Path, profile: str | None) -> tuple[dict[str, Any], str | None]:
    """Read ``[tool.race]`` of a project.

    Args:
        root: The folder of its ``pyproject.toml``, which may be missing.
        profile: The profile asked for; None: the one that ``[tool.race] profile`` names, if any.

    Returns:
        Arguments for :func:`harness.explore`, and the folder of the database; None: there is to be none.

    Raises:
        UsageError: The file cannot be read, there is no such profile, or it has a setting that does not exist.
    """
    path = root / "pyproject.toml"
    try:
        race = tomllib.loads(path.read_text(encoding="utf-8")).get("tool", {}).get("race", {}) if path.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as exc:
        raise UsageError(f"cannot read {path}: {exc}") from None
    if not isinstance(race, dict):
        raise UsageError(f"{path}: [tool.race] is a table of settings")
    found = {name: value for name, value in race.items() if name in NAMES}
    profiles = {**PROFILES, **_table(path, race, "profiles")}
    name = profile if profile is not None else race.get("profile")
    if name is not None:
        if name not in profiles:
            raise UsageError(f"there is no profile {name!r}; there are: {', '.join(sorted(profiles))}")
        found |= _known(f"{path}: [tool.race.profiles.{name}]", profiles[name])
    folder = race.get("database", ".race")
    if folder is not False and not isinstance(folder, str):
        raise UsageError(f"{path}: [tool.race] database is a folder, or false for none")
    return found, folder or None


def _table(path: Path, race: Mapping[str, Any], name: str) -> dict[str, Any]:
    table = race.get(name, {})
    if not isinstance(table, dict) or not all(isinstance(each, dict) for each in table.values()):
        raise UsageError(f"{path}: [tool.race.{name}] has a table for each profile")
    return table


def _known(where: str, given: Mapping[str, Any]) -> dict[str, Any]:
    for name in given:
        if name not in NAMES:
            raise UsageError(f"{where} has no setting {name!r}; there are: {', '.join(sorted(NAMES))}")
    return dict(given)
