"""What is handed back can be printed, looked at in a REPL, and sent to another process."""

from __future__ import annotations

import pickle
import threading
from dataclasses import replace
from pathlib import Path

import pytest

import harness
from harness.model.finding import DEADLOCK

pytest_plugins = ["pytester"]


def loses() -> None:
    counts = {"done": 0}

    def work() -> None:
        counts["done"] += 1

    threads = [threading.Thread(target=work, name=f"worker-{number}") for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts["done"] == 2


def holds() -> str:
    return "fine"


@pytest.fixture(scope="module")
def failed() -> harness.Exploration:
    return harness.explore(loses)


def test_the_repr_of_each_is_one_short_line(failed: harness.Exploration) -> None:
    assert failed.failure is not None
    execution = harness.replay(loses, failed.failure.token)
    for value in (failed, failed.failure, execution, execution.history, failed.lost_updates[0]):
        assert "\n" not in repr(value)
        assert len(repr(value)) < 1000
    assert repr(failed).startswith("Exploration('failed', schedules=")
    assert repr(execution.history).endswith(" events by main, worker-0, worker-1>")
    assert repr(harness.explore(holds, strategy="exhaustive")) == "Exploration('proved', schedules=1, classes=1)"


def test_an_exploration_prints_what_came_out_and_the_report(failed: harness.Exploration) -> None:
    first, _, report = str(failed).partition("\n\n")
    assert first.startswith(f"failed: 1 of {failed.schedules} schedules (strategy auto, seed 0, ")
    assert report == str(failed.failure)


def test_an_exploration_without_a_failure_prints_whether_that_is_a_proof() -> None:
    proved = harness.explore(holds, strategy="exhaustive")
    assert str(proved).startswith("proved: its only behaviour holds (1 schedule, strategy exhaustive, seed 0, ")
    not_found = harness.explore(holds, strategy="random", schedules=3)
    assert str(not_found).startswith("not found: 3 schedules without a failure; that is no proof (strategy random")


def test_further_failures_are_named_with_their_tokens() -> None:
    result = harness.explore(loses, stop_on_failure=False, schedules=20)
    other = harness.Failure(DEADLOCK, "nobody can go on:", "jobs.py:3", "jobs:program:1abc")
    result = replace(result, distinct_failures=(*result.distinct_failures, other))
    assert str(result).endswith("\nalso deadlock at jobs.py:3, token jobs:program:1abc")


def test_an_execution_prints_its_failure_or_what_it_returned(failed: harness.Exploration) -> None:
    assert failed.failure is not None
    assert "worker-0's 1 was overwritten" in str(harness.replay(loses, failed.failure.token)) or (
        "worker-1's 1 was overwritten" in str(harness.replay(loses, failed.failure.token))
    )
    passing = harness.Execution("fine", None, harness.replay(loses, failed.failure.token).history, ())
    assert str(passing) == "it passes now; the program returned 'fine'"


def test_what_was_pickled_prints_the_same(failed: harness.Exploration) -> None:
    again = pickle.loads(pickle.dumps(failed))
    assert str(again) == str(failed)
    assert repr(again) == repr(failed)


def test_pytest_shows_the_line_of_the_test_and_not_the_inside_of_raise_if_failed(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(harness.__file__).parent.parent))
    pytester.makepyfile(
        """
        import threading
        import harness

        def program():
            raise ValueError("wrong")

        def test_service():
            harness.explore(program).raise_if_failed()
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.stdout.fnmatch_lines(["*explore(program).raise_if_failed()", "*RaceFound: EXCEPTION  ValueError: wrong*"])
    result.stdout.no_fnmatch_line("*__tracebackhide__*")
