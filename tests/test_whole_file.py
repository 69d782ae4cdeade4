"""Files that are there as a whole or not at all: under a full disk, a kill at any moment, and two writers at once."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from harness.model.errors import UsageError
from harness.run_history import read_history
from harness.whole_file import write_whole

ROOT = Path(__file__).parent.parent
WRITES_FOR_EVER = """
import json, sys
from pathlib import Path
from harness.whole_file import write_whole
for number in range(10**9):
    write_whole(Path(sys.argv[1]), json.dumps([number] * 50_000))
    print(number, flush=True)
"""
APPENDS_FOR_EVER = """
import sys
from pathlib import Path
from harness.model.record import ExplorationRecord
from harness.run_history import append_run
for number in range(10**9):
    append_run(Path(sys.argv[1]), "run", [(f"{number}:{part}", ExplorationRecord("proved")) for part in "abc"])
    print(number, flush=True)
"""


def killed_after(program: str, argument: Path, lines: int) -> int:
    """Run a program, kill it while it goes on after so many lines, and return the number of the last one read."""
    with subprocess.Popen(
        [sys.executable, "-c", program, str(argument)], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        last = [int(process.stdout.readline()) for _ in range(lines)][-1]
        process.kill()
    return last


@pytest.mark.parametrize("lines", [1, 3])
def test_a_writer_that_is_killed_leaves_the_old_text_or_the_new_one(tmp_path: Path, lines: int) -> None:
    last = killed_after(WRITES_FOR_EVER, tmp_path / "file.json", lines)
    found = json.loads((tmp_path / "file.json").read_text())
    assert len(found) == 50_000 and len(set(found)) == 1 and found[0] >= last


@pytest.mark.parametrize("lines", [1, 3])
def test_a_run_that_is_killed_is_in_the_history_as_a_whole_or_not_at_all(tmp_path: Path, lines: int) -> None:
    last = killed_after(APPENDS_FOR_EVER, tmp_path, lines)
    labels = [line.label for line in read_history(tmp_path)]
    assert len(labels) >= 3 * (last + 1)
    assert labels == [f"{number}:{part}" for number in range(len(labels) // 3) for part in "abc"]


def test_writers_at_once_leave_the_text_of_one_of_them(tmp_path: Path) -> None:
    path = tmp_path / "file"
    threads = [threading.Thread(target=write_whole, args=(path, str(number) * 10_000)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert path.read_text() in {str(number) * 10_000 for number in range(8)}
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(("owner", "call"), [(tempfile, "mkstemp"), (os, "fsync"), (Path, "replace"), (Path, "chmod")])
def test_a_full_disk_at_any_step_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: object, call: str
) -> None:
    path = tmp_path / "file"
    write_whole(path, "old")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(owner, call, full)
        with pytest.raises(UsageError, match=r"cannot write .*No space left"):
            write_whole(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_no_text_is_written_escaped(tmp_path: Path) -> None:
    write_whole(tmp_path / "file", "a\ud800b")
    assert (tmp_path / "file").read_text() == "a\\ud800b"
