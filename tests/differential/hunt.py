"""Hunts for faults of the search: generated programs, executed by the search and by every sampler, must agree.

A program fails if a sampler shows an outcome or a failure that a search which came to its end has not listed, if a
proof is withdrawn by its own check, or if the harness raises. Its source is kept, with what went wrong at its end.

``python -m tests.differential.hunt --seed 1 --count 1000 --keep build/hunt``; ``make hunt`` goes on until Ctrl-C.
"""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import harness
from tests.differential.generated import source_of

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["fault_of", "load", "main"]

SAMPLERS = ("random", "pct", "pos", "surw")


def load(source: str, folder: Path, name: str) -> Callable[[], Any]:
    """Write a program into a folder and import it."""
    path = folder / f"{name}.py"
    path.write_text(source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module.program  # type: ignore[no-any-return]


def shown(program: Callable[[], Any], strategy: str, schedules: int) -> tuple[harness.Exploration, set[str]]:
    """Explore, and return what the executions ended with, failures included."""
    found = harness.explore(program, strategy=strategy, schedules=schedules, stop_on_failure=False)
    ends = {*map(str, found.outcomes), *(f"{each.kind.name} at {each.place}" for each in found.distinct_failures)}
    return found, ends


def fault_of(program: Callable[[], Any], schedules: int = 1500, samples: int = 60) -> str | None:
    """Say what is wrong with what the harness says of a program; None if nothing is, or the search did not end."""
    try:
        proof, listed = shown(program, "exhaustive", schedules)
        if proof.withdrawn:
            return proof.withdrawn
        if not proof.exhausted:
            return None
        for name in SAMPLERS:
            missing = sorted(shown(program, name, samples)[1] - listed)
            if missing:
                return f"{name} shows what the search has not listed: {missing[0]}"
    except Exception as exc:
        return f"{type(exc).__name__}: {exc}"
    return None


def main(arguments: list[str] | None = None) -> int:
    """Hunt, and return 1 if a fault was found."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, default=0, help="of the first program; each one after has the next")
    parser.add_argument("--count", type=int, default=0, help="programs; 0: until Ctrl-C")
    parser.add_argument("--keep", type=Path, default=Path("build/hunt"), help="folder for the programs that fail")
    options = parser.parse_args(arguments)
    faults = tried = 0
    seeds = itertools.count(options.seed)
    try:
        with tempfile.TemporaryDirectory() as folder:
            for seed in itertools.islice(seeds, options.count or None):
                source = source_of(seed)
                fault = fault_of(load(source, Path(folder), f"generated_{seed}"))
                del sys.modules[f"generated_{seed}"]
                tried += 1
                if fault is not None:
                    faults += 1
                    options.keep.mkdir(parents=True, exist_ok=True)
                    text = "".join(f"# {line}\n" for line in fault.splitlines())
                    (options.keep / f"generated_{seed}.py").write_text(f"{source}\n\n{text}", encoding="utf-8")
                    print(f"seed {seed}: {fault}", flush=True)
    except KeyboardInterrupt:
        pass
    print(f"{tried:,} programs from seed {options.seed} on, {faults:,} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
