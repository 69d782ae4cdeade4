"""The whole benchmark, as short as it can be: that every part of it comes out, not with which figures."""

from __future__ import annotations

import asyncio
import gc
import threading

import pytest

from harness.bench import OPERATIONS, Bench, Plan, measure
from harness.bench.contenders import CONTENDERS, HOLDS
from harness.bench.subjects import LOCKS, Subject, load_subject, stores_to_measure

TINY = Plan(blocks=6, timing=1e-5, rounds=6, round_seconds=2e-4, lag_rounds=6, lag_seconds=5e-4)


@pytest.fixture(scope="module")
def steps() -> list[tuple[str, int, int]]:
    return []


@pytest.fixture(scope="module")
def bench(steps: list[tuple[str, int, int]]) -> Bench:
    return measure(plan=TINY, on_progress=lambda what, done, total: steps.append((what, done, total)))


def test_every_lock_and_every_store_is_measured_alone(bench: Bench) -> None:
    names = [each.name for each in bench.comparisons]
    assert names == [f"acquire {each.name}" for each in LOCKS] + [f"update {each.name}" for each in stores_to_measure()]
    assert bench.control.against == "the same"
    assert all(len(each.blocks) == TINY.blocks for each in bench.comparisons)


def test_every_lock_is_contended_for_by_all_whom_it_serves_at_every_hold(bench: Bench) -> None:
    found = {(each.name, each.contenders, each.hold) for each in bench.contentions if each.how != "calls"}
    for contenders in CONTENDERS:
        for hold in HOLDS:
            assert ("threading.Lock", contenders, hold) in found
            assert (("asyncio.Lock", contenders, hold) in found) == (contenders.threads == 0)


def test_every_store_is_contended_for_as_it_is(bench: Bench) -> None:
    found = {(each.name, each.contenders) for each in bench.contentions if each.how == "calls"}
    assert {(each.name, contenders) for each in stores_to_measure() for contenders in CONTENDERS} <= found


def test_every_lock_has_its_lag_at_every_hold(bench: Bench) -> None:
    assert [(each.name, each.hold) for each in bench.lags] == [(lock.name, hold) for hold in HOLDS for lock in LOCKS]


def test_there_is_a_curve_for_every_update_that_took_time(bench: Bench) -> None:
    names = {each.name.removeprefix("update ") for each in bench.comparisons if each.ratio is not None}
    assert {curve.name for curve in bench.curves} == names


def test_the_progress_ends_at_its_end(bench: Bench, steps: list[tuple[str, int, int]]) -> None:
    done = [step[1] for step in steps]
    assert done == sorted(done)
    assert len({total for _, _, total in steps}) == 1
    assert steps[-1][1] == steps[-1][2]


def test_the_machine_is_as_it_was(bench: Bench) -> None:
    assert gc.isenabled()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_one_operation_can_be_measured_alone(operation: str) -> None:
    found = measure([load_subject("threading:Lock")], TINY, [operation])
    filled = {
        "update": [each for each in found.comparisons if each.name.startswith("update")],
        "acquire": [each for each in found.comparisons if each.name.startswith("acquire")],
        "contended": found.contentions,
        "lag": found.lags,
    }
    assert [name for name, parts in filled.items() if parts] == [operation]


def test_a_selected_store_is_measured_alone() -> None:
    found = measure([load_subject("thread-lock")], TINY, ["update", "contended"])
    assert [each.name for each in found.comparisons] == ["update thread-lock"]
    assert {each.name for each in found.contentions} == {"no lock", "thread-lock"}


class Both:
    """A lock for tasks and threads."""

    def __init__(self) -> None:
        self.lock = threading.Lock()

    def __enter__(self) -> None:
        self.lock.acquire()

    def __exit__(self, *_: object) -> None:
        self.lock.release()

    async def __aenter__(self) -> None:
        while not self.lock.acquire(blocking=False):  # noqa: ASYNC110 - a thread sets no event of this loop
            await asyncio.sleep(0)

    async def __aexit__(self, *_: object) -> None:
        self.lock.release()


def test_a_lock_for_both_is_held_against_no_lock_with_the_same_contenders() -> None:
    found = measure([Subject("both", Both, is_store=False)], TINY, ["contended"]).contentions
    assert {(each.name, each.how) for each in found} == {("no lock", "awaiting"), ("both", "awaiting")}
    for contenders in CONTENDERS:
        assert all(each.ratio is not None for each in found if each.name == "both" and each.contenders == contenders)
