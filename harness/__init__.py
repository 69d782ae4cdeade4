"""Reproduces, proves and teaches race conditions in Python services that mix asyncio and threads.

Data flows down this list, and a part imports only what stands above it::

    model/         values: options, tokens, events, results, errors
    instrument/    source -> code that announces its accesses
    engine/        one execution: actors, turns, clock, deadlocks
    stdlib/        threading, asyncio, queue, time, sqlite3 under its control
    strategies/    who makes the decisions
    timeline/      history -> lanes, rows, words;   oracles/, linearizability/  what is wrong with an execution
    exploration/   the loop around executions;   runners/  who executes its shares
    real/          the same schedule on real threads and the stock loop
    scenario.py, stores/, scenarios/   the job stores and what is done to them;   catalog.py  what a label names
    audit/, bench/, evidence/, gate/, stress/   products beside the engine
    report/        what people read;   integrations/  Hypothesis;   cli/  the ``race`` command

This module is the face of all that. Each name is loaded when it is first asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harness.exploration.loop import explore
    from harness.exploration.replaying import replay
    from harness.model import errors
    from harness.model.errors import (
        HarnessError,
        InstrumentationError,
        InstrumentationWarning,
        NondeterminismError,
        RaceFound,
        ScenarioError,
        TokenError,
        UncontrolledError,
        UsageError,
    )
    from harness.model.finding import LostUpdate
    from harness.model.options import Options
    from harness.model.result import Execution, Exploration, Failure
    from harness.real.confirming import Confirmation, confirm
    from harness.scenario import Scenario
    from harness.strategies.strategy import Strategy

__all__ = [
    "Confirmation",
    "Execution",
    "Exploration",
    "Failure",
    "HarnessError",
    "InstrumentationError",
    "InstrumentationWarning",
    "LostUpdate",
    "NondeterminismError",
    "Options",
    "RaceFound",
    "Scenario",
    "ScenarioError",
    "Strategy",
    "TokenError",
    "UncontrolledError",
    "UsageError",
    "confirm",
    "errors",
    "explore",
    "replay",
]

_MODULES = {
    "harness.exploration.loop": ("explore",),
    "harness.exploration.replaying": ("replay",),
    "harness.model.options": ("Options",),
    "harness.model.finding": ("LostUpdate",),
    "harness.model.result": ("Execution", "Exploration", "Failure"),
    "harness.real.confirming": ("Confirmation", "confirm"),
    "harness.scenario": ("Scenario",),
    "harness.strategies.strategy": ("Strategy",),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'harness' has no attribute {name!r}")
    home = importlib.import_module(_HOME.get(name, "harness.model.errors"))
    value = home if name == "errors" else getattr(home, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)
