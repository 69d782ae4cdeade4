"""What a lock costs now, against what it cost at the commit of the baseline: both measured here, in turns.

Figures of another machine, or of another day, say nothing about a few nanoseconds. So the commit is checked out beside
the project, and each block of the measurement times both, one process right after the other. What cannot be built is
no reason to be red: nothing can be said then, and that is what is said.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.bench.bootstrap import FEWEST, Interval, median_interval
from harness.bench.comparison import Block, compare, noise_floor
from harness.model.checked_case import Case, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["CostChange", "at_commit", "commit_of", "judge_cost", "measure_in_turns"]

_BLOCKS: Final = 2 * FEWEST
_SECONDS: Final = 60.0
_DISTURBED: Final = 0.5
"""The medians stand as long as most blocks do."""
_MEASURE: Final = """
import sys
from harness.bench import measure_update_costs
from harness.stores import load
for _ in range(5):  # a busy machine has quiet moments
    costs = measure_update_costs([load(sys.argv[1])])
    if not any(cost.unstable for cost in costs):
        break
for cost in costs:
    print(cost.locked - cost.bare, cost.unstable)
"""


@dataclass(frozen=True, slots=True)
class CostChange:
    """What a lock costs, against what it cost.

    Attributes:
        ratio: How many times as much, with its interval.
        floor: By which share the same code, measured twice, differs here.
        disturbed: The share of the blocks in which the machine was too busy.
    """

    ratio: Interval
    floor: float
    disturbed: float

    @property
    def noise(self) -> str:
        """Why the figures are not to be believed; ``""`` if they are."""
        if self.disturbed > _DISTURBED:
            return f"the machine was busy in {self.disturbed:.0%} of the blocks"
        if self.ratio.low - 1 <= self.floor:
            return f"the same code, measured twice, differs by up to {self.floor:.0%} here"
        return ""


def commit_of(root: Path, path: Path) -> str:
    """The commit that last changed a file of a project; ``""`` if git knows of none."""
    return _git(root, "log", "-1", "--format=%H", "--", str(path)).strip()


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout if done.returncode == 0 else ""


@contextmanager
def at_commit(root: Path, commit: str) -> Iterator[Path | None]:
    """Check out a commit of a project beside it, for as long as the block runs.

    Yields:
        The project's folder in it; None if it cannot be had.
    """
    top = _git(root, "rev-parse", "--show-toplevel").strip()
    with tempfile.TemporaryDirectory(prefix="race-gate-") as folder:
        tree = Path(folder) / "tree"
        if top:
            _git(root, "worktree", "add", "--detach", str(tree), commit)
        try:
            inside = tree / root.resolve().relative_to(Path(top).resolve()) if top else tree
            yield inside if inside.is_dir() else None
        finally:
            if top:
                _git(root, "worktree", "remove", "--force", str(tree))


def measure_in_turns(store: str, now: Path, then: Path) -> CostChange | str:
    """Measure a store's lock in two trees.

    Args:
        store: A name that ``race bench --store`` takes.
        now, then: The project's folder in each.

    Returns:
        What changed, or why that cannot be told.
    """
    control: list[Block] = []
    blocks: list[Block] = []
    for _ in range(_BLOCKS):
        figures: list[float] = []
        disturbed = False
        for tree in (now, then, now):
            answer = _measure(store, tree)
            if isinstance(answer, str):
                return f"its lock could not be measured {'at the baseline' if tree == then else 'now'}: {answer}"
            figures.append(answer[0])
            disturbed = disturbed or answer[1]
        first, old, second = figures
        blocks.append(Block((first + second) / 2, old, disturbed))
        control.append(Block(first, second, disturbed))
    if any(min(block.a, block.b) <= 0 for block in (*blocks, *control)):
        return "its lock costs less than can be measured here"
    return CostChange(
        ratio=median_interval([block.a / block.b for block in blocks]),
        floor=noise_floor(compare("now", "now", control)),
        disturbed=sum(block.disturbed for block in blocks) / len(blocks),
    )


def _measure(store: str, tree: Path) -> tuple[float, bool] | str:
    """(seconds that the lock adds to an update, whether the machine was too busy to tell)."""
    paths = [str(tree / "src"), str(tree), *filter(None, [os.environ.get("PYTHONPATH")])]
    try:
        done = subprocess.run(
            [sys.executable, "-c", _MEASURE, store], cwd=tree, capture_output=True, text=True, check=False,
            timeout=_SECONDS, env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as exc:
        return type(exc).__name__
    if done.returncode != 0:
        return (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]
    words = done.stdout.split()
    if len(words) != 2:
        return "its update takes no lock"
    return float(words[0]) * 1e-9, words[1] == "True"


def judge_cost(store: str, change: CostChange | str, slower: float) -> Case:
    """Decide whether a lock costs more than it may: red only if the whole interval says so, and no noise does.

    Args:
        store: As the settings name it.
        change: What :func:`measure_in_turns` says.
        slower: By which share it may cost more.

    Example:
        >>> judge_cost("thread-lock", "there is no baseline", 0.25).doubt
        'there is no baseline'
        >>> [each.text for each in judge_cost("mine", CostChange(Interval(2.5, 2.4, 2.7), 0.1, 0.0), 0.25).problems]
        ['the lock of mine costs 2.50 times what it cost (between 2.40 and 2.70), and may cost 1.25 times']
    """
    if isinstance(change, str):
        return Case(store, "bench", doubt=change)
    ratio, allowed = change.ratio, 1 + slower
    if ratio.high <= allowed:
        return Case(store, "bench")
    between = f"between {ratio.low:.2f} and {ratio.high:.2f}"
    if ratio.low <= allowed:
        return Case(store, "bench", doubt=f"its lock costs {between} times what it cost, and may cost {allowed:.2f}")
    if change.noise:
        return Case(store, "bench", doubt=change.noise)
    text = (
        f"the lock of {store} costs {ratio.value:.2f} times what it cost ({between}), and may cost {allowed:.2f} times"
    )
    return Case(store, "bench", problems=(Problem("slower-lock", text, f"race bench --store {shlex.quote(store)}"),))
