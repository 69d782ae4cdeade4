"""Reproduces, proves and teaches race conditions in Python services that mix asyncio and threads.

Data flows down this list, and a part imports only what stands above it::

    instrument/   source -> code that announces its accesses
    world/        virtual threads, event loops, clock, locks: runs one execution
    schedule/     decisions: strategies and tokens
    history/      events, happens-before, timelines
    oracles/      what is wrong with an execution
    session, explore, shrink, replay: the loop around them
    real/         real threads and the stock loop;   confirm: a failure, made to happen there
    stores/       the job stores;   scenario.py: who does what to them
    overhead/     what a lock costs;   claims/   what the quick reference says, tried
    report/       what people read;    cli/      the ``race`` command
"""

from harness.exploration.loop import explore
from harness.exploration.replaying import replay
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
from harness.model.result import Execution, Exploration, Failure, LostUpdate
from harness.real.confirming import Confirmation, confirm
from harness.scenario import Scenario
from harness.strategies import Strategy

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
    "RaceFound",
    "Scenario",
    "ScenarioError",
    "Strategy",
    "TokenError",
    "UncontrolledError",
    "UsageError",
    "confirm",
    "explore",
    "replay",
]
