"""One schedule is one execution; a program for which it is not is told so, with the place."""

from __future__ import annotations

import threading

import pytest

import harness
from tests.programs import Box, in_threads, outcomes

OUTLIVES = iter(range(1_000_000))
NUMBERS = iter(range(1, 1_000_000))


class Ticket:
    """Its class has a hash of its own making, which says nothing of what it is."""

    def __init__(self) -> None:
        self.number = next(NUMBERS)

    def __hash__(self) -> int:
        return self.number * 5 % 8

    def __eq__(self, other: object) -> bool:
        return self is other


def grows() -> None:
    box = Box()

    def add() -> None:
        for _ in range(1 + next(OUTLIVES)):
            box.value += 1

    in_threads(add)
    threading.Thread(target=add).start()


@pytest.mark.parametrize("strategy", ["random", "pct", "exhaustive", "auto"])
def test_state_that_outlives_an_execution_is_no_proof_and_no_search(strategy: str) -> None:
    with pytest.raises(harness.NondeterminismError, match=r"one schedule led to two executions: step .* outlives"):
        harness.explore(grows, strategy=strategy, schedules=20)


def test_a_failure_that_comes_by_two_ways_is_told_with_the_step() -> None:
    box = Box()

    def program() -> None:
        tickets = {Ticket() for _ in range(4)}
        in_threads(lambda: [setattr(box, f"ticket{ticket.number % 4}", 1) for ticket in tickets])
        raise LookupError("at the end")

    with pytest.raises(harness.NondeterminismError) as caught:
        harness.explore(program)
    assert "test_determinism_check.py:" in str(caught.value)
    assert "and when it was made again" in str(caught.value)


def test_a_dictionary_by_address_harms_nobody() -> None:
    def program() -> int:
        boxes = [Box() for _ in range(3)]
        known = dict[int, Box]()

        def register() -> None:
            for box in boxes:
                known[id(box)] = box

        in_threads(register, lambda: known.clear())
        return min(len(known), 0)

    assert outcomes(program, strategy="random") == {0}


def test_a_single_execution_is_made_once_before_to_find_what_the_program_comes_to_and_not_again() -> None:
    made = iter(range(9))  # which cannot be put back as a list would be
    harness.explore(lambda: min(next(made), 0), schedules=1, strategy="random")
    assert next(made) == 2
