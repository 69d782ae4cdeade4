"""``race list``: what there is to run."""

from __future__ import annotations

import json

import click

__all__ = ["command"]


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(as_json: bool) -> None:
    """List scenarios, stores, mutants of stores and strategies.

    \b
    Examples:
      race list
      race list --json | jq '.scenarios[].name'
    """
    from harness import scenarios
    from harness.stores import MUTANTS, STORES
    from harness.strategies import STRATEGIES

    found = scenarios.all_scenarios()
    if as_json:
        click.echo(
            json.dumps(
                {
                    "scenarios": [
                        {"name": each.name, "lesson": each.lesson, "expect": dict(each.expect)} for each in found
                    ],
                    "stores": {name: _first_line(store.__doc__) for name, store in STORES.items()},
                    "mutants": {name: _first_line(store.__doc__) for name, store in MUTANTS.items()},
                    "strategies": list(STRATEGIES),
                },
                indent=2,
            )
        )
        return
    width = max(len(name) for name in [*(each.name for each in found), *STORES, *MUTANTS])
    click.echo("Scenarios")
    for each in found:
        click.echo(f"  {each.name:{width}}  {_first_line(each.lesson)}")
    click.echo("\nStores")
    for name, store in STORES.items():
        click.echo(f"  {name:{width}}  {_first_line(store.__doc__)}")
    click.echo("\nMutants: a good store with one mistake")
    for name, store in MUTANTS.items():
        click.echo(f"  {name:{width}}  {_first_line(store.__doc__)}")
    click.echo(f"\nStrategies\n  {', '.join(STRATEGIES)}")


def _first_line(text: str | None) -> str:
    return (text or "").strip().partition("\n")[0]
