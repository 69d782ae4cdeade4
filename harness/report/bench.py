"""A benchmark for the terminal: what locks cost, from which work on that is nothing, and what waiting for them does."""

from __future__ import annotations

import platform
from itertools import groupby
from typing import TYPE_CHECKING, Final

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from harness.bench.break_even import SHARE, WORKS
from harness.bench.contenders import CONTENDERS
from harness.report.units import duration, duration_interval, percent, ratio_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from harness.bench.benchmark import Bench
    from harness.bench.break_even import Curve
    from harness.bench.comparison import Comparison
    from harness.bench.contention import Contention
    from harness.bench.loop_lag import Lag

__all__ = ["machine_line", "render_bench", "result_lines"]

_SHOWN_HOLD: Final = 10e-6
_SHOWN: Final = (CONTENDERS[2], CONTENDERS[4], CONTENDERS[5])
"""Of all conditions, the ones that a table shows if it is not asked for all."""


def render_bench(bench: Bench, everything: bool = False) -> RenderableType:
    """The tables of a benchmark, for a rich console.

    Args:
        bench: What was measured.
        everything: Every condition of contention; otherwise the hardest ones, with one hold time.
    """
    parts: list[RenderableType] = [_uncontended([bench.control, *bench.comparisons])]
    if bench.curves:
        parts += ["", _break_even(bench.curves)]
    if bench.contentions:
        shown = [each for each in bench.contentions if everything or _is_shown(each)]
        left_out = len(bench.contentions) - len(shown)
        parts += ["", _contention(shown, left_out), *_failures(bench.contentions)]
    if bench.lags:
        parts += ["", _lag(bench.lags)]
    parts += ["", *(Text(line, style="dim") for line in result_lines(bench))]
    return Group(*parts)


def result_lines(bench: Bench) -> list[str]:
    """What is to be kept in mind beside the figures: the machine, and how much of it could not be told."""
    judged = [each.conclusive for each in bench.comparisons]
    judged += [each.conclusive for each in bench.contentions if each.ratio is not None]
    judged += [each.conclusive for each in bench.lags]
    unclear = judged.count(False)
    share = f"inconclusive: {unclear} of {len(judged)} differences"
    lines = [f"[low, high]: with 95 % confidence, for this process on this machine; {share}", machine_line(bench)]
    lines += [f"in doubt: {doubt}" for doubt in bench.doubts]
    return lines


def machine_line(bench: Bench) -> str:
    """The machine in one line."""
    machine = bench.machine
    load = f", load {machine.load:.1f}" if machine.load is not None else ""
    pinned = f"pinned to {', '.join(map(str, machine.pinned))}" if machine.pinned else "not pinned"
    return (
        f"{platform.python_implementation()} {platform.python_version()} {'with' if machine.gil else 'without'} the "
        f"GIL, {machine.cpus} processors{load}, {pinned}, garbage collector off"
    )


def _table(*columns: tuple[str, int]) -> Table:
    """A table with columns of these titles and widths, the first one to the left."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, header_style="bold", padding=0)
    for index, (name, width) in enumerate(columns):
        table.add_column(name, width=width, justify="left" if index == 0 else "right", no_wrap=True)
    return table


def _uncontended(comparisons: Sequence[Comparison]) -> RenderableType:
    table = _table(("uncontended", 33), ("time", 8), ("without", 8), ("difference", 25), ("ratio", 22))
    for index, each in enumerate(comparisons):
        is_control = index == 0
        quiet = is_control or each.conclusive
        table.add_row(
            each.name,
            duration(each.a.value),
            duration(each.b.value) if each.ratio is not None else "",
            "" if is_control else Text(duration_interval(each.difference, sign=True), style="" if quiet else "dim"),
            Text(ratio_interval(each.ratio) if each.ratio is not None else "", style="" if quiet else "dim"),
        )
    notes: list[RenderableType] = [
        Text(f"inconclusive: {each.name}: {'; '.join(each.doubts)}", style="yellow")
        for each in comparisons[1:]
        if not each.conclusive
    ]
    others = dict.fromkeys(each.against for each in comparisons[1:] if each.against.startswith("the store"))
    for other in others:
        names = [each.name.removeprefix("update ") for each in comparisons if each.against == other]
        notes.append(Text(f"against {other}, for no lock is found in the source: {', '.join(names)}", style="dim"))
    notes.append(Text("the first line is the same code twice: so much of a difference is the machine's", style="dim"))
    return Group(table, *notes)


def _break_even(curves: Sequence[Curve]) -> RenderableType:
    works = [(duration(work), 6) for work in WORKS]
    table = _table(("overhead with work of", 21), *works, (f"< {SHARE:.0%} from", 21))
    for curve in curves:
        cells = []
        for work in WORKS:
            share = curve.at(work).value
            cells.append(Text(percent(share) if share > 0 else "none", style="green" if share < SHARE else "red"))
        size = duration_interval(curve.size) if curve.size.high else "the first on"
        table.add_row(curve.name, *cells, Text(size, style="bold" if curve.conclusive else "yellow"))
    unclear = ["yellow: inconclusive, see above"] if not all(curve.conclusive for curve in curves) else []
    return Group(table, *(Text(each, style="dim") for each in unclear))


def _is_shown(each: Contention) -> bool:
    return each.contenders in _SHOWN and (each.how == "calls" or each.hold == _SHOWN_HOLD)


def _contention(contentions: Sequence[Contention], left_out: int) -> RenderableType:
    columns = (
        ("contended", 23), ("updates/s", 9), ("of those without", 21), ("wait p50", 8), ("p99", 7), ("p99.9", 7),
        ("longest", 7), ("fair", 4),
    )  # fmt: skip
    parts: list[RenderableType] = [_table(*columns)]
    for group, members in groupby(contentions, key=_group):
        table = _table(*columns)
        table.show_header = False
        for each in members:
            table.add_row(*_contention_cells(each))
        parts += [Text(group, style="bold"), table]
    note = "yellow: inconclusive, the interval includes 1. fair: 1 if all got the same, 1/n if one of n got everything"
    if left_out:
        note += f". {left_out} more conditions are in --json, and in --operation contended"
    return Group(*parts, Text(note, style="dim"))


def _group(each: Contention) -> str:
    held = f"held for {duration(each.hold)}" if each.hold else "held for the update alone"
    return f"{each.contenders}, {'whole calls' if each.how == 'calls' else held}"


def _contention_cells(each: Contention) -> list[RenderableType]:
    bare, calls, waits = each.name == "no lock", each.how == "calls", each.waits
    numbers = (waits.p50, waits.p99, waits.p999, waits.longest)
    return [
        f"  {each.name}, {each.how}" if bare and not calls else f"  {each.name}",
        f"{each.rate.value:,.0f}" if each.rate is not None else "failed",
        Text(ratio_interval(each.ratio) if each.ratio else "", style="" if each.conclusive else "yellow"),
        *(["-"] * 4 if bare and not calls else map(duration, numbers)),
        f"{each.fairness:.2f}",
    ]


def _failures(contentions: Sequence[Contention]) -> list[RenderableType]:
    found = []
    for each in contentions:
        for what, count in each.failures:
            found.append(Text(f"failed: {each.name}, {each.contenders}: {what} ({count})", style="red"))
    return [*found]


def _lag(lags: Sequence[Lag]) -> RenderableType:
    table = _table(
        ("lag of the event loop", 23), ("held for", 9), ("lag p50", 8), ("p99", 8), ("longest", 8),
        ("the lock adds to p90", 30),
    )  # fmt: skip
    for each in lags:
        table.add_row(
            each.name,
            duration(each.held),
            duration(each.lags.p50),
            duration(each.lags.p99),
            duration(each.lags.longest),
            Text(duration_interval(each.added, sign=True), style="" if each.conclusive else "yellow"),
        )
    return Group(table, Text("held half of the time, by a thread or by another task of the loop", style="dim"))
