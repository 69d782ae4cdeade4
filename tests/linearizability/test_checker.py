"""The checker against brute force, and on histories as long as people have them."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.linearizability import ObjectModel, Operation, Outcome, check
from harness.model.errors import UsageError


class Register:
    def __init__(self) -> None:
        self.value = 0

    def write(self, value: int) -> None:
        self.value = value

    def read(self) -> int:
        return self.value

    def swap(self, old: int, new: int) -> bool:
        if self.value != old:
            return False
        self.value = new
        return True

    def take(self) -> int:
        if not self.value:
            raise LookupError
        self.value -= 1
        return self.value


def brute_force(history: list[Operation]) -> bool:
    """Whether any order of any choice among the operations that have not ended explains those that have."""
    ended = [each for each in history if each.outcome is not None]
    pending = [each for each in history if each.outcome is None]
    model = ObjectModel(Register)
    for count in range(len(pending) + 1):
        for chosen in itertools.combinations(pending, count):
            for order in itertools.permutations([*ended, *chosen]):
                late = {id(each): place for place, each in enumerate(order)}
                in_time = all(
                    late[id(one)] < late[id(other)]
                    for one in ended
                    for other in order
                    if one.end < other.call and one is not other
                )
                if in_time and explains(order, model):
                    return True
    return False


def explains(order: tuple[Operation, ...], model: ObjectModel) -> bool:
    state = model.first()
    for each in order:
        outcome, state = model.step(state, each)
        if each.outcome is not None and outcome != each.outcome:
            return False
    return True


values = st.integers(0, 2)
seen = st.builds(Outcome, values)
calls = st.one_of(
    st.tuples(st.just("write"), st.fixed_dictionaries({"value": values}), st.just(Outcome())),
    st.tuples(st.just("read"), st.just({}), st.builds(Outcome, values)),
    st.tuples(
        st.just("swap"), st.fixed_dictionaries({"old": values, "new": values}), st.builds(Outcome, st.booleans())
    ),
    st.tuples(
        st.just("take"), st.just({}), st.one_of(st.builds(Outcome, values), st.just(Outcome(error="LookupError")))
    ),
)


@st.composite
def histories(draw: st.DrawFn) -> list[Operation]:
    history = []
    for name, arguments, outcome in draw(st.lists(calls, max_size=5)):
        call = draw(st.integers(0, 8))
        has_ended = draw(st.integers(0, 5)) > 0
        end = call + draw(st.integers(0, 4))
        history.append(Operation(name, arguments, outcome if has_ended else None, call, end))
    return history


@settings(max_examples=400, deadline=None)
@given(histories())
def test_it_says_what_brute_force_over_all_orders_says(history: list[Operation]) -> None:
    found = check(history, ObjectModel(Register))
    assert found.holds == brute_force(history)
    if found.holds:
        assert explains(found.order, ObjectModel(Register))
        assert {id(each) for each in history if each.outcome is not None} <= {id(each) for each in found.order}
    else:
        assert found.culprit in found.part


def recorded(actors: int, length: int, keys: int, seed: int) -> list[Operation]:
    """What actors see of registers that take effect at one moment within each call."""
    chance = random.Random(seed)
    registers = [Register() for _ in range(keys)]
    running: list[tuple[int, int, str, dict[str, Any], list[Outcome]]] = []
    history: list[Operation] = []
    busy: set[int] = set()
    time = 0
    while len(history) < length:
        time += 1
        idle = [actor for actor in range(actors) if actor not in busy]
        waiting = [each for each in running if not each[4]]
        ready = [each for each in running if each[4]]
        what = chance.choice([name for name, there in (("call", idle), ("act", waiting), ("end", ready)) if there])
        if what == "call":
            actor = chance.choice(idle)
            busy.add(actor)
            key = chance.randrange(keys)
            arguments = {"value": chance.randrange(1000)} if chance.random() < 0.5 else {}
            running.append((actor, time, f"{'write' if arguments else 'read'}", {**arguments, "key": key}, []))
        elif what == "act":
            each = chance.choice(waiting)
            given_ = {name: value for name, value in each[3].items() if name != "key"}
            each[4].append(Outcome(getattr(registers[each[3]["key"]], each[2])(**given_)))
        else:
            each = chance.choice(ready)
            running.remove(each)
            busy.remove(each[0])
            history.append(Operation(each[2], each[3], each[4][0], each[1], time, str(each[0])))
    return history


class KeyedRegister(Register):
    def write(self, value: int, key: int) -> None:
        super().write(value)

    def read(self, key: int) -> int:
        return super().read()


@pytest.mark.parametrize("actors", [2, 8])
@pytest.mark.parametrize("keys", [1, 20])
def test_a_thousand_operations_are_checked_in_steps_that_grow_with_their_number_alone(actors: int, keys: int) -> None:
    history = recorded(actors, 1000, keys, seed=actors * keys)
    model = Counting()
    assert check(history, model, key=lambda each: each.arguments["key"]).holds
    assert model.steps < 100 * len(history)


@pytest.mark.parametrize("keys", [1, 20])
def test_one_wrong_outcome_among_a_thousand_is_found(keys: int) -> None:
    history = recorded(4, 1000, keys, seed=3)
    place = next(number for number, each in enumerate(history) if number > 500 and each.name == "read")
    wrong = history[place]
    history[place] = Operation(wrong.name, wrong.arguments, Outcome(-1), wrong.call, wrong.end, wrong.actor)
    model = Counting()
    found = check(history, model, key=lambda each: each.arguments["key"])
    assert not found.holds
    assert found.culprit is history[place]
    assert model.steps < 200 * len(history)


class Counting(ObjectModel):
    """Counts the steps: what the search costs, on any machine."""

    def __init__(self) -> None:
        super().__init__(KeyedRegister)
        self.steps = 0

    def step(self, state: Any, operation: Operation) -> tuple[Outcome, Any]:
        self.steps += 1
        return super().step(state, operation)


def test_operations_that_touch_at_one_moment_are_in_no_order() -> None:
    write = Operation("write", {"value": 1}, Outcome(), 0, 1)
    assert check([write, Operation("read", {}, Outcome(0), 1, 2)], ObjectModel(Register)).holds
    assert not check([write, Operation("read", {}, Outcome(0), 2, 3)], ObjectModel(Register)).holds


def test_what_has_not_ended_may_or_may_not_have_had_its_effect() -> None:
    write = Operation("write", {"value": 1}, None, 0)
    for seen in (0, 1):
        assert check([write, Operation("read", {}, Outcome(seen), 2, 3)], ObjectModel(Register)).holds
    assert not check([write, Operation("read", {}, Outcome(2), 2, 3)], ObjectModel(Register)).holds


def test_states_that_cannot_be_compared_only_cost_time() -> None:
    class Opaque(Register):
        def __init__(self) -> None:
            super().__init__()
            self.parts = [object()]

    history = [Operation("write", {"value": 1}, Outcome(), 0, 3), Operation("read", {}, Outcome(2), 1, 2)]
    assert not check(history, ObjectModel(Opaque)).holds


def test_a_model_without_the_method_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match="Register has no method 'pop'"):
        check([Operation("pop", {}, Outcome(), 0, 1)], ObjectModel(Register))
