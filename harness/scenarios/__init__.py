"""Finds the built-in scenarios by name: one module each, its docstring the lesson.

A module's name with dashes for underscores is the scenario's name on the command line. In the repository the modules
stand in the folder ``scenarios/`` beside the package, where a reader meets them first; an installed harness has them in
this folder, so that it takes no second name in ``site-packages``. Either way they are imported as
``harness.scenarios.NAME``, and what they are called in tokens is the same.
"""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

from harness.loading import load_object, unknown_name
from harness.model.errors import UsageError
from harness.scenario import Scenario

__all__ = ["all_scenarios", "load", "names"]

if not any(pkgutil.iter_modules(__path__)):  # a checkout
    __path__ = [str(Path(__file__).parents[2] / "scenarios")]


def names() -> list[str]:
    """Return the names of the built-in scenarios, in alphabetical order; none is imported for it."""
    return sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(__path__) if not module.ispkg)


def all_scenarios() -> list[Scenario]:
    """Return the built-in scenarios, in the order of their names."""
    return [load(name) for name in names()]


def load(name: str) -> Scenario:
    """Return the built-in scenario called ``name``, or one of the user's own as ``module:name``.

    >>> load("stuck-at-old-progress").name
    'stuck-at-old-progress'

    Raises:
        UsageError: There is no such scenario, or the name leads to something else.
    """
    if ":" in name:
        found = load_object(name, "a scenario")
    elif name in names():
        found = importlib.import_module(f"{__name__}.{name.replace('-', '_')}").scenario
    else:
        raise unknown_name(name, names(), "scenario")
    if not isinstance(found, Scenario):
        raise UsageError(f"{name} is a {type(found).__name__}, not a harness.Scenario")
    return found
