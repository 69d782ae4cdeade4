"""Wake-up trees: sequences that lead to the same class are explored once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.strategies.dpor.dependence import UNKNOWN, Operation
from harness.strategies.dpor.wakeup_sequence import PendingOperation, WakeupSequence
from harness.strategies.dpor.wakeup_tree import PrefixFollower, WakeupTree
from tests.strategies.dpor.sequences import sequence, write

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from harness.strategies.dpor.wakeup_tree import Branch

KNOWN = 100

Tree = list[tuple[int, "Tree"]]


def shape(tree: WakeupTree) -> Tree:
    return [(branch.actor, shape(branch.subtree)) for branch in tree.branches]


def whole(way: Sequence[Branch]) -> bool:
    """Take every way for one from which all that can follow is explored."""
    return True


def tree_of(*sequences: WakeupSequence, enabled: Container[int] = range(10)) -> WakeupTree:
    tree = WakeupTree()
    for each in sequences:
        tree.insert(each, KNOWN, enabled, whole)
    return tree


def inserted(*sequences: WakeupSequence) -> Tree:
    return shape(tree_of(*sequences))


def pending(actor: int, operation: Operation) -> WakeupSequence:
    return WakeupSequence.of_pending(PendingOperation(actor, operation))


def test_a_sequence_becomes_a_branch() -> None:
    assert inserted(sequence((1, write(1)), (2, write(1)))) == [(1, [(2, [])])]


def test_sequences_that_begin_alike_share_a_branch() -> None:
    one, other = sequence((1, write(1)), (2, write(1))), sequence((1, write(1)), (3, write(1)))
    assert inserted(one, other) == [(1, [(2, []), (3, [])])]


def test_a_sequence_that_is_in_the_tree_adds_nothing() -> None:
    one = sequence((1, write(1)), (2, write(1)))
    assert inserted(one, one) == inserted(one)


def test_a_sequence_that_differs_only_in_the_order_of_independent_transitions_adds_nothing() -> None:
    one, other = sequence((1, write(1)), (2, write(2))), sequence((2, write(2)), (1, write(1)))
    assert inserted(one, other) == inserted(one)


def test_a_sequence_with_dependent_transitions_in_another_order_is_another_branch() -> None:
    one, other = sequence((1, write(1)), (2, write(1))), sequence((2, write(1)), (1, write(1)))
    assert inserted(one, other) == [(1, [(2, [])]), (2, [(1, [])])]


def test_a_branch_that_ends_leads_everywhere() -> None:
    assert inserted(sequence((1, write(1))), sequence((1, write(1)), (2, write(1)))) == [(1, [])]


def test_a_transition_that_depends_on_nothing_in_the_sequence_may_come_first() -> None:
    assert inserted(sequence((3, write(3)), (1, write(1))), sequence((2, write(2)))) == [(3, [(1, [])])]


def test_a_transition_on_an_object_without_a_number_depends_on_everything() -> None:
    tree = tree_of(sequence((1, write(KNOWN + 1))))
    assert tree.branches[0].operations == (UNKNOWN,)
    tree.insert(sequence((2, write(2))), KNOWN, range(10), whole)
    assert shape(tree) == [(1, []), (2, [])]


def test_a_sequence_that_no_enabled_actor_can_begin_keeps_no_other_away() -> None:
    tree = tree_of(sequence((3, write(3))), enabled={1, 2})
    assert not tree
    tree.insert(sequence((3, write(3)), (1, write(1))), KNOWN, {1, 2}, whole)
    assert shape(tree) == [(1, [])]


def test_a_pending_operation_is_a_sequence_of_one_transition() -> None:
    assert inserted(pending(4, (1, 1, "x"))) == [(4, [])]
    assert inserted(sequence((4, write(1)), (5, write(1))), pending(4, (1, 1, "x"))) == [(4, [(5, [])])]
    assert inserted(sequence((5, write(1))), pending(4, UNKNOWN)) == [(5, []), (4, [])]


def test_branches_are_taken_in_order_and_dropped_when_they_are_not_wanted() -> None:
    tree = tree_of(*(sequence((actor, write(1))) for actor in (1, 2, 3)))
    assert tree.take_first().actor == 1
    tree.keep(lambda branch: branch.actor != 2)
    assert shape(tree) == [(3, [])]


def follower_of(tree: WakeupTree) -> PrefixFollower:
    return PrefixFollower(tree.branches[0])


def actors_of(tree: WakeupTree) -> list[int]:
    return [branch.actor for branch in tree.branches]


def test_a_follower_counts_the_events_of_each_actor() -> None:
    follower = follower_of(tree_of(sequence((1, write(1) * 2), (2, write(1)), (3, write(1)))))
    assert actors_of(follower.advance([1])) == [1]
    assert actors_of(follower.advance([1])) == [2]
    assert actors_of(follower.advance([2])) == [3]
    assert not follower.advance([3])


def test_a_follower_skips_transitions_that_were_made_without_a_decision() -> None:
    follower = follower_of(tree_of(sequence((1, write(1)), (2, write(1)), (3, write(1)))))
    assert actors_of(follower.advance([1, 2])) == [3]


def test_a_follower_offers_several_branches_and_goes_along_the_one_that_is_taken() -> None:
    one, other = sequence((1, write(1)), (2, write(1))), sequence((1, write(1)), (3, write(1)), (2, write(1)))
    follower = follower_of(tree_of(one, other))
    offered = follower.advance([1])
    assert actors_of(offered) == [2, 3]
    follower.take(offered.branches[1])
    assert actors_of(follower.advance([3])) == [2]
