"""Results print as a person wants them: the verdict, the timeline, and no history event by event."""

from __future__ import annotations

import harness
from tests.programs import Box, in_threads


def loses_one() -> None:
    box = Box()

    def add() -> None:
        box.value += 1

    in_threads(add, add)
    assert box.value == 2, "one is lost"


def adds_up() -> int:
    box = Box()
    in_threads(lambda: setattr(box, "one", 1), lambda: setattr(box, "other", 1))
    return 2


def test_a_failed_exploration_prints_its_share_and_the_timeline() -> None:
    result = harness.explore(loses_one, schedules=10, stop_on_failure=False)
    first, _, timeline = str(result).partition("\n")
    assert first == f"failed in {result.failures} of 10 schedules, strategy auto"
    assert timeline == str(result.failure)
    assert "AssertionError: one is lost" in timeline and "replay:" in timeline


def test_a_proof_and_a_search_without_a_find_say_what_they_are() -> None:
    assert str(harness.explore(adds_up, strategy="exhaustive")) == (
        "proved: 1 behaviour, every one executed, in 1 schedule, strategy exhaustive"
    )
    assert str(harness.explore(loses_one, strategy="exhaustive", stop_on_failure=False)).startswith("failed in ")
    assert str(harness.explore(adds_up, strategy="pct", schedules=5)) == (
        "not found in 5 schedules, strategy pct: no proof"
    )


def test_an_execution_prints_its_failure_or_that_it_passed() -> None:
    failure = harness.explore(loses_one).failure
    assert failure is not None
    again = harness.replay(loses_one, failure.token)
    assert str(again) == str(again.failure)
    passed = harness.Execution(7, None, again.history, [])
    assert str(passed) == "passed, and returned 7"
    assert repr(again.history) == f"<history of {len(again.history)} events by main, add, add>"


def test_no_representation_is_longer_than_a_few_lines() -> None:
    result = harness.explore(loses_one, schedules=50, stop_on_failure=False)
    assert result.failure is not None
    again = harness.replay(loses_one, result.failure.token)
    assert max(len(repr(result)), len(repr(again)), len(repr(result.failure))) < 2000
