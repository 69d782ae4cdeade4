"""Figures with their units, as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from harness.bench.bootstrap import Interval

__all__ = ["duration", "duration_interval", "percent", "ratio_interval"]

_UNITS: Final = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))


def duration(seconds: float | None) -> str:
    """Three digits and a unit; a dash for what could not be told.

    >>> [duration(each) for each in (641e-9, 63.6e-6, 10.0, 0.0, None, -2e-9, 999.9e-9)]
    ['641 ns', '63.6 µs', '10 s', '0', '-', '-2 ns', '1 µs']
    """
    if seconds is None:
        return "-"
    if not seconds:
        return "0"
    factor, unit = _unit(seconds)
    return f"{_digits(seconds / factor)} {unit}"


def duration_interval(interval: Interval, sign: bool = False) -> str:
    """A figure and its interval in one unit.

    >>> from harness.bench.bootstrap import Interval
    >>> duration_interval(Interval(641e-9, 637e-9, 650e-9), sign=True)
    '+641 ns [637, 650]'
    """
    factor, unit = _unit(max(abs(interval.low), abs(interval.high), abs(interval.value)))
    value, low, high = (_digits(each / factor) for each in (interval.value, interval.low, interval.high))
    plus = "+" if sign and interval.value > 0 else ""
    return f"{plus}{value} {unit} [{low}, {high}]"


def ratio_interval(interval: Interval | None) -> str:
    """How many times as much.

    >>> from harness.bench.bootstrap import Interval
    >>> ratio_interval(Interval(2.123, 2.11, 2.134))
    '2.12x [2.11, 2.13]'
    """
    if interval is None:
        return "-"
    return f"{interval.value:.2f}x [{interval.low:.2f}, {interval.high:.2f}]"


def percent(share: float) -> str:
    """A share with two digits, down to 0.01 %.

    >>> [percent(each) for each in (1.5, 0.0642, 0.00064, 6.4e-5)]
    ['150%', '6.4%', '0.064%', '<0.01%']
    """
    if 0 < share < 9.5e-5:
        return "<0.01%"
    if share >= 0.1:
        return f"{share:.0%}"
    return f"{share * 100:.2g}%"


def _unit(seconds: float) -> tuple[float, str]:
    size = abs(seconds) * 1.0005  # 999.9 ns are 1 µs
    return next(((factor, unit) for factor, unit in _UNITS if size >= factor), _UNITS[-1])


def _digits(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 999.5 else f"{value:,.0f}"
