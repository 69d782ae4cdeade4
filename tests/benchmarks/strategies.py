"""How many schedules each strategy needs to the first failure: ``make strategies``.

Every scenario against every store that it expects to fail, and every classic bug of ``tests/classics``; for each
strategy the median and the worst of some seeds. Schedules are counted, not seconds, so the table is the same on every
machine; a seed that found nothing within the limit counts as one more than the limit. ``auto`` is compared with the
best median of the others.
"""

from __future__ import annotations

import argparse
import datetime
import platform
import statistics
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from harness import scenarios
from harness.engine.run import Abandoned
from harness.exploration.session import Session
from harness.stores import load
from harness.strategies import make_strategy
from tests.classics import CLASSICS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = ["SINGLE", "WITHIN", "Row", "measure", "programs"]

SINGLE = ("random", "pct", "pos", "surw")
"""The strategies that ``auto`` is compared with."""
WITHIN = 1.5
RESULTS = Path("results/latest/strategies.md")


@dataclass(frozen=True)
class Row:
    """What was measured of one program.

    Attributes:
        name: Of the program.
        found: For each strategy, for each seed: the schedule that failed, from 1; one more than ``limit`` if none did.
        limit: At most so many schedules were made.
    """

    name: str
    found: dict[str, list[int]]
    limit: int

    def median(self, strategy: str) -> float:
        return statistics.median(self.found[strategy])

    @property
    def best(self) -> float:
        """The lowest median of a single strategy."""
        return min(self.median(strategy) for strategy in self.found if strategy != "auto")

    @property
    def ratio(self) -> float:
        """The median of ``auto`` against the best one."""
        return self.median("auto") / self.best

    def cell(self, strategy: str) -> str:
        return f"{self._count(self.median(strategy))} / {self._count(max(self.found[strategy]))}"

    def _count(self, number: float) -> str:
        return f">{self.limit}" if number > self.limit else f"{number:g}"


def programs(words: Sequence[str] = ()) -> dict[str, Callable[[], object]]:
    """The programs whose names contain one of ``words``; without words, all."""
    found: dict[str, Callable[[], object]] = {}
    for scenario in scenarios.all_scenarios():
        for store, expected in scenario.expect.items():
            if expected == "fails":
                program = scenario.program(load(store))
                found[program.label] = program
    found |= {name: classic.program for name, classic in CLASSICS.items()}
    return {name: each for name, each in found.items() if not words or any(word in name for word in words)}


def measure(
    name: str, program: Callable[[], object], seeds: Iterable[int], limit: int, strategies: Sequence[str] = SINGLE
) -> Row:
    """Look for the first failure of a program once for each seed and strategy, and ``auto``."""
    seeds = list(seeds)
    with Session(program) as session:
        found = {
            strategy: [_first_failure(session, make_strategy(strategy, seed), limit) for seed in seeds]
            for strategy in (*strategies, "auto")
        }
    return Row(name, found, limit)


def _first_failure(session: Session, strategy: Any, limit: int) -> int:
    if hasattr(strategy, "watch"):
        strategy.watch(session.engine)
    for number in range(limit):
        if not strategy.begin(number):
            break
        try:
            run = session.run(strategy)
        except Abandoned:
            continue  # it counts: it took its time
        strategy.end(run)
        if session.examine(run) is not None:
            return number + 1
    return limit + 1


HEADS = ("program", *SINGLE, "auto", "auto / best")


def _cells(row: Row) -> list[str]:
    return [row.name, *(row.cell(strategy) for strategy in row.found), f"{row.ratio:.2f}"]


def _print(rows: Sequence[Row]) -> None:
    table = Table(title="schedules to the first failure: median / worst", caption=_summary(rows))
    for head in HEADS:
        table.add_column(head, justify="left" if head == "program" else "right", no_wrap=True)
    for row in rows:
        table.add_row(*_cells(row), style=None if row.ratio <= WITHIN else "yellow")
    console = Console()
    console.print(table, width=max(console.width, console.measure(table).maximum), crop=False)


def _summary(rows: Sequence[Row]) -> str:
    beyond = [row for row in rows if row.ratio > WITHIN]
    early = [row for row in beyond if row.best < 2]
    text = (
        f"The median of auto is within {WITHIN:g} times the best one on {len(rows) - len(beyond)} of {len(rows)} rows."
    )
    if early:
        most = max(row.median("auto") for row in early)
        text += (
            f" On {len(early)} others the best one needs a single schedule; the first one of auto is the default "
            f"order, and it needs at most {most:g}."
        )
    for row in beyond:
        if row not in early:
            text += f" {row.name}: {row.median('auto'):g} against {row.best:g}."
    return text


def _markdown(rows: Sequence[Row], command: str, seeds: int) -> str:
    lines = ["".join(f"| {cell} " for cell in cells) + "|" for cells in (HEADS, *map(_cells, rows))]
    lines.insert(1, "| --- " + "| ---: " * (len(HEADS) - 1) + "|")
    table = "\n".join(lines)
    none = f"`>{rows[0].limit}`: nothing was found in so many schedules"
    return (
        f"# Schedules to the first failure\n\n"
        f"Median / worst of {seeds} seeds; {none}. {_summary(rows)}\n\n"
        f"`{command}`, race-harness {_version()}, CPython {platform.python_version()}, "
        f"{datetime.date.today().isoformat()}\n\n"
        f"{table}\n"
    )


def _version() -> str:
    """From the source, which need not be installed."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.strategies", description=__doc__)
    parser.add_argument("words", nargs="*", metavar="WORD", help="only programs with this in their names")
    parser.add_argument("--seeds", type=int, default=50, help="how many (default: %(default)s)")
    parser.add_argument("--limit", type=int, default=1000, help="schedules for each seed (default: %(default)s)")
    parser.add_argument("--output", type=Path, default=RESULTS, help="Markdown (default: %(default)s)")
    options = parser.parse_args()
    chosen = programs(options.words)
    if not chosen:
        parser.error(f"no program has {' or '.join(options.words)} in its name")
    rows = [
        measure(name, program, range(options.seeds), options.limit)
        for name, program in track(chosen.items(), transient=True, console=Console(stderr=True))
    ]
    _print(rows)
    command = " ".join([parser.prog, *sys.argv[1:]])
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(_markdown(rows, command, options.seeds), encoding="utf-8")


if __name__ == "__main__":
    main()
