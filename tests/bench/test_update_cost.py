"""The quick look beside a matrix: what it says of its figures, whatever the figures are."""

from __future__ import annotations

import gc

import pytest

from harness.bench import update_cost
from harness.bench.update_cost import UpdateCost, measure_update_costs
from harness.stores import AsyncioLockStore, ThreadLockStore, UnlockedStore


def test_every_store_with_a_lock_is_measured_in_its_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(update_cost, "_SAMPLE_SECONDS", 1e-6)
    monkeypatch.setattr(update_cost, "_SAMPLES", 3)
    found = measure_update_costs([UnlockedStore, ThreadLockStore, AsyncioLockStore])
    assert [each.store for each in found] == ["thread-lock", "asyncio-lock"]
    assert gc.isenabled()


def test_the_ratio_is_of_an_update_with_to_one_without() -> None:
    assert UpdateCost("thread-lock", locked=300.0, bare=200.0, spread=1.0).ratio == 1.5


@pytest.mark.parametrize(("spread", "unstable"), [(100.0, False), (101.0, True)])
def test_a_spread_of_more_than_a_third_is_unstable(spread: float, unstable: bool) -> None:
    assert UpdateCost("thread-lock", locked=300.0, bare=200.0, spread=spread).unstable == unstable
