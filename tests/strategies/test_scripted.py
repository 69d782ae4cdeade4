"""Scripted decisions: made again exactly, or the difference is an error."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from harness.exploration.session import Session
from harness.model.errors import NondeterminismError
from harness.strategies.random import RandomStrategy
from harness.strategies.scripted import Scripted
from tests.programs import Box, in_threads
from tests.strategies.actors import actor, lengths, walk


def end(script: Scripted) -> None:
    script.end(SimpleNamespace())  # type: ignore[arg-type]


def adding() -> int:
    box = Box()

    def add() -> None:
        box.value += 1

    in_threads(add, add, add)
    return box.value


def test_an_empty_script_is_the_default_order() -> None:
    assert walk(Scripted([], strict=True), lambda: lengths(1, 2, 1)) == [0, 1, 1, 2]


def test_a_decision_is_named_by_its_actor_and_how_many_that_actor_has_seen() -> None:
    assert walk(Scripted([(0, 2, 2)], strict=True), lambda: lengths(2, 1, 1)) == [0, 2, 0, 1]


def test_only_one_execution_can_be_made_of_a_script() -> None:
    assert [Scripted([]).begin(number) for number in (0, 1)] == [True, False]


def test_who_cannot_go_on_cannot_be_given_the_turn() -> None:
    current = actor(0)
    current.decisions = 4
    with pytest.raises(NondeterminismError) as caught:
        Scripted([(0, 4, 7)], strict=True).choose(current, [current, actor(2)])
    message = str(caught.value)
    assert "diverged at decision 4 of actor-0" in message
    assert "gives the turn to actor 7, but only 0 (actor-0), 2 (actor-2) can go on" in message
    assert Scripted([(0, 4, 7)]).choose(current, [current, actor(2)]) is current


def test_decisions_that_are_never_come_to_are_an_error_only_if_strict() -> None:
    script: list[tuple[int, int, int]] = [(0, 1, 1), (5, 9, 0)]
    walk(Scripted(script), lambda: lengths(2, 2))
    with pytest.raises(NondeterminismError, match="ended before 1 of 2 recorded decisions were come to"):
        walk(Scripted(script, strict=True), lambda: lengths(2, 2))


def test_a_callback_that_is_taken_before_its_turn_is_picked_again() -> None:
    script, current = Scripted([(0, 1, -2)], strict=True), actor(0)
    current.decisions = 1
    assert script.pick(current, 5) == 2
    current.decisions = 2
    assert script.pick(current, 5) == 0
    end(script)
    assert Scripted([(0, 2, -4)]).pick(current, 3) == 2, "there are not that many"


def test_what_any_schedule_did_is_done_again() -> None:
    with Session(adding) as session:
        for seed in range(50):
            run = session.run(RandomStrategy(seed))
            for detail in (False, True):
                script = Scripted(run.deviations, strict=True)
                again = session.run(script, detail)
                script.end(again)
                assert (again.outcome, again.deviations) == (run.outcome, run.deviations)
                assert (again.preemptions, again.decisions) == (run.preemptions, run.decisions)
                assert [event[:4] for event in again.history.events] == [event[:4] for event in run.history.events]
