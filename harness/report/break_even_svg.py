"""The break-even curve as SVG, drawn by pygal."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from harness.errors import UsageError
from harness.overhead.break_even import SHARE, WORKS
from harness.report.units import duration, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.overhead.break_even import Curve

__all__ = ["break_even_svg", "require_pygal"]


def require_pygal() -> None:
    """Find out before a long run, not after it, that pygal is missing.

    Raises:
        UsageError: It is.
    """
    try:
        import pygal  # noqa: F401
    except ImportError as exc:
        raise UsageError(f"--svg needs pygal ({exc}); install it: pip install 'race-harness[bench]'") from None


def break_even_svg(curves: Sequence[Curve]) -> str:
    """A line for each lock, with its interval as two thinner ones, and a dashed one at one per cent.

    Both axes are logarithmic. The file needs nothing from anywhere: no script, no font.

    Raises:
        UsageError: pygal is missing, or there is no curve to draw.
    """
    require_pygal()
    import pygal
    from pygal.style import CleanStyle

    if not curves:
        raise UsageError("there is no curve to draw: no update was measured; leave out --svg or add --operation update")
    chart = pygal.XY(
        style=CleanStyle, js=[], show_dots=False, title="What a lock adds to the work around an update",
        x_title="work around the update", y_title="overhead", width=900, height=560, legend_at_bottom=True,
        x_value_formatter=lambda exponent: duration(10**exponent), human_readable=False,
        value_formatter=lambda exponent: percent(10**exponent),
    )  # fmt: skip
    chart.x_labels = [round(math.log10(work)) for work in WORKS]
    chart.y_labels = range(-7, 1)
    for curve in curves:
        if curve.cost.value > 0:
            chart.add(f"{curve.name}: < {SHARE:.0%} from {duration(curve.size.value)}", _points(curve, "value"))
    for curve in curves:
        for end in ("low", "high"):
            if getattr(curve.cost, end) > 0:
                chart.add(None, _points(curve, end), stroke_style={"width": 0.4})
    flat = [(math.log10(work), math.log10(SHARE)) for work in (WORKS[0], WORKS[-1])]
    chart.add(f"{SHARE:.0%}", flat, stroke_style={"width": 1, "dasharray": "4, 4"})
    return str(chart.render(is_unicode=True)) + "\n"


def _points(curve: Curve, end: str) -> list[tuple[float, float]]:
    return [(math.log10(work), math.log10(getattr(curve.at(work), end))) for work in WORKS]
