"""Labels and what they stand for: scenarios, stores, and programs of the user's own.

A label is what a token, a table and the command line call a program: ``scenario@store`` or ``module:name``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness import scenarios, stores
from harness.loading import load_object
from harness.model.errors import TokenError, UsageError
from harness.model.program import check_program
from harness.model.token import Token
from harness.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from harness.exploration.showing import Other

__all__ = ["find", "other_store", "program_named", "program_of_token", "stores_for"]


def find(name: str) -> Scenario | Callable[[], Any]:
    """Find a scenario by its name, or a scenario or a program as ``module:name`` or ``path.py:name``.

    Raises:
        UsageError: There is no such thing, or it is neither.
    """
    if ":" not in name:
        return _scenario(name)
    found = load_object(name, "a scenario or a program")
    if isinstance(found, Scenario):
        return found
    if callable(found):
        check_program(found)
        return found
    raise UsageError(f"{name} is neither a harness.Scenario nor a function without arguments, but {found!r}")


def _scenario(name: str) -> Scenario:
    scenario, at, store = name.partition("@")
    if at and scenario in scenarios.names():
        raise UsageError(f"{name!r} names a store too, which an option does here: {scenario} --store {store}")
    if name not in scenarios.names() and (name.endswith(".py") or "/" in name or Path(f"{name}.py").exists()):
        file = name if name.endswith(".py") else f"{name}.py"
        raise UsageError(f"{name!r} is no scenario; name a function of that file: {file}:program")
    return scenarios.load(name)


def stores_for(scenario: Scenario, names: Sequence[str], everything: bool) -> list[type[Any]]:
    """Choose the stores to run a scenario against.

    Those of these ``names``; without names, those that it expects something of, the slow ones only if ``everything`` is
    asked for; and where it expects nothing of any, the default ones.
    """
    slow = set() if everything else set(stores.STORES) - set(stores.DEFAULT_STORES)
    wanted = names or [name for name in scenario.expect or stores.DEFAULT_STORES if name not in slow]
    return [stores.load(name) for name in wanted]


def program_of_token(token: str) -> Callable[[], Any]:
    """Find the program that a token names.

    Raises:
        TokenError: The token names none.
    """
    label, _ = Token.split(token)
    if not label:
        raise TokenError(
            f"token {token!r} does not name its program: "
            f"a token looks like scenario@store:2kPq3... or module:name:2kPq3..."
        )
    return program_named(label)


def program_named(label: str) -> Callable[[], Any]:
    """Find the program with a label: ``scenario@store``, ``module:name`` or ``path.py:name``.

    Example:
        >>> program_named("stuck-at-old-progress@thread-lock").label
        'stuck-at-old-progress@thread-lock'

    Raises:
        UsageError: There is no such thing, or it is a scenario without a store.
    """
    scenario, at, store = label.partition("@")
    found = find(scenario)
    if isinstance(found, Scenario):
        if not at:
            raise UsageError(f"{label} is a scenario, and its store is missing: write {label}@unlocked, for one")
        return found.program(stores.load(store))
    return found


def other_store(scenario: Scenario) -> Other | None:
    """Find a store with a lock that a scenario is to be safe with, to be set beside a failure.

    Example:
        >>> other_store(find("stuck-at-old-progress")).store
        'thread-lock'
    """
    from harness.exploration.showing import Other

    for name in ("thread-lock", "per-job-lock", "asyncio-lock"):
        if scenario.expect.get(name) == "safe":
            return Other(name, scenario.program(stores.load(name)))
    return None
