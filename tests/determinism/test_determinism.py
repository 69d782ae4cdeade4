"""One schedule, one execution: in one process, from a token, and in another process with other hashes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("programs", [100, pytest.param(600, marks=pytest.mark.slow)])
def test_programs_run_and_replay_event_for_event_whatever_their_hashes_are(programs: int) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.determinism.digests", str(programs)],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for seed in ("1", "random")
    ]
    (first, trouble), (second, more) = [process.communicate() for process in processes]
    assert not trouble and not more, trouble or more
    digests = first.splitlines()
    assert digests == second.splitlines()
    assert len(digests) == programs
    assert len(set(digests)) > programs * 0.8  # they are not all the same program
