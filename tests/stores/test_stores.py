"""Each store does what the interface says when nobody interferes; what happens otherwise is the scenarios' part."""

from __future__ import annotations

import asyncio
import inspect
import threading
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from harness.model.errors import UsageError
from harness.stores import DEFAULT_STORES, STORES, Job, ThreadLockStore, load, name_of
from harness.stores.interface import JobStore

every_store = pytest.mark.parametrize("make", STORES.values(), ids=STORES.keys())


@every_store
def test_a_store_has_every_method_of_the_interface_with_its_signature(make: type[JobStore]) -> None:
    for name, wanted in inspect.getmembers(JobStore, inspect.isfunction):
        if not name.startswith("_"):
            method = getattr(make, name)
            assert inspect.signature(method) == inspect.signature(wanted), name
            assert inspect.iscoroutinefunction(method) == inspect.iscoroutinefunction(wanted), name


@every_store
def test_a_new_job_is_being_processed_since_now(make: type[JobStore]) -> None:
    store = make()
    before = datetime.now()
    store.create("a", progress=10)
    job = store.jobs["a"]
    assert (job.id, job.status, job.progress, job.error) == ("a", "processing", 10, None)
    assert job.created is not None
    assert before <= job.created <= datetime.now()
    assert job.completed is None
    assert job.last_heartbeat is None


@every_store
def test_an_update_sets_all_its_fields_and_no_other(make: type[JobStore]) -> None:
    store = make()
    store.create("a", progress=10)
    created = store.jobs["a"].created
    asyncio.run(store.update_job_status("a", status="failed", error="disk full"))
    assert store.jobs["a"] == Job("a", status="failed", progress=10, error="disk full", created=created)


@every_store
def test_progress_moves_on_by_tasks_and_by_threads(make: type[JobStore]) -> None:
    store = make()
    store.create("a", progress=10)
    asyncio.run(store.advance("a", by=20))
    store.report_progress("a", by=30)
    assert store.get_job_status("a") == {"status": "processing", "progress": 60}


@every_store
def test_only_a_job_that_is_being_processed_is_finished(make: type[JobStore]) -> None:
    store = make()
    store.create("a")
    assert asyncio.run(store.update_if_processing("a", status="completed", progress=100))
    assert not asyncio.run(store.update_if_processing("a", status="failed", error="late"))
    assert store.get_job_status("a") == {"status": "completed", "progress": 100}
    assert store.jobs["a"].error is None


@every_store
def test_a_heartbeat_that_nobody_disturbs_changes_its_time_only(make: type[JobStore]) -> None:
    store = make()
    store.create("a", progress=10)
    created = store.jobs["a"].created
    asyncio.run(store.heartbeat("a"))
    beat = store.jobs["a"].last_heartbeat
    assert beat is not None
    assert store.jobs["a"] == Job("a", status="processing", progress=10, created=created, last_heartbeat=beat)


@every_store
def test_a_workers_error_marks_the_job_as_failed(make: type[JobStore]) -> None:
    store = make()
    store.create("a")
    store.report_error("a", "disk full")
    assert (store.jobs["a"].status, store.jobs["a"].error) == ("failed", "disk full")


@every_store
def test_an_unknown_job_is_a_key_error(make: type[JobStore]) -> None:
    store = make()
    with pytest.raises(KeyError):
        store.report_error("nobody", "lost")
    with pytest.raises(KeyError):
        asyncio.run(store.advance("nobody", by=1))


@every_store
def test_a_finished_job_is_completed(make: type[JobStore]) -> None:
    store = make()
    store.create("a", progress=50)
    asyncio.run(store.finish("a", parts=2))
    assert store.get_job_status("a") == {"status": "completed", "progress": 100}


@every_store
def test_the_cleanup_forgets_what_is_finished_and_nothing_else(make: type[JobStore]) -> None:
    store = make()
    for job_id in ("a", "b", "c"):
        store.create(job_id)
    store.report_error("a", "disk full")
    asyncio.run(store.finish("b", parts=1))
    assert asyncio.run(store.list_jobs()) == {"a": "failed", "b": "completed", "c": "processing"}
    store.cleanup()
    assert asyncio.run(store.list_jobs()) == {"c": "processing"}
    assert list(store.jobs) == ["c"]
    assert store.count() == 1


@every_store
def test_of_a_job_that_is_gone_each_says_so_in_its_way(make: type[JobStore]) -> None:
    store = make()
    store.create("a")
    assert asyncio.run(store.heartbeat("a"))
    store.report_error("a", "disk full")
    store.cleanup()
    assert store.find("a") is None
    assert not asyncio.run(store.heartbeat("a"))
    assert not asyncio.run(store.update_if_processing("a", status="completed"))
    with pytest.raises(KeyError):
        asyncio.run(store.update_job_status("a", progress=1))
    assert store.find("a") is None


@every_store
def test_progress_ends_at_a_hundred(make: type[JobStore]) -> None:
    store = make()
    store.create("a", progress=90)
    store.report_progress("a", by=30)
    assert store.get_job_status("a")["progress"] == 100


@pytest.mark.parametrize("name", ["unlocked", "asyncio-lock", "asyncio-lock-complete"])
def test_what_a_dict_returns_is_the_live_record(name: str) -> None:
    store = load(name)()
    store.create("a")
    assert store.find("a") is store.jobs["a"]


@pytest.mark.parametrize("name", sorted(set(STORES) - {"unlocked", "asyncio-lock", "asyncio-lock-complete"}))
def test_what_the_others_return_does_not_change_any_more(name: str) -> None:
    store = load(name)()
    store.create("a", progress=10)
    found = store.find("a")
    store.report_progress("a", by=10)
    assert found is not None
    assert found.progress == 10


def test_a_run_that_names_no_store_takes_all_but_the_slow_ones() -> None:
    assert set(STORES) - set(DEFAULT_STORES) == {"sqlite", "sqlite-versioned"}


def test_a_database_is_a_file_that_is_gone_with_its_store() -> None:
    store: Any = load("sqlite")()
    rows, _ = store._execute("PRAGMA database_list")
    file = Path(rows[0]["file"])
    assert file.exists()
    assert store._execute("PRAGMA journal_mode")[0] == [{"journal_mode": "wal"}]
    del store
    assert not file.parent.exists()


def test_threads_ask_the_loop_that_a_confined_store_was_started_in() -> None:
    store: Any = load("loop-confined")()
    store.create("a")

    async def service() -> str:
        await store.start()
        seen: list[str] = []
        store._add = lambda job_id, by: seen.append(threading.current_thread().name)
        await asyncio.to_thread(store.report_progress, "a", 10)
        return seen[0]

    assert asyncio.run(service()) == threading.current_thread().name


def test_the_thread_lock_is_free_again_after_an_error() -> None:
    store = ThreadLockStore()
    with pytest.raises(KeyError):
        store.get_job_status("nobody")
    assert not store.lock.locked()


@every_store
def test_each_store_is_loaded_by_the_name_it_is_called(make: type[JobStore]) -> None:
    assert load(name_of(make)) is make


def test_a_store_of_ones_own_is_named_by_module_and_class() -> None:
    assert load("harness.stores.thread_lock:ThreadLockStore") is ThreadLockStore
    assert name_of(Job) == "harness.stores.job:Job"


def test_a_wrong_name_is_answered_with_the_right_one() -> None:
    with pytest.raises(UsageError, match="did you mean 'asyncio-lock'"):
        load("asyncio_lock")
    with pytest.raises(UsageError, match="did you mean 'thread-lock-without-copy'"):
        load("thread-lock-without-copies")


def test_a_store_must_be_a_class() -> None:
    with pytest.raises(UsageError, match="is a function; a store is a class"):
        load("harness.stores:load")
