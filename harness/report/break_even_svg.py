"""The break-even curve as SVG, drawn by pygal."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, Any, Final

from harness.bench.break_even import SHARE, WORKS
from harness.model.errors import UsageError
from harness.report.units import duration, duration_interval

if TYPE_CHECKING:
    from collections.abc import Sequence
    from xml.etree.ElementTree import Element

    from harness.bench.break_even import Curve

__all__ = ["break_even_svg", "import_pygal", "require_pygal", "without_scripts"]

_LIMIT: Final = "#c00"
_COLOURS: Final = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#7a5195", "#444444")
"""Told apart by everybody: Okabe and Ito's, and two more."""


def require_pygal() -> None:
    """Find out before a long run, not after it, that pygal is missing.

    Raises:
        UsageError: It is.
    """
    import_pygal()


def break_even_svg(curves: Sequence[Curve]) -> str:
    """A line for each lock, a dashed one at one per cent, and in the legend where they meet, with the interval.

    Both axes are logarithmic, and on them the interval itself would be thinner than the line. The file needs nothing
    from anywhere: no script, no font.

    Raises:
        UsageError: pygal is missing, or there is no curve to draw.
    """
    pygal = import_pygal()

    if not curves:
        raise UsageError("there is no curve to draw: no update was measured; leave out --svg or add --operation update")
    lines = [curve for curve in curves if curve.cost.value > 0]
    style = pygal.style.Style(
        background="white", plot_background="white", foreground="#333", foreground_strong="#111",
        foreground_subtle="#777", colors=(_LIMIT, *(_COLOURS[index % len(_COLOURS)] for index in range(len(lines)))),
    )  # fmt: skip
    chart = pygal.XY(
        style=style, js=[], show_dots=False, title="What a lock adds to the work around an update",
        x_title="work around the update", y_title="overhead", width=900, height=600, legend_at_bottom=True,
        legend_at_bottom_columns=1, truncate_legend=-1, human_readable=False,
        x_value_formatter=lambda exponent: duration(10**exponent),
        value_formatter=lambda exponent: f"{10**exponent * 100:g}%",
    )  # fmt: skip
    chart.x_labels = [round(math.log10(work)) for work in WORKS]
    chart.y_labels = range(-7, 1)
    limit = [(math.log10(work), math.log10(SHARE)) for work in (WORKS[0], WORKS[-1])]
    chart.add(f"{SHARE:.0%}", limit, stroke_style={"width": 2, "dasharray": "6, 4"})
    for curve in lines:
        doubt = "" if curve.conclusive else ", inconclusive"
        points = [(math.log10(work), math.log10(curve.at(work).value)) for work in WORKS]
        chart.add(
            f"{curve.name}: below {SHARE:.0%} from {duration_interval(curve.size)}{doubt}",
            points,
            stroke_style={"width": 2},
        )
    chart.add_xml_filter(without_scripts)
    return str(chart.render(is_unicode=True)) + "\n"


def import_pygal() -> Any:
    """Import pygal, and take back the import hook that it leaves behind: of a kind that Python 3.12 no longer asks."""
    try:
        import pygal
        import pygal.style
    except ImportError as exc:
        raise UsageError(f"--svg needs pygal ({exc}); install it: pip install 'race-harness[bench]'") from None
    finally:
        # That of importlib_metadata stays: since it is imported, the standard library's own finds no distribution.
        sys.meta_path[:] = [hook for hook in sys.meta_path if not type(hook).__module__.startswith("pygal")]
    return pygal


def without_scripts(root: Element) -> Element:
    """Pygal writes its settings into the file, for tooltips that are not in there."""
    for parent in list(root.iter()):
        for child in parent.findall("script"):
            parent.remove(child)
    return root
