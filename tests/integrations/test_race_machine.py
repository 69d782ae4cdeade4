"""Machines whose rules several actors follow at once."""

from __future__ import annotations

import re
import threading

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

import harness
from harness.integrations.hypothesis import Call, RaceMachine, partition_by, rule, run_race_machine
from tests.integrations.job_machine import UnlockedMachine, machine_of

FEW = settings(max_examples=25, derandomize=True, database=None, suppress_health_check=list(HealthCheck))


def smallest(machine: type[RaceMachine], given: settings = FEW) -> str:
    with pytest.raises(harness.RaceFound) as found:
        run_race_machine(machine, given)
    return str(found.value)


def test_the_store_without_locks_fails_with_at_most_three_operations_shown_as_code_that_fails_again() -> None:
    report = smallest(UnlockedMachine)
    code = report.partition("as code:")[2]
    assert 2 <= code.count("Call('") <= 3, code
    names: dict[str, object] = {}
    exec(code, names)
    token = re.search(r"replay\(program, '(.*)'\)", code)
    assert token is not None
    again = harness.replay(names["program"], token[1])  # type: ignore[arg-type]
    assert again.failure is not None and again.failure.message.startswith("NotLinearizable")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("thread-lock", marks=pytest.mark.slow),
        pytest.param("versioned", marks=pytest.mark.slow),
        pytest.param("loop-confined", marks=pytest.mark.slow),
        pytest.param("sqlite-versioned", marks=pytest.mark.slow),
    ],
)
def test_the_stores_that_are_safe_are_linearizable_in_all_that_was_tried(name: str) -> None:
    run_race_machine(machine_of(name), settings(FEW, max_examples=15))


class Register:
    def __init__(self) -> None:
        self.value = 0

    def write(self, value: int) -> None:
        self.value = value

    def read(self) -> int:
        return self.value


class DeafMachine(RaceMachine):
    """A register that forgets: its two operations touch nothing in common, and only their order in time is wrong."""

    model = Register

    @rule(value=st.just(1))
    def write(self, value: int) -> None: ...

    @rule()
    def read(self) -> int:
        return 0


def test_the_search_knows_that_the_order_of_a_return_and_a_call_matters() -> None:
    program = DeafMachine.program([[Call("write", {"value": 1})], [Call("read")]])
    result = harness.explore(program, strategy="exhaustive")
    assert result.verdict == "failed"
    assert "read() -> 0  <- not explained" in str(result.failure)


def test_operations_that_overlap_may_take_effect_in_any_order() -> None:
    class Overlapping(DeafMachine):
        def setup(self) -> None:
            self.both = threading.Barrier(2)

        @rule(value=st.just(1))
        def write(self, value: int) -> None:
            self.both.wait()

        @rule()
        def read(self) -> int:
            self.both.wait()
            return 0

    program = Overlapping.program([[Call("write", {"value": 1})], [Call("read")]])
    assert harness.explore(program, strategy="exhaustive").verdict == "proved"


def test_what_is_called_before_the_actors_begin_comes_first() -> None:
    program = DeafMachine.program([[Call("read")], []], before=[Call("write", {"value": 1})])
    assert "before: write(value=1) -> None" in str(harness.explore(program).failure)


def test_an_exception_is_an_outcome_and_a_failed_assertion_is_a_failure() -> None:
    class Stack:
        def pop(self) -> None:
            raise IndexError

    class StackMachine(RaceMachine):
        model = Stack

        @rule()
        def pop(self) -> None:
            [].pop()

        @rule()
        def look(self) -> None:
            raise AssertionError("looked")

    assert harness.explore(StackMachine.program([[Call("pop")], [Call("pop")]])).verdict == "proved"
    failure = harness.explore(StackMachine.program([[Call("look")], []])).failure
    assert failure is not None and "looked" in failure.message


class KeyedMachine(RaceMachine):
    """A dict of registers, checked key by key: the model is one of them."""

    class model:
        def __init__(self) -> None:
            self.value = 0

        def write(self, key: str, value: int) -> None:
            self.value = value

        def read(self, key: str) -> int:
            return self.value

    def __init__(self) -> None:
        self.values = {"a": 0, "b": 0}

    @rule(key=st.sampled_from("ab"), value=st.integers(1, 2))
    def write(self, key: str, value: int) -> None:
        self.values[key] = value

    @rule(key=st.sampled_from("ab"))
    def read(self, key: str) -> int:
        return self.values[key]


def test_a_machine_that_is_partitioned_is_compared_with_a_model_for_each_key() -> None:
    plan = [[Call("write", {"key": "a", "value": 1}), Call("read", {"key": "b"})], [Call("read", {"key": "a"})]]
    assert harness.explore(KeyedMachine.program(plan)).verdict == "failed", "one register cannot explain two"
    assert harness.explore(partition_by("key")(KeyedMachine).program(plan)).verdict == "proved"


def test_what_cannot_work_is_refused_with_the_remedy() -> None:
    class Empty(RaceMachine): ...

    class Unchecked(RaceMachine):
        @rule()
        def work(self) -> None: ...

        @rule()
        async def wait(self) -> None: ...

    with pytest.raises(harness.UsageError, match="has no rules: mark the methods"):
        run_race_machine(Empty, FEW)
    with pytest.raises(harness.UsageError, match="checks nothing: give it a model"):
        run_race_machine(Unchecked, FEW)
    with pytest.raises(harness.UsageError, match="rule work has no argument key"):
        partition_by("key")(Unchecked)
    with pytest.raises(harness.UsageError, match="has no rule 'rest'; it has: work, wait"):
        Unchecked.program([[Call("rest")]])
    with pytest.raises(harness.UsageError, match="rules of both kinds"):
        Unchecked.program([[Call("work"), Call("wait")]])


def test_the_test_case_is_what_pytest_and_unittest_run() -> None:
    class Deaf(DeafMachine.TestCase):  # type: ignore[name-defined]
        settings = FEW

    found = Deaf("runTest").run()
    assert found is not None and found.testsRun == 1
    assert "not linearizable: no order in which Register gives these results" in found.failures[0][1]
