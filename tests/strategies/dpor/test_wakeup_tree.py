"""Wake-up trees: ways that lead to the same are gone once."""

from __future__ import annotations

from harness.strategies.dpor.dependence import UNKNOWN, Step, dependent
from harness.strategies.dpor.wakeup_tree import Branch, Guide, SingleStep, insert

KNOWN = 100


def write(serial: int) -> tuple[Step, ...]:
    return ((1, serial, "x"),)


class Listed:
    """A way whose steps are ordered only where they depend on each other."""

    def __init__(self, *steps: tuple[int, tuple[Step, ...]]) -> None:
        self._steps = list(steps)

    def __bool__(self) -> bool:
        return bool(self._steps)

    def after(self, actor: int, step: tuple[Step, ...]) -> Listed | None:
        for index, (other, its) in enumerate(self._steps):
            if other == actor:
                first = not any(dependent(its, before) for _, before in self._steps[:index])
                return Listed(*self._steps[:index], *self._steps[index + 1 :]) if first else None
        return None if any(dependent(step, its) for _, its in self._steps) else self

    def steps(self) -> list[tuple[int, tuple[Step, ...]]]:
        return self._steps


Tree = list[tuple[int, "Tree"]]


def tree_of(branches: list[Branch]) -> Tree:
    return [(branch.actor, tree_of(branch.children)) for branch in branches]


def inserted(*ways: Listed | SingleStep) -> Tree:
    branches: list[Branch] = []
    for way in ways:
        insert(way, branches, KNOWN, range(10))
    return tree_of(branches)


def test_a_way_becomes_a_branch() -> None:
    assert inserted(Listed((1, write(1)), (2, write(1)))) == [(1, [(2, [])])]


def test_ways_that_begin_alike_share_a_branch() -> None:
    one, other = Listed((1, write(1)), (2, write(1))), Listed((1, write(1)), (3, write(1)))
    assert inserted(one, other) == [(1, [(2, []), (3, [])])]


def test_a_way_that_is_planned_already_adds_nothing() -> None:
    way = Listed((1, write(1)), (2, write(1)))
    assert inserted(way, way) == inserted(way)


def test_a_way_that_differs_only_in_the_order_of_independent_steps_adds_nothing() -> None:
    one, other = Listed((1, write(1)), (2, write(2))), Listed((2, write(2)), (1, write(1)))
    assert inserted(one, other) == inserted(one)


def test_a_way_with_dependent_steps_in_another_order_is_another_way() -> None:
    one, other = Listed((1, write(1)), (2, write(1))), Listed((2, write(1)), (1, write(1)))
    assert inserted(one, other) == [(1, [(2, [])]), (2, [(1, [])])]


def test_a_branch_that_ends_leads_everywhere() -> None:
    assert inserted(Listed((1, write(1))), Listed((1, write(1)), (2, write(1)))) == [(1, [])]


def test_a_step_that_depends_on_nothing_on_the_way_may_come_first() -> None:
    assert inserted(Listed((3, write(3)), (1, write(1))), Listed((2, write(2)))) == [(3, [(1, [])])]


def test_a_step_on_an_object_without_a_number_depends_on_everything() -> None:
    branches: list[Branch] = []
    insert(Listed((1, write(KNOWN + 1))), branches, KNOWN, range(10))
    assert branches[0].events == (UNKNOWN,)
    insert(Listed((2, write(2))), branches, KNOWN, range(10))
    assert tree_of(branches) == [(1, []), (2, [])]


def test_a_way_that_nobody_can_begin_keeps_no_other_away() -> None:
    branches: list[Branch] = []
    insert(Listed((3, write(3))), branches, KNOWN, {1, 2})
    assert branches == []
    insert(Listed((3, write(3)), (1, write(1))), branches, KNOWN, {1, 2})
    assert tree_of(branches) == [(1, [])]


def test_whoever_could_have_gone_on_has_a_way_of_one_step() -> None:
    assert inserted(SingleStep(4, (1, 1, "x"))) == [(4, [])]
    assert inserted(Listed((4, write(1)), (5, write(1))), SingleStep(4, (1, 1, "x"))) == [(4, [(5, [])])]
    assert inserted(Listed((5, write(1))), SingleStep(4, UNKNOWN)) == [(5, []), (4, [])]


def test_a_guide_goes_by_the_number_of_events() -> None:
    branches: list[Branch] = []
    insert(Listed((1, write(1) * 2), (2, write(1)), (3, write(1))), branches, KNOWN, range(10))
    guide = Guide(branches[0])
    assert [branch.actor for branch in guide.go_on([1])] == [1]
    assert [branch.actor for branch in guide.go_on([1])] == [2]
    assert [branch.actor for branch in guide.go_on([2])] == [3]
    assert guide.go_on([3]) == []


def test_a_guide_skips_steps_that_were_made_without_a_decision() -> None:
    branches: list[Branch] = []
    insert(Listed((1, write(1)), (2, write(1)), (3, write(1))), branches, KNOWN, range(10))
    assert [branch.actor for branch in Guide(branches[0]).go_on([1, 2])] == [3]


def test_a_guide_offers_several_branches_and_follows_the_one_that_is_taken() -> None:
    branches: list[Branch] = []
    insert(Listed((1, write(1)), (2, write(1))), branches, KNOWN, range(10))
    insert(Listed((1, write(1)), (3, write(1)), (2, write(1))), branches, KNOWN, range(10))
    guide = Guide(branches[0])
    offered = guide.go_on([1])
    assert [branch.actor for branch in offered] == [2, 3]
    guide.take(offered[1])
    assert [branch.actor for branch in guide.go_on([3])] == [2]
