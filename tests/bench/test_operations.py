"""What is timed, and what it is held against; that it runs, not how long it takes."""

from __future__ import annotations

import asyncio
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from harness.bench.operations import acquire_pair, control_pair, update_pair
from harness.bench.subjects import LOCKS, Subject, is_async, load_subject, stores_to_measure
from harness.model.errors import UsageError
from harness.stores import STORES

if TYPE_CHECKING:
    from harness.bench.blocks import Pair

MINE = """
import asyncio, threading

shared = threading.Lock()
number = 7


class Lock:
    "Both kinds at once."

    entered = 0

    def __enter__(self):
        Lock.entered += 1

    def __exit__(self, *exc):
        pass


class SyncStore:
    def update_job_status(self, job_id, **fields):
        self.last = fields


class Started(SyncStore):
    async def start(self):
        self.loop = asyncio.get_running_loop()

    async def update_job_status(self, job_id, **fields):
        assert self.loop is asyncio.get_running_loop()


class Broken:
    def __init__(self):
        raise RuntimeError("no database")


class BrokenUpdate:
    async def update_job_status(self, job_id, **fields):
        raise RuntimeError("no table")


class BrokenStart(SyncStore):
    async def start(self):
        raise RuntimeError("no loop")
"""


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "things_of_mine.py").write_text(MINE)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "things_of_mine", raising=False)
    return "things_of_mine"


def run(pair: Any) -> Pair:
    async def main() -> Pair:
        made: Pair = await pair
        assert await made.a(3) >= 0
        if made.b is not None:
            assert await made.b(3) >= 0
        return made

    return asyncio.run(main())


@pytest.mark.parametrize("subject", stores_to_measure(), ids=lambda subject: subject.name)
def test_every_store_is_updated_with_its_lock_and_without(subject: Subject) -> None:
    pair = run(update_pair(subject))
    assert pair.name == f"update {subject.name}"
    assert pair.against in {"without its lock", "the store unlocked"}


def test_every_store_but_the_unlocked_one_is_measured() -> None:
    assert [each.name for each in stores_to_measure()] == [name for name in STORES if name != "unlocked"]


@pytest.mark.parametrize("name", ["asyncio-lock", "thread-lock"])
def test_a_store_with_a_lock_is_held_against_itself(name: str) -> None:
    assert run(update_pair(load_subject(name))).against == "without its lock"


def test_a_store_whose_lock_is_not_found_is_held_against_the_unlocked_one(mine: str) -> None:
    assert run(update_pair(load_subject(f"{mine}:SyncStore"))).against == "the store unlocked"


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_alone_is_held_against_nothing(lock: Subject) -> None:
    pair = run(acquire_pair(lock))
    assert (pair.name, pair.against, pair.b) == (f"acquire {lock.name}", None, None)


def test_the_control_is_the_same_code_twice() -> None:
    assert run(control_pair()).against == "the same"


def test_a_lock_of_ones_own_is_taken_around_an_update(mine: str) -> None:
    subject = load_subject(f"{mine}:Lock")
    assert not subject.is_store
    assert not is_async(subject)
    assert run(update_pair(subject)).against == "no lock"
    assert sys.modules[mine].Lock.entered == 3


def test_one_lock_for_everybody_is_a_lock_too(mine: str) -> None:
    subject = load_subject(f"{mine}:shared")
    assert subject.new() is subject.new()
    run(acquire_pair(subject))


def test_a_class_of_the_library_is_a_lock(mine: str) -> None:
    assert isinstance(load_subject("threading:Semaphore").new(), threading.Semaphore)
    assert is_async(load_subject("asyncio:Semaphore"))


def test_a_store_is_started_in_the_loop_that_uses_it(mine: str) -> None:
    run(update_pair(load_subject(f"{mine}:Started")))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("number", "gives a int, which is neither a lock"),
        ("Broken", "making things_of_mine:Broken failed: RuntimeError: no database"),
        ("Nothing", "no name in things_of_mine named 'Nothing'"),
        ("BrokenUpdate", "an update of things_of_mine:BrokenUpdate failed: RuntimeError: no table"),
        ("BrokenStart", "things_of_mine:BrokenStart failed before it was measured: RuntimeError: no loop"),
    ],
)
def test_what_cannot_be_measured_is_said_in_one_line(mine: str, name: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        run(update_pair(load_subject(f"{mine}:{name}")))


def test_a_wrong_name_is_answered_with_the_right_one() -> None:
    with pytest.raises(UsageError, match="did you mean 'thread-lock'"):
        load_subject("thread_lock")
