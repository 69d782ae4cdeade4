"""``race run``: scenarios against stores, or a program of the user's own."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from harness.cli import FINDING
from harness.cli.case_reports import CaseReports, case_reports, require_option
from harness.cli.options import exploration_options
from harness.model.errors import HarnessError
from harness.model.result import Exploration

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from harness.exploration.showing import Other
    from harness.gate.judge import Required
    from harness.model.result import Failure
    from harness.report.matrix import Cell

__all__ = ["command"]

_SECONDS: Final = 20.0
"""For a program of the user's own, without --time-limit: with what comes after, the answer is there in 30 s."""
_CONFIRM_SECONDS: Final = 10.0


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
@require_option
@case_reports
@click.option(
    "--json", "json_file", type=click.Path(path_type=Path), metavar="FILE", help="Also write the results there."
)
def command(
    names: tuple[str, ...],
    store_names: tuple[str, ...],
    everything: bool,
    confirms: bool,
    json_file: Path | None,
    require: Required | None,
    **options: Any,
) -> int:
    """Run scenarios against stores under many schedules, and print the matrix and a timeline for each failure.

    Without a name it runs everything there is, and prints one timeline for each scenario.

    SCENARIO is a name from 'race list', or a scenario or a program of your own, as module:name, path.py:name, or the
    way pytest names a test (path.py::test_name). A scenario is run against the stores that it expects something of;
    with --store, against those. The results go to results/latest/ of the project as JSON, Markdown and report.html, a
    page to walk through the failures. A tick beside a
    verdict: its failures happened on real threads and the stock event loop too. What programs print and log is shown by
    'race replay' only. Exit code 1: something failed that was not expected to, or held that was.

    Ctrl-C and SIGTERM end it early: what was found so far is printed and written.

    \b
    Examples:
      race run
      race run progress-jumps-backward --store unlocked --schedules 5000
      race run --store thread-lock-without-copy
      race run my_service.races:program --seed 7
      race run tests/test_jobs.py::test_two_workers --time-limit 120
      race run --store my_service.jobs:JobStore --json out.json
      race run my_service.races:program --strategy exhaustive --preemptions 2
      race run my_service.races:program --switching gil
      race run my_tests.races:program --instrument my_service --detect lost-update
    """
    from harness import scenarios
    from harness.catalog import find, stores_for
    from harness.cli.matrix_output import print_matrix
    from harness.cli.output import append_history, make_console, shown, silent_programs
    from harness.cli.progress import progress_bar
    from harness.exploration.deadline import Deadline
    from harness.exploration.loop import explore
    from harness.exploration.showing import record_for_page
    from harness.report.html.saving import write_page
    from harness.report.matrix import Cell, Matrix
    from harness.report.matrix_cases import cases_of
    from harness.report.results import check_writable, latest, matrix_json, write_json, write_results
    from harness.scenario import Scenario
    from harness.stores import MUTANTS
    from harness.strategies import make_strategy
    from harness.timeline.records import record_exploration

    strategy: str = options["strategy"]
    make_strategy(strategy, options["seed"])
    if options["preemptions"] is not None and strategy != "exhaustive":
        raise click.UsageError("--preemptions bounds the exhaustive search: add --strategy exhaustive")
    if options["workers"] > 1 and strategy == "exhaustive":
        raise click.UsageError("--workers is for strategies that sample: leave it out, or name another --strategy")
    reports = CaseReports(options)
    folder = latest()
    json_file = json_file.resolve() if json_file is not None else None  # programs may go to another folder
    for path in (folder / "results.json", *((json_file,) if json_file is not None else ())):
        check_writable(path)
    limit = Deadline(options.pop("time_limit"))
    found = [find(name) for name in names] if names else list(scenarios.all_scenarios())
    if store_names and not any(isinstance(each, Scenario) for each in found):
        raise click.UsageError("--store is for scenarios: a program of your own makes its state itself")
    pairs = _pairs(found, names, lambda scenario: stores_for(scenario, store_names, everything), store_names)
    console = make_console()
    cells: list[Cell] = []
    stopped: BaseException | None = None
    with progress_bar() as show:
        for number, pair in enumerate(pairs):
            share = limit.share(len(pairs) - number)
            if share is None and pair.store == "-":
                share = _SECONDS
            watch = _Watch(show, pair.title, number, len(pairs))
            with silent_programs():
                try:
                    result = explore(
                        pair.program, stop_on_failure=False, on_progress=watch, time_limit=share, **options
                    )
                    watch.latest = result
                    if confirms:
                        result = _confirm(pair.program, result, share)
                    record = record_for_page(pair.program, result, pair.other, pair.plays)
                except (KeyboardInterrupt, HarnessError) as exc:
                    stopped, result = exc, watch.latest
                    record = record_exploration(result)
            if stopped is None or result.schedules:
                cells.append(Cell(pair.scenario, pair.store, pair.expected, record, pair.base))
            if stopped is not None:
                break
    if stopped is not None and not cells:
        raise stopped
    stores = dict.fromkeys(
        each for one in found if isinstance(one, Scenario) for each in stores_for(one, store_names, everything)
    )
    costs = () if stopped else _costs([each for each in stores if store_names or each not in MUTANTS.values()])
    matrix = Matrix(tuple(cells), costs, options["schedules"], options["seed"], strategy, options["switching"])
    print_matrix(console, matrix, one_a_scenario=not names and not store_names)
    written = [*write_results(matrix, folder), write_page(matrix, folder)]
    if json_file is not None:
        write_json(matrix_json(matrix), json_file)
        written.append(json_file)
    cases = cases_of(matrix, require)
    written += reports.write(cases)
    append_history(
        "run",
        [(case.name, case.record) for case in cases if case.record is not None],
        [(cost.store, cost.locked, cost.bare) for cost in costs],
    )
    console.print(f"written: {', '.join(map(shown, written))}", style="dim", soft_wrap=True)
    if stopped is not None:
        raise stopped
    return 0 if matrix.as_expected and not any(case.problems for case in cases) else FINDING


@dataclass(frozen=True, slots=True)
class _Pair:
    """What is to be run, and what is expected of it. A program of the user's own has no store, and is to be safe.

    Attributes:
        other: A store that the scenario is to be safe with.
        plays: Every way that it can go is recorded, for the page.
    """

    scenario: str
    store: str
    expected: str | None
    program: Callable[[], Any]
    base: str = ""
    other: Other | None = None
    plays: bool = True

    @property
    def title(self) -> str:
        return self.scenario if self.store == "-" else f"{self.scenario} @ {self.store}"


class _Watch:
    """Shows how far the exploration is, and keeps what it has found so far."""

    def __init__(self, show: Callable[[str, int, int], None], title: str, number: int, pairs: int) -> None:
        self._show = show
        self._title = title
        self._number = number
        self._pairs = pairs
        self.latest = Exploration()

    def __call__(self, result: Exploration) -> None:
        self.latest = result
        schedules = result.options.schedules
        done = min(result.schedules, schedules)
        self._show(self._title, self._number * schedules + done, self._pairs * schedules)


def _pairs(
    found: Sequence[Any],
    names: Sequence[str],
    stores_of: Callable[[Any], Sequence[type[Any]]],
    chosen: Sequence[str],
) -> list[_Pair]:
    """Everything to be run."""
    from harness.catalog import other_store
    from harness.scenario import Scenario
    from harness.stores import name_of

    pairs: list[_Pair] = []
    for index, each in enumerate(found):
        if isinstance(each, Scenario):
            other = other_store(each)
            shown = {"unlocked", other.store if other is not None else ""}
            for store in stores_of(each):
                name = name_of(store)
                bases = [base for base in map(name_of, store.__mro__[1:-1]) if each.expect.get(base) == "fails"]
                beside = other if other is not None and other.store != name else None
                plays = name in shown or bool(chosen)
                expected, program = each.expect.get(name), each.program(store)
                pairs.append(_Pair(each.name, name, expected, program, "".join(bases[:1]), beside, plays))
        else:
            pairs.append(_Pair(names[index], "-", "safe", each))
    return pairs


def _confirm(program: Callable[[], Any], result: Exploration, limit: float | None) -> Exploration:
    """Say of each distinct failure whether it happens on real threads too, as long as there is time."""
    from harness.real.confirming import confirm

    confirmed: list[Failure] = []
    for failure in result.distinct_failures:
        left = _CONFIRM_SECONDS if limit is None else min(_CONFIRM_SECONDS, limit * 1.4 - result.seconds)
        tried = confirm(program, failure.token, timeout=left).confirmed if left > 0 else None
        confirmed.append(replace(failure, confirmed=tried))
    return replace(result, distinct_failures=tuple(confirmed))


def _costs(stores: Sequence[type[Any]]) -> tuple[Any, ...]:
    from harness.bench import measure_update_costs

    return tuple(measure_update_costs([store for store in stores if hasattr(store, "update_job_status")]))
