"""Wake-up sequences: which actors can begin them, and what is left then."""

from __future__ import annotations

from harness.strategies.dpor.wakeup_sequence import Step
from tests.strategies.dpor.sequences import sequence, write


def test_the_first_actor_is_a_weak_initial_and_the_rest_remains() -> None:
    rest = sequence((1, write(1)), (2, write(1))).without_initial(1, Step(write(1)))
    assert rest is not None
    assert rest.steps() == [(2, write(1))]


def test_an_actor_whose_transition_depends_on_an_earlier_one_is_none() -> None:
    assert not sequence((1, write(1)), (2, write(1))).weak_initial(2, Step(write(1)))


def test_an_actor_whose_transition_depends_on_no_earlier_one_is_a_weak_initial() -> None:
    rest = sequence((1, write(1)), (2, write(2)), (3, write(1))).without_initial(2, Step(write(2)))
    assert rest is not None
    assert rest.steps() == [(1, write(1)), (3, write(1))]


def test_only_the_first_transition_of_an_actor_counts() -> None:
    assert not sequence((1, write(1)), (2, write(1)), (2, write(2))).weak_initial(2, Step(write(2)))


def test_an_actor_from_outside_is_a_weak_initial_if_it_depends_on_nothing_in_the_sequence() -> None:
    one = sequence((1, write(1)), (2, write(2)))
    assert one.without_initial(3, Step(write(3))) is one
    assert not one.weak_initial(3, Step(write(2)))


def test_nothing_is_left_of_a_sequence_of_one() -> None:
    assert not sequence((1, write(1))).without_initial(1, Step(write(1)))
    assert sequence((1, write(1)))


def test_an_actor_that_disables_another_depends_on_what_that_one_does() -> None:
    one = sequence((1, write(1)), (2, write(2)))
    assert one.weak_initial(3, Step(write(3), frozenset({4})))
    assert not one.weak_initial(3, Step(write(3), frozenset({2})))
