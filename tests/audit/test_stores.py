"""What the audit says of the project's own stores: the good ones are clean, the others say what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

import harness
from harness import scenarios
from harness.audit import RULES, Finding, audit

STORES = Path(harness.__file__).parent / "stores"


def findings(name: str, **options: bool) -> list[Finding]:
    return list(audit([STORES / f"{name}.py"], **options).findings)


@pytest.mark.parametrize("name", ["thread_lock", "per_job_lock", "versioned", "sqlite", "sqlite_versioned"])
def test_nothing_is_found_in_a_store_with_a_lock_that_everybody_takes_or_with_no_shared_record(name: str) -> None:
    assert findings(name) == []


def test_all_seven_items_of_the_checklist_are_open_in_the_store_without_a_lock() -> None:
    assert audit([STORES / "unlocked.py"]).items == (1, 2, 3, 4, 5, 6, 7)


def test_each_method_of_the_store_without_a_lock_that_a_lock_would_help_is_named() -> None:
    named = {finding.function.removeprefix("UnlockedStore.") for finding in findings("unlocked")}
    safe = {"count", "find", "create"}
    assert named & safe == set()
    assert named >= {"_update_job_status", "update_if_processing", "advance", "heartbeat", "list_jobs"}
    assert named >= {"get_job_status", "report_progress", "cleanup"}


def test_an_asyncio_lock_is_of_the_wrong_kind_and_the_threads_are_outside_it() -> None:
    found = {(finding.rule, finding.function.rpartition(".")[2]) for finding in findings("asyncio_lock")}
    assert found == {
        ("wrong-lock", "job_lock"),
        ("torn-update", "_set"),
        ("torn-read", "get_job_status"),
        ("read-modify-write", "report_progress"),
        ("check-then-act", "cleanup"),
    }


def test_threads_that_take_the_asyncio_lock_in_loops_of_their_own_are_found_in_the_file_that_makes_them() -> None:
    assert {finding.rule for finding in findings("asyncio_lock_complete")} == {"wrong-lock"}


def test_create_is_the_one_method_that_the_confined_store_does_not_hand_to_its_loop() -> None:
    (finding,) = findings("loop_confined")
    assert finding.rule == "unsafe-iteration"
    assert "LoopConfinedStore.create" in finding.assumes


CAUGHT = {
    "ThreadLockMadeForEachCall": "lock-per-call",
    "ThreadLockWithoutLockInUpdate": "torn-update",
    "ThreadLockNotAwaited": "missing-await",
    "ThreadLockWithoutLockInHeartbeat": "check-then-act",
    "ThreadLockWithoutLockInRead": "torn-read",
    "ThreadLockWithoutLockInCleanup": "check-then-act",
    "ThreadLockWithoutLockInThreads": "read-modify-write",
    "ThreadLockWithoutLockInIteration": "unsafe-iteration",
    "ThreadLockWithoutLockInCreate": "missed-section",
    "ThreadLockHeldDuringWork": "slow-in-lock",
}
NOT_SEEN = {"ThreadLockWithoutCheckInHeartbeat", "ThreadLockWithoutCopy"}
"""A check that is not there, and a record that leaves the store: neither is a race in this file."""


def test_of_the_mutants_of_the_thread_lock_all_but_two_are_seen_each_by_its_own_rule() -> None:
    found = {(each.function.partition(".")[0], each.rule) for each in findings("mutants/thread_lock_mutants")}
    assert set(CAUGHT.items()) <= found
    assert not NOT_SEEN & {name for name, _ in found}
    assert {name for name, _ in found} == set(CAUGHT)


def test_slow_work_and_forgotten_awaits_are_seen_in_the_other_mutants() -> None:
    mutants = [*findings("mutants/per_job_lock_mutants"), *findings("mutants/asyncio_lock_mutants")]
    slow = {each.function for each in mutants if each.rule == "slow-in-lock"}
    assert slow == {"PerJobLockHeldDuringWork.finish", "AsyncioLockHeldDuringWork.finish"}
    awaits = [each.function for each in findings("mutants/asyncio_lock_mutants") if each.rule == "missing-await"]
    assert awaits == ["AsyncioLockNotAwaited.finish"]


def test_what_a_subclass_gets_wrong_is_not_said_of_the_class_that_it_inherits_from() -> None:
    together = audit([STORES])
    assert {
        each.path for each in together.findings if each.path.endswith(("thread_lock.py", "thread_lock_mutants.py"))
    } == {str(STORES / "mutants" / "thread_lock_mutants.py")}


def test_without_assumed_threads_only_what_the_tasks_do_to_each_other_is_left() -> None:
    found = findings("unlocked", assume_threads=False)
    assert found
    assert all(not each.assumes for each in found)
    assert {each.function for each in found} <= {
        f"UnlockedStore.{name}" for name in ("advance", "heartbeat", "update_if_processing")
    }


@pytest.mark.parametrize("rule", [name for name in RULES if RULES[name].scenario])
def test_the_scenario_that_shows_a_rule_exists(rule: str) -> None:
    assert scenarios.load(RULES[rule].scenario).name == RULES[rule].scenario
