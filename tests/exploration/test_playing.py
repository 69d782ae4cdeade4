"""The game on a page: its ends are those of the exhaustive search, and each choice is marked with what it leads to."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

import harness
from harness.catalog import program_named
from harness.exploration.choices import explore_choices
from harness.exploration.fates import fates_of
from harness.exploration.playing import make_game
from harness.model.game import Game
from harness.model.options import Options
from harness.model.program import label_of
from harness.strategies.dpor.search import ExhaustiveStrategy
from harness.strategies.dpor.signature import signature_of
from tests.programs import Box, in_threads

if TYPE_CHECKING:
    from harness.engine import Run


def lossy() -> None:
    box = Box(0)

    def touch() -> None:
        before = box.value
        box.value = before + 1

    in_threads(touch, touch)
    assert box.value == 2


def deadlock() -> None:
    first, second = threading.Lock(), threading.Lock()

    def take(one: threading.Lock, other: threading.Lock) -> None:
        with one, other:
            pass

    in_threads(lambda: take(first, second), lambda: take(second, first))


SMALL = [
    lossy,
    deadlock,
    *(
        program_named(f"{scenario}@{store}")
        for scenario in ("stuck-at-old-progress", "progress-jumps-backward")
        for store in ("unlocked", "thread-lock")
    ),
]


def ways_to(game: Game, wanted: str) -> bool:
    """Whether a walk that always takes a choice marked so ends as the mark says."""
    state = game.states[0]
    while state.choices:
        state = next(
            (game.states[each.to] for each in state.choices if game.states[each.to].fate == wanted),
            game.states[state.choices[0].to],
        )
    return (state.fate == "fails") == (wanted == "fails")


@pytest.mark.parametrize("program", SMALL, ids=label_of)
def test_the_ends_are_the_classes_of_the_exhaustive_search(program: Callable[[], Any]) -> None:
    classes: dict[int, bool] = {}

    class Signing(ExhaustiveStrategy):
        def end(self, run: Run) -> None:
            super().end(run)
            classes[signature_of(run)] = run.problem is not None

    search = harness.explore(program, strategy=Signing(), stop_on_failure=False, schedules=2000)
    graph = explore_choices(program, Options())
    ends = [node for node in graph.nodes if not node.enabled]
    assert graph.complete and search.exhausted
    assert len(ends) == len(classes)
    assert sum(node.ending is not None for node in ends) == sum(classes.values())


@pytest.mark.parametrize("program", SMALL, ids=label_of)
def test_a_state_fails_if_all_that_follows_does_and_can_fail_if_some_does(program: Callable[[], Any]) -> None:
    game = make_game(program, Options())
    assert game is not None
    for state in game.states:
        after = {game.states[choice.to].fate for choice in state.choices}
        if state.fate == "always ends well":
            assert after <= {"always ends well"}
        elif state.fate == "fails" and after:
            assert after == {"fails"}
        elif state.fate == "can fail":
            assert after & {"fails", "can fail"}
    can_fail = game.states[0].fate != "always ends well"
    assert (game.fewest is not None) == can_fail == (not harness.explore(program).ok)
    assert Game.from_json(game.to_json()) == game


def test_one_preemption_is_needed_to_lose_an_update_between_threads() -> None:
    game = make_game(lossy, Options())
    assert game is not None
    assert game.fewest == 1
    assert ways_to(game, "fails")


def test_who_waits_is_said_where_a_choice_is_missing() -> None:
    game = make_game(deadlock, Options())
    assert game is not None
    stuck = [state for state in game.states if state.fate == "fails" and not state.choices]
    assert [len(state.waits) for state in stuck] == [2]


def test_what_is_too_large_is_no_game() -> None:
    assert make_game(program_named("many-jobs-at-once@unlocked"), Options()) is None


def test_an_unexplored_choice_promises_nothing() -> None:
    graph = explore_choices(lossy, Options(), most_states=5)
    assert not graph.complete
    assert fates_of(graph)[0] in ("not explored", "can fail")
