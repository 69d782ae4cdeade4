"""``race bench``: what a lock costs."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli.options import limited

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["command"]

_FILE = click.Path(path_type=Path)


@click.command("bench")
@click.option(
    "--store",
    "-s",
    "names",
    multiple=True,
    metavar="STORE",
    help="Only this store; repeatable. module:name takes a store or a lock of your own.",
)
@click.option(
    "--operation",
    "-o",
    "operations",
    multiple=True,
    metavar="NAME",
    help="Only this one: update, acquire, contended (then with every condition) or lag; repeatable.",
)
@click.option("--quick", is_flag=True, help="A tenth of the time, and wider intervals.")
@click.option(
    "--affinity", metavar="CPUS", help="Pin to these processors, such as 1 or 0,2-3. [default: isolated ones]"
)
@click.option("--json", "json_file", type=_FILE, metavar="FILE", help="Write everything there, raw values included.")
@click.option("--pyperf", "pyperf_file", type=_FILE, metavar="FILE", help="Write a file for 'pyperf compare_to'.")
@click.option("--svg", "svg_file", type=_FILE, metavar="FILE", help="Draw the break-even curve there.")
@limited()
def command(
    names: tuple[str, ...],
    operations: tuple[str, ...],
    quick: bool,
    affinity: str | None,
    json_file: Path | None,
    pyperf_file: Path | None,
    svg_file: Path | None,
) -> int:
    """Measure what locks cost: an update with and without, alone and contended, and the lag of the event loop.

    What is compared runs in turns, within one run. A difference comes with its interval, and with "inconclusive" where
    the machine was too busy to tell. Takes less than a minute. Exit code 0, whatever a lock costs.

    \b
    Examples:
      race bench
      race bench --quick --operation update
      race bench --store my_service.locks:FairLock --store thread-lock
      race bench --pyperf before.json     later: python -m pyperf compare_to before.json after.json
      race bench --svg break-even.svg
    """
    from harness.bench.benchmark import FULL, OPERATIONS, QUICK, measure
    from harness.bench.machine import parse_cpus
    from harness.bench.subjects import load_subject
    from harness.cli.output import make_console
    from harness.loading import unknown_name
    from harness.model.errors import UsageError
    from harness.report.bench import render_bench
    from harness.report.bench_json import bench_json
    from harness.report.break_even_svg import break_even_svg, require_pygal
    from harness.report.pyperf_file import require_pyperf, write_pyperf
    from harness.report.results import check_writable, write_json, write_text

    for name in operations:
        if name not in OPERATIONS:
            raise unknown_name(name, OPERATIONS, "operation")
    chosen = tuple(dict.fromkeys(operations)) or OPERATIONS
    if svg_file is not None:
        require_pygal()
        if "update" not in chosen:
            raise UsageError("--svg draws what an update costs, which is not measured; add --operation update")
    if pyperf_file is not None:
        require_pyperf()
    files = [path for path in (json_file, pyperf_file, svg_file) if path is not None]
    for path in files:
        check_writable(path)
    subjects = [load_subject(name) for name in dict.fromkeys(names)]
    cpus = parse_cpus(affinity) if affinity is not None else ()
    with _progress() as on_progress:
        bench = measure(subjects, QUICK if quick else FULL, chosen, cpus, on_progress)
    console = make_console()
    console.print(render_bench(bench, everything="contended" in operations))
    if json_file is not None:
        write_json(bench_json(bench), json_file)
    if pyperf_file is not None:
        write_pyperf(bench, pyperf_file)
    if svg_file is not None:
        write_text(break_even_svg(bench.curves), svg_file)
    if files:
        console.print(f"written: {', '.join(map(str, files))}", style="dim", soft_wrap=True)
    return 0


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on standard error, if somebody is there to see it; drawn between measurements only."""
    from harness.cli.output import make_error_console

    console = make_error_console()
    if not console.is_terminal:
        yield lambda what, done, total: None
        return
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, auto_refresh=False) as progress:
        task = progress.add_task("", total=None)
        drawn = ""

        def advance(what: str, done: int, total: int) -> None:
            nonlocal drawn
            now = f"{what} {done * 100 // total}"
            if now != drawn:
                drawn = now
                progress.update(task, description=what, completed=done, total=total, refresh=True)

        yield advance
