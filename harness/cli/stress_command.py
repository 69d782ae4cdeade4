"""``race stress``: how often it happens by itself."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.options import limited

__all__ = ["command"]


@click.command("stress")
@click.argument("names", metavar="[SCENARIO]...", nargs=-1)
@click.option(
    "--store", "-s", "store_names", multiple=True, metavar="STORE",
    help="Only this store; repeatable. module:Class takes your own.",
)  # fmt: skip
@click.option(
    "--seconds", default=1.0, show_default=True, type=click.FloatRange(min=0, min_open=True),
    help="How long each program runs, again and again.",
)  # fmt: skip
@click.option(
    "--switch-interval", default=1e-6, show_default=True, type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS", help="How long a thread may keep the GIL while others want it; CPython's own is 0.005.",
)  # fmt: skip
@click.option("--runs", type=click.IntRange(min=1), metavar="N", help="Run each so often, instead of for a time.")
@click.option(
    "--hung-after", default=10.0, show_default=True, type=click.FloatRange(min=0, min_open=True), metavar="SECONDS",
    help="A run that takes longer is ended, and counts as one that hangs.",
)  # fmt: skip
@click.option(
    "--json", "json_file", type=click.Path(path_type=Path), metavar="FILE", help="Also write the results there."
)
@limited()
def command(
    names: tuple[str, ...],
    store_names: tuple[str, ...],
    seconds: float,
    switch_interval: float,
    runs: int | None,
    hung_after: float,
    json_file: Path | None,
) -> int:
    """Run programs as they are, on real threads and the stock event loop, and count how often they fail.

    Nothing is controlled or recorded: this is how often it happens by itself on this machine. "rare" is below 1 % of
    the runs, "occasional" below 10 %. A program that hangs is ended after 10 seconds. Each runs in a process of its
    own. Exit code 0, whatever was counted.

    \b
    Examples:
      race stress stuck-at-old-progress
      race stress --store unlocked --seconds 5
      race stress my_service.races:program --switch-interval 0.005
    """
    from harness import scenarios
    from harness.catalog import find, stores_for
    from harness.cli.output import make_console
    from harness.cli.progress import progress_bar
    from harness.report.results import check_writable, write_json
    from harness.report.stress import render_stress, stress_json
    from harness.scenario import Scenario
    from harness.stores import name_of
    from harness.stress import stress

    if json_file is not None:
        check_writable(json_file)
    labels: list[str] = []
    for name in names or [each.name for each in scenarios.all_scenarios()]:
        found = find(name)
        if isinstance(found, Scenario):
            labels += [f"{name}@{name_of(store)}" for store in stores_for(found, store_names, False)]
        else:
            labels.append(name)
    frequencies = []
    with progress_bar() as show:
        for number, label in enumerate(labels):
            show(label, number, len(labels))
            frequencies.append(
                stress(label, seconds=seconds, switch_interval=switch_interval, runs=runs, hung_after=hung_after)
            )
    console = make_console()
    console.print(render_stress(frequencies))
    if json_file is not None:
        write_json(stress_json(frequencies), json_file)
        console.print(f"written: {json_file}", style="dim", soft_wrap=True)
    return 0
