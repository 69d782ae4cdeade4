"""A against B: the difference and the ratio with their intervals, and the reasons not to believe them.

The two alternate within one run, and what is compared is each A with the B right beside it. So whatever slows the
machine for longer than a moment slows both, and drops out. What does not drop out is said: a comparison carries its
doubts, and one that has any is quoted as inconclusive.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from harness.bench.bootstrap import Interval, median_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Block", "Comparison", "compare", "noise_floor"]

_DISTURBED: Final = 0.25
"""With more than this share of its blocks interrupted, a comparison is in doubt."""
_WIDE: Final = 0.5
"""An interval wider than this share of the difference is too wide to quote a figure."""


@dataclass(frozen=True, slots=True)
class Block:
    """A and B timed one right after the other, in seconds for one operation; the loop around them is subtracted.

    Attributes:
        disturbed: The thread was not running all the time: another process had its processor.
    """

    a: float
    b: float
    disturbed: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came out.

    Attributes:
        name: What A is.
        against: What B is.
        loops: Operations in one timing.
        blocks: The raw values.
        a, b, difference: In seconds for one operation.
        ratio: How many times B's time A takes; None if B is nothing but the empty loop.
        doubts: Why this is inconclusive; empty if it is not.
    """

    name: str
    against: str
    loops: int
    blocks: tuple[Block, ...]
    a: Interval
    b: Interval
    difference: Interval
    ratio: Interval | None
    doubts: tuple[str, ...]

    @property
    def conclusive(self) -> bool:
        return not self.doubts


def compare(name: str, against: str | None, blocks: Sequence[Block], loops: int = 1, floor: float = 0.0) -> Comparison:
    """Draw the conclusion, or say why none can be drawn.

    Args:
        name: What A is.
        against: What B is; None where B is the empty loop, which leaves no time to divide by.
        blocks: At least ``bootstrap.FEWEST``.
        loops: Operations in one timing.
        floor: By which share the same code, compared with itself, seemed to differ on this machine.
    """
    difference = median_interval([block.a - block.b for block in blocks])
    ratio = None
    if against is not None and all(block.b > 0 for block in blocks):
        ratio = median_interval([block.a / block.b for block in blocks])
    return Comparison(
        name=name,
        against=against or "the empty loop",
        loops=loops,
        blocks=tuple(blocks),
        a=median_interval([block.a for block in blocks]),
        b=median_interval([block.b for block in blocks]),
        difference=difference,
        ratio=ratio,
        doubts=tuple(_doubts(blocks, difference, ratio, floor)),
    )


def noise_floor(control: Comparison) -> float:
    """By which share code seems to differ from itself: the farther end of the control's interval.

    >>> blocks = [Block(1.0, 1.02, False), Block(1.03, 1.0, False), Block(1.0, 1.0, False)] * 3
    >>> round(noise_floor(compare("update", "the same", blocks)), 3)
    0.03
    """
    if control.ratio is None:
        return 0.0
    return max(abs(control.ratio.low - 1), abs(control.ratio.high - 1))


def _doubts(blocks: Sequence[Block], difference: Interval, ratio: Interval | None, floor: float) -> list[str]:
    found = []
    if difference.includes(0) or (ratio is not None and ratio.includes(1)):
        found.append("the interval of the difference includes none")
    elif difference.width > _WIDE * abs(difference.value):
        found.append(f"the interval is {difference.width / abs(difference.value):.0%} as wide as the difference")
    if ratio is not None and not ratio.includes(1) and max(abs(ratio.low - 1), abs(ratio.high - 1)) <= floor:
        found.append(f"the same code twice differs by up to {floor:.1%} here")
    share = sum(block.disturbed for block in blocks) / len(blocks)
    if share > _DISTURBED:
        found.append(f"interrupted in {share:.0%} of the blocks")
    return found
