"""What a strategy is: which there are, and what each keeps to, whatever it is asked."""

from __future__ import annotations

import inspect
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import harness
from harness.engine.default_order import default_choice
from harness.model.errors import UsageError
from harness.strategies import STRATEGIES, Search, Strategy, make_strategy
from harness.strategies.bounded import BoundedStrategy
from tests.programs import Box, failure_of, in_threads
from tests.strategies.actors import actor, ended, watched

SAMPLERS = ("random", "pct", "pos", "surw", "auto")
ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("name", STRATEGIES)
def test_has_one_name_everywhere(name: str) -> None:
    place = "dpor.search" if name == "exhaustive" else name
    module = import_module(f"harness.strategies.{place}")
    cls = getattr(module, f"{name.capitalize()}Strategy")
    made = make_strategy(name, 0)
    assert type(made) is cls
    assert made.name == name
    assert inspect.getdoc(module).startswith(f"``{name}``")
    assert (ROOT / "tests" / "strategies" / Path(*place.split(".")[:-1]) / f"test_{place.split('.')[-1]}.py").exists()
    assert f"`{name}`" in (ROOT / "docs" / "strategies.md").read_text(encoding="utf-8")


def test_an_object_is_taken_as_it_is_and_a_wrong_name_is_refused() -> None:
    made = make_strategy("random", 0)
    assert make_strategy(made, 1) is made
    with pytest.raises(UsageError, match=r"no strategy 'dfs'; there are: auto, exhaustive, pct, pos, random, surw"):
        make_strategy("dfs", 0)


def test_what_lacks_a_method_is_refused_with_its_name() -> None:
    half: Any = SimpleNamespace(name="half", begin=None, choose=None)
    with pytest.raises(UsageError, match="it has no pick, end"):
        make_strategy(half, 0)


def test_a_class_in_place_of_an_object_is_refused_with_what_to_write() -> None:
    class LastFirst:
        name = "last-first"

        def begin(self, number: int) -> bool:
            return number < 1

        def choose(self, current: Any, enabled: Any) -> Any:
            return enabled[-1]

        def pick(self, current: Any, count: int) -> int:
            return 0

        def end(self, run: Any) -> None: ...

    cls: Any = LastFirst
    with pytest.raises(UsageError, match=r"strategy=LastFirst is a class, .*: strategy=LastFirst\(\.\.\.\)"):
        harness.explore(lambda: None, strategy=cls)
    assert harness.explore(lambda: None, strategy=LastFirst()).ok


@pytest.mark.parametrize("made", [make_strategy("exhaustive", 0), make_strategy("auto", 0), BoundedStrategy(2)])
def test_a_search_says_what_it_has_covered(made: Any) -> None:
    assert isinstance(made, Search)
    result = harness.explore(lambda: in_threads(lambda: None), strategy=made)
    assert made.coverage().exhausted
    assert result.verdict == "proved"


@pytest.mark.parametrize("name", ["random", "pct", "pos", "surw"])
def test_a_sampler_is_no_search(name: str) -> None:
    assert not isinstance(make_strategy(name, 0), Search)


def test_the_protocol_says_what_each_of_its_methods_is_told() -> None:
    for name in ("begin", "choose", "pick", "end"):
        assert inspect.getdoc(getattr(Strategy, name))


actors = st.lists(
    st.builds(
        actor, st.integers(0, 9), st.booleans(), st.booleans(), st.floats(0, 10, allow_nan=False, allow_infinity=False)
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda each: each.id,
).map(lambda found: sorted(found, key=lambda each: each.id))


@pytest.mark.parametrize("name", SAMPLERS)
@settings(max_examples=50, derandomize=True)
@given(states=st.lists(actors, min_size=1, max_size=20), seed=st.integers(0, 99))
def test_chooses_among_those_who_can_go_on_and_changes_nothing(name: str, states: list[list[Any]], seed: int) -> None:
    strategy = watched(make_strategy(name, seed))
    for number in range(4):
        assert strategy.begin(number)
        for enabled in states:
            before = list(enabled)
            assert strategy.choose(enabled[0], enabled) in before
            assert enabled == before
        strategy.end(ended(len(states)))


@pytest.mark.parametrize("name", SAMPLERS)
@given(count=st.integers(2, 9), seed=st.integers(0, 99))
def test_picks_one_of_the_ready_callbacks(name: str, count: int, seed: int) -> None:
    strategy = make_strategy(name, seed)
    strategy.begin(0)
    assert all(strategy.pick(actor(0), count) in range(count) for _ in range(10))


@given(actors)
def test_the_default_order_goes_on_with_who_has_the_turn_and_lets_time_pass_last(enabled: list[Any]) -> None:
    chosen = default_choice(enabled[0], enabled)
    awake = [each for each in enabled if not each.timed]
    if not awake:
        assert chosen.deadline == min(each.deadline for each in enabled)
    elif not enabled[0].timed:
        assert chosen is enabled[0]
    else:
        assert chosen is awake[0]


@pytest.mark.parametrize("name", STRATEGIES)
def test_finds_a_lost_update_and_a_deadlock(name: str) -> None:
    def loses() -> None:
        box = Box()

        def add() -> None:
            box.value += 1

        in_threads(add, add)
        assert box.value == 2

    def deadlocks() -> None:
        import threading

        one, other = threading.Lock(), threading.Lock()

        def forwards() -> None:
            with one, other:
                pass

        def backwards() -> None:
            with other, one:
                pass

        in_threads(forwards, backwards)

    assert failure_of(loses, strategy=name).kind == "assertion"
    assert failure_of(deadlocks, strategy=name).kind == "deadlock"


def test_a_strategy_in_the_module_under_test_is_not_part_of_the_program() -> None:
    class Counting:
        name = "counting"
        choices = 0

        def begin(self, number: int) -> bool:
            return number < 3

        def choose(self, current: Any, enabled: Any) -> Any:
            self.choices += 1
            return enabled[0]

        def pick(self, current: Any, count: int) -> int:
            return 0

        def end(self, run: Any) -> None: ...

    strategy = Counting()
    result = harness.explore(lambda: in_threads(lambda: None, lambda: None), strategy=strategy)
    assert result.ok
    assert strategy.choices > 0
