"""Finding the commit that brought a failure: each commit is checked out beside the project, and asked.

A token fits the source that it was made with. In another commit it is tried first, for it answers at once; where it
does not fit, the program is explored. Halving goes along first parents, and a commit that cannot be asked (the program
is not there yet, a module cannot be imported) is skipped, as ``git bisect`` does.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["BAD", "GOOD", "SKIP", "Bisected", "bisect", "first_bad"]

GOOD: Final = 0
BAD: Final = 1
SKIP: Final = 125


@dataclass(frozen=True, slots=True)
class Bisected:
    """What a bisection came to.

    Attributes:
        commit: The first one that fails; ``""`` if every commit that could be asked does.
        subject: The first line of its message.
        candidates: More than one if those between could not be asked.
        asked: How many commits were asked.
    """

    commit: str
    subject: str
    candidates: tuple[str, ...]
    asked: int


def first_bad(count: int, ask: Callable[[int], int]) -> tuple[int, tuple[int, ...]]:
    """Find the first bad one of a row, asking few.

    Args:
        count: How many there are; the last one is bad.
        ask: Says of a place what it is: :data:`GOOD`, :data:`BAD` or :data:`SKIP`.

    Returns:
        The earliest place known to be bad, and all places that may be the first: more than one if some could not be
        asked. A place of -1 is never among them.

    Example:
        >>> first_bad(10, lambda place: BAD if place >= 6 else GOOD)
        (6, (6,))
    """
    good, bad = -1, count - 1
    skipped: set[int] = set()
    while True:
        between = [place for place in range(good + 1, bad) if place not in skipped]
        if not between:
            return bad, tuple(range(good + 1, bad + 1))
        place = between[len(between) // 2]
        answer = ask(place)
        if answer == BAD:
            bad = place
        elif answer == GOOD:
            good = place
        else:
            skipped.add(place)


def bisect(
    token: str,
    root: Path,
    good: str = "",
    bad: str = "HEAD",
    bring: Sequence[Path] = (),
    schedules: int = 1000,
    on_commit: Callable[[str, int], None] = lambda commit, left: None,
) -> Bisected:
    """Find the first commit in which the failure of a token happens.

    Args:
        token: Of the failure.
        root: The project's folder, in a git repository.
        good, bad: Revisions in which it does not happen, and does; without ``good``, all of history is halved.
        bring: Files of the project that are put into each commit as they are now: a test that is newer than the fault.
        schedules: To explore where the token does not fit.
        on_commit: Told of each commit before it is asked, and how many there are.

    Raises:
        UsageError: There is no such revision, or the failure does not happen in ``bad``.
    """
    top = Path(_git(root, "rev-parse", "--show-toplevel"))
    inside = root.resolve().relative_to(top.resolve())
    bad_commit = _git(root, "rev-parse", "--verify", f"{bad}^{{commit}}")
    row = [bad_commit]
    if good:
        good_commit = _git(root, "rev-parse", "--verify", f"{good}^{{commit}}")
        row = [f"{good_commit}..{bad_commit}"]
    commits = _git(root, "rev-list", "--first-parent", "--reverse", *row).split()
    if not commits:
        raise UsageError(f"there is no commit between {good} and {bad}: name an older one with --good")
    files = [path.resolve().relative_to(top.resolve()) for path in bring]
    asked = 0
    with tempfile.TemporaryDirectory(prefix="race-bisect-") as folder:
        tree = Path(folder) / "tree"
        _git(root, "worktree", "add", "--detach", "--quiet", str(tree), bad_commit)

        def ask(place: int) -> int:
            nonlocal asked
            asked += 1
            on_commit(commits[place], len(commits))
            _git(tree, "checkout", "--quiet", "--force", "--detach", commits[place])
            for file in files:
                (tree / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(top / file, tree / file)
            return _step(token, tree / inside, schedules)

        try:
            if ask(len(commits) - 1) != BAD:
                raise UsageError(
                    f"the failure does not happen in {bad}, as it is committed: commit what it needs, name another "
                    f"revision with --bad, or bring its file along with --with"
                )
            place, candidates = first_bad(len(commits), ask)
        finally:
            subprocess.run(
                ["git", "-C", str(root), "worktree", "remove", "--force", str(tree)], capture_output=True, check=False
            )
    found = commits[place]
    return Bisected(
        found, _git(root, "log", "-1", "--format=%s", found), tuple(commits[each] for each in candidates), asked
    )


def _step(token: str, folder: Path, schedules: int) -> int:
    """Ask one commit, in a process of its own."""
    if not folder.is_dir():
        return SKIP
    paths = [str(folder / "src"), str(folder), str(Path(__file__).parent.parent.parent)]
    done = subprocess.run(
        [sys.executable, "-m", "harness", "bisect", token, "--step", "--schedules", str(schedules)],
        cwd=folder, capture_output=True, check=False, env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
    )  # fmt: skip
    return done.returncode if done.returncode in (GOOD, BAD) else SKIP


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=False)
    except OSError as exc:
        raise UsageError(f"git cannot be run ({exc.strerror}): bisecting needs it") from None
    if done.returncode != 0:
        said = (done.stderr.strip().splitlines() or ["it says nothing"])[-1]
        raise UsageError(f"git {arguments[0]} failed in {folder}: {said}")
    return done.stdout.strip()
