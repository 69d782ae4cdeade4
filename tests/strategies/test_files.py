"""Files are shared state: two threads that read and write one are tried in every order."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import harness

if TYPE_CHECKING:
    from collections.abc import Callable


def by_path(number: Path) -> None:
    number.write_text(str(int(number.read_text()) + 1))


def by_open(number: Path) -> None:
    with open(number) as file:  # noqa: PTH123  each way is tried
        read = int(file.read())
    with open(number, "w") as file:  # noqa: PTH123
        file.write(str(read + 1))


def by_replacing(number: Path) -> None:
    read = int(number.read_text())
    new = number.with_suffix(f".{threading.get_ident()}")
    new.write_text(str(read + 1))
    os.replace(new, number)  # noqa: PTH105


@pytest.mark.parametrize("add_one", [by_path, by_open, by_replacing])
def test_an_update_of_a_file_can_be_lost(add_one: Callable[[Path], None], tmp_path: Path) -> None:
    def program() -> None:
        number = tmp_path / "number"
        number.write_text("0")
        threads = [threading.Thread(target=add_one, args=(number,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert number.read_text() == "2", "an update of the file was lost"

    assert harness.explore(program, strategy="exhaustive").verdict == "failed"


def test_two_threads_can_both_find_no_lock_file(tmp_path: Path) -> None:
    def program() -> int:
        lock, got = tmp_path / "lock", []
        lock.unlink(missing_ok=True)

        def work() -> None:
            if not lock.exists():
                lock.touch()
                got.append(threading.get_ident())

        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return len(got)

    assert set(harness.explore(program, strategy="exhaustive").outcomes) == {1, 2}
