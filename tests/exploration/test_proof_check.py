"""A proof is checked while it is made: a dependence that the search does not know withdraws it."""

from __future__ import annotations

from typing import Any

import pytest

import harness
from harness.exploration.determinism import difference_in_class
from harness.exploration.session import Session
from harness.strategies.dpor import dependence, races, signature, wakeup_sequence
from harness.strategies.dpor.reordering import ReorderedExecution, reorder
from harness.strategies.dpor.search import ExhaustiveStrategy
from tests.programs import Box, in_threads


def adds(*names: str) -> int:
    box = Box()
    box.value = box.other = 0

    def add(name: str) -> Any:
        def work() -> None:
            setattr(box, name, getattr(box, name) + 1)

        return work

    in_threads(*map(add, names))
    return int(box.value)


def loses() -> int:
    return adds("value", "value")


def fails() -> None:
    value = adds("value", "value")
    assert value == 2, value


def independent() -> int:
    return adds("value", "other")


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """The dependence relation takes accesses of ``value`` for independent."""
    real = dependence.conflict

    def conflict(one: Any, other: Any) -> bool:
        return real(one, other) and not (one[2] == other[2] == "value")

    for module in (dependence, races, signature):
        monkeypatch.setattr(module, "conflict", conflict)
    assert wakeup_sequence.dependent is dependence.dependent


@pytest.mark.parametrize("strategy", ["exhaustive", "auto"])
@pytest.mark.usefixtures("blind")
def test_what_the_search_took_for_one_class_and_is_not_withdraws_the_proof(strategy: str) -> None:
    found = harness.explore(loses, strategy=strategy, stop_on_failure=False)
    assert found.verdict == "not found"
    assert "fault of the harness" in str(found)
    assert str(found).count("loses:") == found.withdrawn.count("loses:") >= 1


@pytest.mark.usefixtures("blind")
def test_a_failure_that_the_search_overlooked_is_a_failure() -> None:
    found = harness.explore(fails, strategy="exhaustive")
    assert found.verdict == "failed"
    assert found.failure is not None and found.failure.kind == "assertion"
    assert "fault of the harness" in str(found)


@pytest.mark.usefixtures("blind")
def test_equal_seeds_check_the_same() -> None:
    one, other = (harness.explore(loses, strategy="exhaustive", seed=7).withdrawn for _ in range(2))
    assert one == other != ""


@pytest.mark.parametrize("program", [loses, independent])
def test_a_proof_that_holds_is_not_withdrawn(program: Any) -> None:
    found = harness.explore(program, strategy="exhaustive")
    assert (found.verdict, found.withdrawn) == ("proved", "")


def test_the_check_takes_a_share_of_the_events_that_the_search_executed(monkeypatch: pytest.MonkeyPatch) -> None:
    executed = []
    real = Session.run

    def run(self: Session, decider: Any, detail: bool = False) -> Any:
        made = real(self, decider, detail)
        executed.append((type(decider).__name__, len(made.history)))
        return made

    monkeypatch.setattr(Session, "run", run)

    def many() -> int:
        return adds("value", "value", "value", "value")

    assert harness.explore(many, strategy="exhaustive", schedules=2000).verdict == "proved"
    searched = sum(events for name, events in executed if name == "ExhaustiveStrategy")
    checked = sum(events for name, events in executed) - searched
    assert searched > 15_000
    assert checked <= searched / 4


def test_a_class_is_executed_in_another_order_with_the_same_events() -> None:
    draws = iter([0.9] * 100)
    with Session(independent) as session:
        search = ExhaustiveStrategy()
        search.watch(session.engine)
        assert search.begin(0)
        run = session.run(search)
        search.end(run)
        order = reorder(run, search.executed().starts, lambda: next(draws))
        again = session.run(ReorderedExecution(session.engine, order))
    assert order.events != tuple(range(len(run.history)))
    assert sorted(order.events) == list(range(len(run.history)))
    assert difference_in_class(run, again) is None
    assert signature.signature_of(again) == signature.signature_of(run)
