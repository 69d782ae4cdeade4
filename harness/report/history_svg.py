"""The history of runs as SVG, drawn by pygal: what each program's search executed, and what each lock cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.model.border import printable
from harness.report.break_even_svg import import_pygal, without_scripts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.run_history import CostLine, HistoryLine

__all__ = ["history_svg"]


def history_svg(lines: Sequence[HistoryLine], costs: Sequence[CostLine]) -> str:
    """A line for each program (behaviours that were proved, over runs) and for each store (ns that its lock adds).

    Raises:
        UsageError: pygal is missing.
    """
    pygal = import_pygal()
    names = {line.time: line.revision[:10] for line in lines} | {cost.time: cost.revision[:10] for cost in costs}
    moments = sorted(names)
    chart = pygal.Line(
        js=[], title="Behaviours proved, and what locks cost", x_title="commit", y_title="behaviours",
        width=900, height=600, legend_at_bottom=True, legend_at_bottom_columns=1, truncate_legend=-1,
        x_label_rotation=45,
    )  # fmt: skip
    chart.x_labels = [names[moment] or "-" for moment in moments]
    for label in dict.fromkeys(line.label for line in lines):
        proved = {line.time: line.classes for line in lines if line.label == label and line.verdict == "proved"}
        chart.add(printable(label), [proved.get(moment) for moment in moments])
    for store in dict.fromkeys(cost.store for cost in costs):
        added = {cost.time: cost.locked - cost.bare for cost in costs if cost.store == store}
        chart.add(f"lock of {printable(store)} (ns)", [added.get(moment) for moment in moments], secondary=True)
    chart.add_xml_filter(without_scripts)
    return str(chart.render(is_unicode=True)) + "\n"
