"""``race run``: scenarios against stores, or a program of the user's own."""

from __future__ import annotations

import dataclasses
import os
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harness.cli import FINDING
from harness.cli.options import exploration_options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rich.console import Console

    from harness.model.result import Exploration, Failure
    from harness.report.matrix import Matrix

__all__ = ["command"]


@click.command("run")
@click.argument("names", metavar="[SCENARIO]...", nargs=-1)
@click.option(
    "--store",
    "-s",
    "store_names",
    multiple=True,
    metavar="STORE",
    help="Only this store; repeatable. module:Class takes your own.",
)
@click.option("--all", "everything", is_flag=True, help="Also the slow stores, which are on a database.")
@exploration_options
@click.option(
    "--confirm/--no-confirm",
    "confirms",
    default=hasattr(os, "fork"),
    help="Make each failure happen on real threads too.  [default: yes, where processes can be forked]",
)
@click.option(
    "--json", "json_file", type=click.Path(path_type=Path), metavar="FILE", help="Also write the results there."
)
def command(
    names: tuple[str, ...],
    store_names: tuple[str, ...],
    everything: bool,
    confirms: bool,
    json_file: Path | None,
    **options: Any,
) -> int:
    """Run scenarios against stores under many schedules, and print the matrix and a timeline for each failure.

    Without a name it runs everything there is, and prints one timeline for each scenario.

    SCENARIO is a name from 'race list', or module:name for a scenario or a program of your own. Each is run against the
    stores that it expects something of; with --store, against those. The results go to results/latest/ as JSON and
    Markdown. A tick beside a verdict: its failures happened on real threads and the stock event loop too. What programs
    print is shown by 'race replay' only. Exit code 1: something did not come out as expected.

    \b
    Examples:
      race run
      race run progress-jumps-backward --store unlocked --schedules 5000
      race run --store thread-lock-without-copy
      race run my_service.races:program --seed 7
      race run --store my_service.jobs:JobStore --json out.json
      race run my_service.races:program --strategy exhaustive --preemptions 2
      race run my_service.races:program --switching gil
      race run my_tests.races:program --instrument my_service --detect lost-update
    """
    from harness import scenarios
    from harness.catalog import find, stores_for
    from harness.cli.output import make_console, print_wide, silent_programs
    from harness.exploration.loop import explore
    from harness.report.matrix import Matrix, render_matrix
    from harness.report.results import LATEST, check_writable, matrix_json, write_json, write_results
    from harness.scenario import Scenario
    from harness.stores import MUTANTS
    from harness.strategies import make_strategy

    strategy: str = options["strategy"]
    make_strategy(strategy, options["seed"])
    if options["preemptions"] is not None and strategy != "exhaustive":
        raise click.UsageError("--preemptions bounds the exhaustive search: add --strategy exhaustive")
    if options["workers"] > 1 and strategy == "exhaustive":
        raise click.UsageError("--workers is for strategies that sample: leave it out, or name another --strategy")
    for path in (LATEST / "results.json", *((json_file,) if json_file is not None else ())):
        check_writable(path)
    found = [find(name) for name in names] if names else list(scenarios.all_scenarios())
    if store_names and not any(isinstance(each, Scenario) for each in found):
        raise click.UsageError("--store is for scenarios: a program of your own makes its state itself")
    pairs = _pairs(found, names, lambda scenario: stores_for(scenario, store_names, everything))
    console = make_console()
    cells = []
    with _progress(len(pairs), options["schedules"]) as advance:
        for scenario, store, expected, program in pairs:
            tell = partial(advance, scenario if store == "-" else f"{scenario} @ {store}")
            with silent_programs():
                result = explore(program, stop_on_failure=False, on_progress=tell, **options)
                if confirms:
                    _confirm(program, result)
            cells.append(_cell(scenario, store, expected, result))
    stores = dict.fromkeys(
        each for one in found if isinstance(one, Scenario) for each in stores_for(one, store_names, everything)
    )
    costs = _costs([store for store in stores if store_names or store not in MUTANTS.values()])
    matrix = Matrix(tuple(cells), costs, options["schedules"], options["seed"], strategy, options["switching"])
    print_wide(console, render_matrix(matrix))
    _print_failures(console, matrix, one_a_scenario=not names and not store_names)
    written = write_results(matrix)
    if json_file is not None:
        write_json(matrix_json(matrix), json_file)
        written.append(json_file)
    console.print(f"written: {', '.join(map(str, written))}", style="dim", soft_wrap=True)
    return 0 if matrix.as_expected else FINDING


def _pairs(
    found: Sequence[Any], names: Sequence[str], stores_of: Callable[[Any], Sequence[type[Any]]]
) -> list[tuple[str, str, str | None, Callable[[], Any]]]:
    """``(scenario, store, expectation, program)`` of everything to be run. A bare program is expected to be safe."""
    from harness.scenario import Scenario
    from harness.stores import name_of

    pairs: list[tuple[str, str, str | None, Callable[[], Any]]] = []
    for index, each in enumerate(found):
        if isinstance(each, Scenario):
            for store in stores_of(each):
                name = name_of(store)
                pairs.append((each.name, name, each.expect.get(name), each.program(store)))
        else:
            pairs.append((names[index], "-", "safe", each))
    return pairs


def _confirm(program: Callable[[], Any], result: Exploration) -> None:
    """Say of each distinct failure whether it happens on real threads too."""
    from harness.real.confirming import confirm

    result.distinct_failures = [
        dataclasses.replace(failure, confirmed=confirm(program, failure.token).confirmed)
        for failure in result.distinct_failures
    ]
    if result.failure is not None:
        result.failure = result.distinct_failures[0]


def _cell(scenario: str, store: str, expected: str | None, result: Exploration) -> Any:
    from harness.report.matrix import Cell

    return Cell(scenario, store, expected, result)


def _costs(stores: Sequence[type[Any]]) -> tuple[Any, ...]:
    from harness.bench import measure_update_costs

    return tuple(measure_update_costs([store for store in stores if hasattr(store, "update_job_status")]))


def _print_failures(console: Console, matrix: Matrix, one_a_scenario: bool) -> None:
    """A timeline for each failure; in a run of everything, for the first of each scenario and for each surprise."""
    from harness.report.timeline import render

    known: set[str] = set()
    left_out = 0
    for cell in matrix.cells:
        failures: list[Failure] = cell.result.distinct_failures
        shown = failures
        if one_a_scenario and cell.as_expected:
            shown = [] if cell.scenario in known else failures[:1]
        left_out += len(failures) - len(shown)
        for failure in shown:
            known.add(cell.scenario)
            console.print()
            console.rule(
                cell.scenario if cell.store == "-" else f"{cell.scenario} @ {cell.store}", align="left", style="dim"
            )
            console.print(render(failure), crop=False)
    if left_out:
        console.print(
            f"\n{left_out} more failures, all of them expected: race run SCENARIO shows its own, results.md all"
        )


@contextmanager
def _progress(pairs: int, schedules: int) -> Iterator[Callable[[str, Exploration], None]]:
    """A bar on standard error while executions are made, if somebody is there to see it."""
    from harness.cli.output import make_error_console

    console = make_error_console()
    if not console.is_terminal:
        yield lambda name, result: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    # No refresh from a thread of its own: the bar is drawn between executions only.
    with Progress(*columns, console=console, transient=True, auto_refresh=False) as progress:
        task = progress.add_task("", total=pairs * schedules)
        pair, base = "", 0

        def advance(name: str, result: Exploration) -> None:
            nonlocal pair, base
            done = result.schedules
            if name != pair:
                pair, base = name, base + schedules if pair else 0
            if done % 50 == 0 or done == 1:
                progress.update(task, description=name, completed=base + done, refresh=True)

        yield advance
