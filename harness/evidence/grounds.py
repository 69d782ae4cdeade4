"""Defines what an answer rests on: a proof, a token, an unfinished search, a measurement, or a reason with its source.

Each says itself in one line of plain text; a report that wants more than that takes its fields.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.model.result import Failure

__all__ = ["Evidence", "Measurement", "Proof", "Reason", "Search", "Token"]


@dataclass(frozen=True, slots=True)
class Proof:
    """Records that every class of equivalent schedules of a program was executed, and none fails.

    Attributes:
        label: ``scenario@store`` or ``module:name``.
        classes: How many classes.
    """

    label: str
    classes: int

    @property
    def text(self) -> str:
        return f"proved over {self.classes:,} class{'es' if self.classes != 1 else ''}: {self.label}"


@dataclass(frozen=True, slots=True)
class Token:
    """Records a schedule under which a program fails."""

    label: str
    failure: Failure

    @property
    def text(self) -> str:
        needs = f" (needs {self.failure.needs})" if (self.failure.needs or "").startswith("free-threaded") else ""
        return f"{self.what}{needs}: {self.failure.token}"

    @property
    def what(self) -> str:
        """The failure, in one line."""
        first = self.failure.message.partition("\n")[0].rstrip(":").removeprefix("AssertionError: ")
        return f"deadlock: {first}" if self.failure.kind == "deadlock" else first


@dataclass(frozen=True, slots=True)
class Search:
    """Records a search that ended before it had tried all schedules, and found nothing. It decides nothing."""

    label: str
    schedules: int

    @property
    def text(self) -> str:
        return f"not found in {self.schedules:,} schedules, which is no proof: {self.label}"


@dataclass(frozen=True, slots=True)
class Measurement:
    """Records a figure with its interval of 95 % confidence.

    Attributes:
        what: What was measured, with the unit of the figure in ``unit``: ``"s"``, ``"x"`` (times as much) or
            ``"share"`` (1 is all).
        doubts: The benchmark's reasons not to trust the figure; empty if there are none.
    """

    what: str
    value: float
    low: float
    high: float
    unit: str
    doubts: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        doubts = f"; in doubt: {'; '.join(self.doubts)}" if self.doubts else ""
        return f"{self.what}: {_figures(self.unit, self.value, self.low, self.high)}{doubts}"


@dataclass(frozen=True, slots=True)
class Reason:
    """Records what is calculated, looked up or plainly seen, with its source; or why nothing was measured."""

    text: str


Evidence = Proof | Token | Search | Measurement | Reason


def _figures(unit: str, *figures: float) -> str:
    """Return a figure and its interval, in words.

    >>> _figures("s", 641e-9, 637e-9, 650e-9), _figures("x", 2.123, 2.11, 2.134), _figures("share", 0.1, 0.05, 0.2)
    ('641 ns [637 ns, 650 ns]', '2.12 times [2.11 times, 2.13 times]', '10 % [5 %, 20 %]')
    """
    value, low, high = (_figure(unit, each) for each in figures)
    return f"{value} [{low}, {high}]"


def _figure(unit: str, value: float) -> str:
    if unit == "s":
        factor, name = next(((f, n) for f, n in _SECONDS if abs(value) >= f), _SECONDS[-1])
        return f"{value / factor:.3g} {name}"
    if unit == "x":
        return f"{value:.3g} times"
    if unit == "share":
        return f"{value * 100:.3g} %"
    return f"{value:,.4g} {unit}"


_SECONDS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
