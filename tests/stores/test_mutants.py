"""What each item of the checklist is good for: which scenario catches a store without it, and how.

What catches nothing is said as plainly as what catches something.
"""

from __future__ import annotations

import inspect

import pytest

import harness
from harness import scenarios
from harness.stores import MUTANTS, STORES, AsyncioLockStore, ThreadLockStore, load, name_of
from harness.stores.interface import JobStore

CAUGHT_BY = {
    "thread-lock-made-for-each-call": ("stuck-at-old-progress", "assertion"),
    "thread-lock-without-lock-in-update": ("inconsistent-read", "assertion"),
    "thread-lock-not-awaited": ("forgotten-await", "assertion"),
    "thread-lock-without-lock-in-heartbeat": ("heartbeat-outlives-its-job", "exception"),
    "thread-lock-without-check-in-heartbeat": ("heartbeat-outlives-its-job", "exception"),
    "thread-lock-without-lock-in-read": ("inconsistent-read", "assertion"),
    "thread-lock-without-lock-in-cleanup": ("cleanup-deletes-a-job", "exception"),
    "thread-lock-without-lock-in-threads": ("stuck-at-old-progress", "assertion"),
    "thread-lock-without-lock-in-iteration": ("iterating-while-cleaning-up", "exception"),
    "thread-lock-without-copy": ("two-fields-from-one-get", "assertion"),
    "thread-lock-held-during-work": ("slow-work-inside-the-lock", "deadlock"),
    "per-job-lock-held-during-work": ("slow-work-inside-the-lock", "deadlock"),
    "asyncio-lock-held-during-work": ("many-jobs-at-once", "assertion"),
    "asyncio-lock-not-awaited": ("forgotten-await", "assertion"),
}
"""Mutant -> the scenario that catches it, and the kind of its failure."""

NOT_CAUGHT = {
    "thread-lock-without-lock-in-create": "all jobs are made before anybody else runs; to add one is a single step",
    "asyncio-lock-without-lock": "between two awaits tasks are alone anyway; and of a thread the lock keeps nobody",
}
"""Mutant -> why no scenario catches it: it does not make one fail that holds for the store it was made from."""


def original_of(mutant: str) -> str:
    return max((name for name in STORES if mutant.startswith(f"{name}-")), key=len)


def held_by(store: str) -> list[str]:
    return [each.name for each in scenarios.all_scenarios() if each.expect.get(store) == "safe"]


def test_of_each_mutant_it_is_said_whether_it_is_caught() -> None:
    assert {*CAUGHT_BY, *NOT_CAUGHT} == set(MUTANTS)
    assert not set(CAUGHT_BY) & set(NOT_CAUGHT)


@pytest.mark.parametrize("mutant", CAUGHT_BY)
def test_a_scenario_catches_what_it_holds_for_in_the_original(mutant: str) -> None:
    scenario, kind = CAUGHT_BY[mutant]
    assert scenario in held_by(original_of(mutant))
    found = harness.explore(scenarios.load(scenario).program(load(mutant)))
    assert found.failure is not None
    assert found.failure.kind == kind
    assert found.failure.token.startswith(f"{scenario}@{mutant}:")
    again = harness.replay(scenarios.load(scenario).program(load(mutant)), found.failure.token).failure
    assert again is not None
    assert (again.kind, again.place) == (kind, found.failure.place)


@pytest.mark.parametrize("mutant", NOT_CAUGHT)
def test_nothing_catches_it_and_that_is_proved(mutant: str) -> None:
    for scenario in held_by(original_of(mutant)):
        found = harness.explore(scenarios.load(scenario).program(load(mutant)), strategy="exhaustive")
        assert found.verdict == "proved", scenario


def test_an_optional_item_is_as_necessary_as_an_essential_one() -> None:
    optional = ("read", "cleanup", "threads")
    assert {f"thread-lock-without-lock-in-{name}" for name in optional} <= set(CAUGHT_BY)


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_mutant_is_its_original_but_for_very_little(mutant: str) -> None:
    cls = MUTANTS[mutant]
    assert cls.__mro__[1] is STORES[original_of(mutant)]
    assert name_of(cls) == mutant
    assert load(mutant) is cls
    changed = [name for name in vars(cls) if name in dir(JobStore) and not name.startswith("_")]
    assert changed or mutant == "thread-lock-made-for-each-call"
    assert inspect.getdoc(cls), "says which item it leaves out"


@pytest.mark.parametrize("make", MUTANTS.values(), ids=MUTANTS.keys())
def test_a_mutant_can_do_all_that_its_original_can(make: type[JobStore]) -> None:
    for name, wanted in inspect.getmembers(JobStore, inspect.isfunction):
        if not name.startswith("_"):
            assert inspect.signature(getattr(make, name)) == inspect.signature(wanted), name


def test_a_lock_for_each_job_hurts_only_that_job_when_it_is_held_too_long() -> None:
    program = scenarios.load("many-jobs-at-once").program(load("per-job-lock-held-during-work"))
    assert harness.explore(program).verdict == "proved"


def test_a_forgotten_await_is_reported_in_pythons_own_words() -> None:
    failure = harness.explore(scenarios.load("forgotten-await").program(load("asyncio-lock-not-awaited"))).failure
    assert failure is not None
    assert "coroutine 'AsyncioLockStore.update_job_status' was never awaited" in failure.message
    assert "never awaited" in str(failure)


def test_the_originals_are_what_the_ladder_calls_them() -> None:
    assert {original_of(mutant) for mutant in MUTANTS} == {"thread-lock", "per-job-lock", "asyncio-lock"}
    assert (STORES["thread-lock"], STORES["asyncio-lock"]) == (ThreadLockStore, AsyncioLockStore)
