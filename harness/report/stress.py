"""How often programs failed by themselves, as a table and as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from harness.stress.frequency import Frequency

__all__ = ["render_stress", "stress_json"]


def render_stress(frequencies: Sequence[Frequency]) -> RenderableType:
    """One row a program, then the commonest failure of each."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, header_style="bold")
    table.add_column("program", no_wrap=True)
    for name in ("runs", "failed", "95 % interval"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for each in frequencies:
        share = f"{each.share:.2%}" if each.share is not None else "-"
        table.add_row(
            Text(each.label),
            f"{each.runs:,}",
            share,
            f"{each.low:.2%} to {each.high:.2%}",
            Text(each.word + (", hangs" if each.hung else ""), style="red" if each.failures else "green"),
        )
    mostly = [Text(f"{each.label}: {each.messages.most_common(1)[0][0]}") for each in frequencies if each.messages]
    return Group(table, *([""] if mostly else []), *mostly)


def stress_json(frequencies: Sequence[Frequency]) -> list[dict[str, Any]]:
    """For each program: runs, failures, share with its interval, word, and messages with their counts."""
    return [
        {
            "label": each.label,
            "runs": each.runs,
            "failures": each.failures,
            "hung": each.hung,
            "share": each.share,
            "low": each.low,
            "high": each.high,
            "word": each.word,
            "messages": dict(each.messages.most_common()),
        }
        for each in frequencies
    ]
