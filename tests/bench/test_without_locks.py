"""The twin of a store: the same source without its locks, or none if no lock of it can be found."""

from __future__ import annotations

import asyncio
import inspect
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from harness.bench.without_locks import bare_twin, lock_names, without_locks
from harness.model.errors import UsageError
from harness.stores import AsyncioLockStore, ThreadLockStore, UnlockedStore

SOURCE = '''
import asyncio, threading


class Base:
    def __init__(self):
        self.jobs, self.lock, self.name = {}, threading.Lock(), "base"

    def create(self, job_id):
        self.jobs[job_id] = 0

    async def update_job_status(self, job_id, **fields):
        self._set(job_id, fields)

    def _set(self, job_id, fields):
        with self.lock, open("/dev/null"):
            self.jobs[job_id] = fields


class Inherits(Base):
    """Its update stands in its parent."""


class PerJob:
    def __init__(self):
        self.locks = {}

    def create(self, job_id):
        self.locks[job_id] = asyncio.Lock()

    async def update_job_status(self, job_id, **fields):
        async with self.locks[job_id]:
            self.last = fields


class LocksElsewhere:
    """Has a lock, and takes it where no update comes by."""

    def __init__(self):
        self.lock = threading.Lock()

    async def update_job_status(self, job_id, **fields):
        self.last = fields

    def other(self):
        with self.lock:
            pass


class OwnLock:
    def __init__(self):
        self.held = 0

    def acquire(self):
        self.held += 1

    def release(self):
        self.held -= 1

    def __enter__(self):
        self.acquire()

    def __exit__(self, *exc):
        self.release()


class WithOwnLock:
    def __init__(self):
        self.guard = OwnLock()

    async def update_job_status(self, job_id, **fields):
        with self.guard:
            self.held = self.guard.held


class Slots:
    __slots__ = ("lock",)

    def __init__(self):
        self.lock = threading.Lock()

    async def update_job_status(self, job_id, **fields):
        with self.lock:
            pass
'''


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    (tmp_path / "stores_of_mine.py").write_text(textwrap.dedent(SOURCE))
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "stores_of_mine", raising=False)
    import stores_of_mine  # type: ignore[import-not-found]

    yield stores_of_mine
    sys.modules.pop("stores_of_mine", None)


@pytest.mark.parametrize("store", [AsyncioLockStore, ThreadLockStore])
def test_a_twin_updates_while_somebody_holds_the_lock(store: type[Any]) -> None:
    twin = bare_twin(store, "a")
    assert twin is not None
    one = twin()
    one.create("a")
    names = lock_names(one)
    assert names

    async def update() -> None:
        for name in names:
            taken = getattr(one, name).acquire()
            if inspect.isawaitable(taken):
                await taken
        await asyncio.wait_for(one.update_job_status("a", progress=50), timeout=10)

    asyncio.run(update())
    assert one.jobs["a"].progress == 50


def test_the_store_itself_stays_as_it_is() -> None:
    before = ThreadLockStore.update_job_status.__code__.co_code
    without_locks(ThreadLockStore)
    assert ThreadLockStore.update_job_status.__code__.co_code == before


def test_a_store_without_locks_has_no_twin() -> None:
    assert lock_names(UnlockedStore()) == set()
    assert bare_twin(UnlockedStore, "a") is None


def test_other_context_managers_stay(mine: Any) -> None:
    twin = without_locks(mine.Base)
    constants = twin._set.__code__.co_consts
    assert "/dev/null" in constants


def test_an_inherited_update_is_found_where_it_stands(mine: Any) -> None:
    twin = bare_twin(mine.Inherits, "a")
    assert twin is not None
    one = twin()
    one.create("a")
    assert one.lock.acquire(blocking=False)
    asyncio.run(one.update_job_status("a", progress=1))
    assert one.jobs == {"a": {"progress": 1}}


def test_a_lock_for_each_job_is_found_in_its_dict(mine: Any) -> None:
    twin = bare_twin(mine.PerJob, "a")
    assert twin is not None
    one = twin()  # without a job, so without a lock for it
    asyncio.run(one.update_job_status("a", progress=1))
    assert one.last == {"progress": 1}


def test_a_lock_that_no_update_takes_makes_no_twin(mine: Any) -> None:
    assert lock_names(mine.LocksElsewhere()) == {"lock"}
    assert bare_twin(mine.LocksElsewhere, "a") is None


def test_a_lock_of_ones_own_is_known_by_what_it_can_do(mine: Any) -> None:
    twin = bare_twin(mine.WithOwnLock, "a")
    assert twin is not None
    one = twin()
    asyncio.run(one.update_job_status("a"))
    assert one.held == 0


def test_a_lock_in_a_slot_is_a_lock(mine: Any) -> None:
    assert bare_twin(mine.Slots, "a") is not None


def test_a_class_without_source_cannot_be_copied() -> None:
    namespace: dict[str, Any] = {"__name__": "nowhere"}
    exec("class Store:\n    async def update_job_status(self, job_id): pass", namespace)
    with pytest.raises(UsageError, match="the source of Store cannot be had"):
        without_locks(namespace["Store"])


def test_a_class_without_updates_has_no_twin() -> None:
    assert bare_twin(dict, "a") is None
