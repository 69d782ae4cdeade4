"""The scenarios that come with the harness: one module each, its docstring the lesson.

A module's name with dashes for underscores is the scenario's name on the command line.
"""

from __future__ import annotations

import importlib
import pkgutil

from harness.loading import load_object, unknown_name
from harness.model.errors import UsageError
from harness.scenario import Scenario

__all__ = ["all_scenarios", "load", "names"]


def names() -> list[str]:
    """The names of the built-in scenarios, in alphabetical order; nothing is imported for it."""
    return sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(__path__))


def all_scenarios() -> list[Scenario]:
    """The built-in scenarios, in the order of their names."""
    return [load(name) for name in names()]


def load(name: str) -> Scenario:
    """The built-in scenario called ``name``, or one of your own as ``module:name``.

    >>> load("stuck-at-old-progress").name
    'stuck-at-old-progress'

    Raises:
        UsageError: There is no such scenario, or what the name leads to is none.
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
