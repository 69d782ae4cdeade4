"""A benchmark as a file of ``pyperf``, so that two runs can be held against each other with its ``compare_to``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from harness.bench.benchmark import Bench

__all__ = ["require_pyperf", "write_pyperf"]


def require_pyperf() -> None:
    """Find out before a long run, not after it, that pyperf is missing.

    Raises:
        UsageError: It is.
    """
    try:
        import pyperf  # noqa: F401
    except ImportError as exc:
        raise UsageError(f"--pyperf needs pyperf ({exc}); install it: pip install 'race-harness[bench]'") from None


def write_pyperf(bench: Bench, path: Path) -> None:
    """Write every uncontended operation, and each without its lock, as one benchmark of pyperf.

    The values are the raw ones, in seconds for one operation. pyperf takes none that are not above zero: where noise
    made an operation seem to take no time at all, that value is left out and counted in the metadata.

    Raises:
        UsageError: pyperf is missing, or the file cannot be written.
    """
    require_pyperf()
    import pyperf

    entries: list[tuple[str, int, list[float]]] = []
    for each in (bench.control, *bench.comparisons):
        entries.append((each.name, each.loops, [block.a for block in each.blocks]))
        if each.ratio is not None and each is not bench.control:
            entries.append((f"{each.name}, {each.against}", each.loops, [block.b for block in each.blocks]))
    runs = [pyperf.Benchmark([_run(name, loops, values)]) for name, loops, values in entries if max(values) > 0]
    try:
        pyperf.BenchmarkSuite(runs).dump(str(path), replace=True)
    except OSError as exc:
        raise UsageError(f"cannot write {path}: {exc.strerror}; name another place or make it writable") from None


def _run(name: str, loops: int, values: Sequence[float]) -> object:
    import pyperf

    above = [value for value in values if value > 0]
    metadata = {"name": name, "unit": "second", "loops": loops, "race_left_out": len(values) - len(above)}
    return pyperf.Run(above, metadata=metadata, collect_metadata=True)
