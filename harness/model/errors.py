"""Every exception that the harness raises, each with the remedy in its message."""

from __future__ import annotations

__all__ = [
    "HarnessError",
    "InstrumentationError",
    "InstrumentationWarning",
    "NondeterminismError",
    "RaceFound",
    "ScenarioError",
    "TokenError",
    "UncontrolledError",
    "UsageError",
]


class HarnessError(Exception):
    """Base of all errors of the harness: catch this one to catch them all."""


class UsageError(HarnessError):
    """The caller asked for something that does not exist or cannot be: a wrong name, an empty selection."""


class InstrumentationError(HarnessError):
    """The source of a program cannot be had or rewritten, so its accesses could not be seen."""


class InstrumentationWarning(UserWarning):
    """A module named in ``instrument=`` has no Python source: its code runs as one step."""


class UncontrolledError(HarnessError):
    """The program did something that the world cannot schedule: a socket, a subprocess, a raw thread.

    The message names the call and the line of the program that made it.
    """


class NondeterminismError(HarnessError):
    """A replay left the recorded path: something outside the schedule decides what the program does."""


class TokenError(HarnessError):
    """A token is damaged, of another version, or made for other source."""


class ScenarioError(HarnessError):
    """A scenario failed outside the code under test: in its own set-up, or it is incomplete."""


class RaceFound(AssertionError):
    """Raised by :meth:`harness.Exploration.raise_if_failed`; its text is the whole report."""


for _name in __all__:  # tracebacks name them as users import them
    globals()[_name].__module__ = "harness"
