"""What each scenario expects of each store is what an exploration finds."""

from __future__ import annotations

import pytest

import harness
import scenarios
from harness.stores import STORES

PAIRS = [(scenario.name, store) for scenario in scenarios.all_scenarios() for store in STORES]


@pytest.mark.parametrize(("scenario", "store"), PAIRS)
def test_a_store_fails_where_it_is_expected_to_and_only_there(scenario: str, store: str) -> None:
    loaded = scenarios.load(scenario)
    found = harness.explore(loaded.program(STORES[store]), schedules=1000)
    if loaded.expect[store] == "safe":
        assert found.verdict != "failed", str(found.failure)
    else:
        assert found.failure is not None
        assert found.failure.kind == "assertion"
        assert found.failure.preemptions <= 2
