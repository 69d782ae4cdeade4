"""What two timings in turns prove, and when they prove nothing."""

from __future__ import annotations

import pytest

from harness.bench.comparison import Block, compare, noise_floor


def blocks(*pairs: tuple[float, float], disturbed: int = 0) -> list[Block]:
    """Each pair several times; the first so many are disturbed."""
    return [Block(a, b, index < disturbed) for index, (a, b) in enumerate(pairs * (24 // len(pairs)))]


def test_difference_and_ratio_are_those_of_the_pairs() -> None:
    found = compare("locked", "bare", blocks((3.0, 2.0), (3.1, 2.0), (2.9, 2.0)), loops=7)
    assert found.difference.value == pytest.approx(1)
    assert found.ratio is not None
    assert found.ratio.value == pytest.approx(1.5)
    assert found.a.value == 3
    assert found.b.value == 2
    assert (found.name, found.against, found.loops) == ("locked", "bare", 7)
    assert found.conclusive


def test_what_slows_both_drops_out() -> None:
    drifting = [Block(3.0 * slow, 2.0 * slow, False) for slow in (1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0)]
    found = compare("locked", "bare", drifting)
    assert found.ratio is not None
    assert (found.ratio.low, found.ratio.high) == (1.5, 1.5)


def test_an_interval_with_no_difference_in_it_is_inconclusive() -> None:
    found = compare("locked", "bare", blocks((2.0, 2.1), (2.1, 2.0)))
    assert not found.conclusive
    assert "includes none" in found.doubts[0]


def test_an_interval_as_wide_as_the_difference_is_inconclusive() -> None:
    found = compare("locked", "bare", blocks((3.0, 2.0), (5.0, 2.0)))
    assert found.doubts == ("the interval is 100% as wide as the difference",)


def test_a_difference_that_the_same_code_shows_too_is_inconclusive() -> None:
    control = compare("update", "the same", blocks((1.0, 1.03), (1.03, 1.0)))
    floor = noise_floor(control)
    assert floor == pytest.approx(0.03)
    assert compare("locked", "bare", blocks((1.02, 1.0)), floor=floor).doubts == (
        "the same code twice differs by up to 3.0% here",
    )
    assert compare("locked", "bare", blocks((1.05, 1.0)), floor=floor).conclusive


@pytest.mark.parametrize(("disturbed", "conclusive"), [(6, True), (7, False)])
def test_more_than_a_quarter_of_interrupted_blocks_is_inconclusive(disturbed: int, conclusive: bool) -> None:
    found = compare("locked", "bare", blocks((3.0, 2.0), disturbed=disturbed))
    assert found.conclusive == conclusive
    assert found.doubts == (() if conclusive else ("interrupted in 29% of the blocks",))


def test_against_the_empty_loop_there_is_a_difference_and_no_ratio() -> None:
    found = compare("acquire", None, blocks((2e-7, 0.0)))
    assert found.ratio is None
    assert found.against == "the empty loop"
    assert found.difference.value == 2e-7
    assert found.conclusive


def test_where_noise_left_no_time_for_b_there_is_no_ratio() -> None:
    assert compare("locked", "bare", blocks((2.0, 1.0), (2.0, -0.1))).ratio is None
    assert noise_floor(compare("update", "the same", blocks((2.0, 0.0)))) == 0
