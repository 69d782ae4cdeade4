"""The process that watches: it starts another one for the program, and ends it if it hangs."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from collections import Counter
from time import monotonic
from typing import IO, TYPE_CHECKING, Any, Final

from harness.model.errors import UsageError
from harness.stress.frequency import Frequency

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["stress"]

_HUNG_AFTER: Final = 10.0
"""Seconds without a finished run: programs take milliseconds, and a busy machine is not a hundred times slower."""


def stress(
    label: str,
    *,
    seconds: float = 2.0,
    switch_interval: float = 1e-6,
    runs: int | None = None,
    hung_after: float = _HUNG_AFTER,
    on_progress: Callable[[int], None] | None = None,
) -> Frequency:
    """Run a program again and again as it is, on real threads and the stock event loop.

    Args:
        label: ``scenario@store``, or ``module:name`` of a program.
        seconds: For how long.
        switch_interval: For :func:`sys.setswitchinterval`: how long a thread may keep the GIL while another one wants
            it. CPython's default is 5 ms; the smaller it is, the more often threads change, and the more often a race
            shows.
        runs: Run so often instead.
        hung_after: A run that takes longer than so many seconds is ended, with the process it is in.
        on_progress: Called with the number of runs so far.

    Returns:
        How often it failed, with a confidence interval.

    Raises:
        UsageError: There is no such program, or it cannot be made.

    Example:
        >>> stress("counting-only@unlocked", runs=3).word
        'never seen'
    """
    arguments = [label, str(seconds), str(switch_interval), *([] if runs is None else [str(runs)])]
    process = subprocess.Popen(
        [sys.executable, "-m", "harness.stress.child", *arguments],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    complaint: list[str] = []
    readers = [
        threading.Thread(target=_forward, args=(process.stdout, lines), daemon=True),
        threading.Thread(target=lambda: complaint.append(process.stderr.read()), daemon=True),  # type: ignore[union-attr]
    ]
    for reader in readers:
        reader.start()
    with process:  # closes its pipes
        try:
            last, done = _listen(lines, hung_after, on_progress)
        finally:
            process.kill()
            process.wait()
            for reader in readers:
                reader.join()
    if last is None and process.returncode not in (0, -9) and complaint[0]:
        raise UsageError(complaint[0].strip().splitlines()[-1])
    made, failed, messages = last or (0, 0, Counter())
    if not done:
        made, failed = made + 1, failed + 1
        messages["hung"] += 1
    return Frequency.of(label, made, failed, not done, messages)


def _forward(stream: IO[str], lines: queue.SimpleQueue[str]) -> None:
    for line in stream:
        lines.put(line)
    lines.put("")


def _listen(
    lines: queue.SimpleQueue[str], hung_after: float, on_progress: Callable[[int], None] | None
) -> tuple[tuple[int, int, Counter[str]] | None, bool]:
    """The last counts, and whether the child came to its end."""
    last: tuple[int, int, Counter[str]] | None = None
    made = -1
    moved = monotonic()
    while True:
        try:
            line = lines.get(timeout=hung_after)
        except queue.Empty:
            return last, False
        if not line:
            return last, last is None  # it ended without a word: see what it complained of
        told: dict[str, Any] = json.loads(line)
        if "done" in told:
            return last, True
        last = told["runs"], told["failures"], Counter(told["messages"])
        if last[0] != made:
            made, moved = last[0], monotonic()
        elif monotonic() - moved > hung_after:
            return last, False
        if on_progress is not None:
            on_progress(last[0])
