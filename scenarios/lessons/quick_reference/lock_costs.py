"""The claims of "Performance Impact", measured on the code as it is written, with its interval each.

Times are this machine's, and those of the quick reference are another's. So "~0.5 µs" and the like are taken
generously: they hold if all of the interval lies within a factor of ``ABOUT`` of the figure. A measurement that the
benchmark itself calls inconclusive decides nothing.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final

from harness.bench.break_even import SHARE
from harness.evidence import Answer, Case, Claim, Verdict, judge
from harness.evidence.grounds import Measurement, Reason
from harness.evidence.laboratory import LEFT_OUT

from .reference import TEXT

if TYPE_CHECKING:
    from harness.bench.benchmark import Bench
    from harness.bench.bootstrap import Interval
    from harness.bench.comparison import Comparison
    from harness.evidence.laboratory import Laboratory

__all__ = ["ABOUT", "CLAIMS", "about", "slower"]

ABOUT: Final = 1.5
_ACQUIRE: Final = "acquire asyncio.Lock"
_UPDATE: Final = "update asyncio-lock"


def about(found: Interval, said: float) -> bool | None:
    """Whether a measured time is about the one that is said; None if the interval leaves both open.

    >>> from harness.bench.bootstrap import Interval
    >>> [about(Interval(v, v * 0.9, v * 1.1), 0.5e-6) for v in (0.5e-6, 2e-6, 0.75e-6)]
    [True, False, None]
    """
    if said / ABOUT <= found.low and found.high <= said * ABOUT:
        return True
    return False if found.high < said / ABOUT or found.low > said * ABOUT else None


def _time(name: str, side: str, said: float, words: str, lab: Laboratory) -> Answer:
    bench = lab.bench()
    if bench is None:
        return judge([Case(words, None, (LEFT_OUT,))])
    comparison = _find(bench, name)
    found: Interval = getattr(comparison, side)
    doubts = tuple(bench.doubts) if comparison.conclusive else comparison.doubts
    measured = Measurement(f"{words}, on this machine", found.value, found.low, found.high, "s", doubts)
    return judge([Case(words, about(found, said) if comparison.conclusive else None, (measured,))])


def _total(lab: Laboratory) -> Answer:
    bench = lab.bench()
    if bench is None:
        return judge([Case("measured", None, (LEFT_OUT,))])
    curve = next(each for each in bench.curves if each.name == "asyncio-lock")
    alone = curve.at(0)
    bare = Measurement("the lock's share of a bare update", alone.value, alone.low, alone.high, "share")
    size = Measurement(
        f"work around an update from which on the lock adds less than {SHARE:.0%}",
        curve.size.value, curve.size.low, curve.size.high, "s",
    )  # fmt: skip
    if not curve.conclusive:
        return judge([Case("measured", None, (_inconclusive(_find(bench, _UPDATE)),))])
    needed = f"each update comes with at least {curve.size.high * 1e6:.0f} µs of other work"
    return judge(
        [
            Case("the update stands alone", _below(alone, SHARE), (bare,)),
            Case(needed, True, (size,)),
        ]
    )


def _relative(lab: Laboratory) -> Answer:
    base, more, said = (_figure_of(row) for row in _ROWS)
    more -= base
    by_its_own = Reason(f"{more:.1f} µs more than {base:.1f} µs is {more / base:.0%}, by the table's own figures")
    cases = [Case("one believes the table's other figures", abs(more / base - said / 100) < said / 1000, (by_its_own,))]
    bench = lab.bench()
    if bench is None:
        cases.append(Case("it is measured", None, (LEFT_OUT,)))
        return judge(cases, everywhere=True)
    comparison = _find(bench, _UPDATE)
    if comparison.ratio is None or not comparison.conclusive:
        cases.append(Case("it is measured", None, (_inconclusive(comparison),)))
    else:
        ratio = comparison.ratio
        measured = Measurement(
            "what the lock adds to an update", ratio.value - 1, ratio.low - 1, ratio.high - 1, "share"
        )
        near = ratio.low - 1 <= said / 100 * ABOUT and ratio.high - 1 >= said / 100 / ABOUT
        cases.append(Case("it is measured", near, (measured,)))
    return judge(cases, everywhere=True)


def _below(found: Interval, limit: float) -> bool | None:
    if found.high < limit:
        return True
    return False if found.low > limit else None


def slower(lab: Laboratory) -> Case:
    """The case that holds if an update with its lock takes no longer than the same without."""
    words = "the update itself is looked at"
    bench = lab.bench()
    if bench is None:
        return Case(words, None, (LEFT_OUT,))
    comparison = _find(bench, _UPDATE)
    ratio = comparison.ratio
    if ratio is None or not comparison.conclusive:
        return Case(words, None, (_inconclusive(comparison),))
    measured = Measurement("an update with its lock, against one without", ratio.value, ratio.low, ratio.high, "x")
    return Case(words, ratio.low <= 1, (measured,))


def _eliminates(lab: Laboratory) -> Answer:
    return judge(
        [
            lab.stands(
                "all who touch the jobs are tasks of one loop",
                "progress-jumps-backward@asyncio-lock",
                "completed-job-still-updating@asyncio-lock",
            ),
            lab.stands("a worker thread updates a job, too", "stuck-at-old-progress@asyncio-lock"),
            lab.stands("the worker's error is to survive", "lost-worker-error@asyncio-lock"),
            lab.stands("the optional changes are made as well", "stuck-at-old-progress@asyncio-lock-complete"),
            lab.stands(
                "the lock is a threading.Lock that tasks and threads take",
                "stuck-at-old-progress@thread-lock",
                "lost-worker-error@thread-lock",
                "inconsistent-read@thread-lock",
                "progress-jumps-backward@thread-lock",
            ),
        ],
        everywhere=True,
    )


def _find(bench: Bench, name: str) -> Comparison:
    return next(each for each in bench.comparisons if each.name == name)


def _inconclusive(comparison: Comparison) -> Measurement:
    a = comparison.a
    return Measurement(comparison.name, a.value, a.low, a.high, "s", comparison.doubts)


_ROWS: Final = ("Update without lock│", "Update with lock   │", "Relative overhead  │")


def _figure_of(row: str) -> float:
    """Return the first figure in a row of the text's table."""
    return float(re.findall(r"[\d.]+", TEXT.lines[TEXT.line_of(row) - 1])[0])


_READS: Final = f"measured here, it is that within a factor of {ABOUT}"
_TIMES: Final = {
    Verdict.HOLDS: "The order of magnitude is right: a lock that is free costs well under a millionth of a second.",
    Verdict.REFUTED: "Times are a machine's and a version's: measure your own, with race bench.",
}

CLAIMS: Final = (
    Claim(
        "per-acquisition",
        "**Lock Overhead:** ~0.5 microseconds per acquisition",
        f"to take a free asyncio.Lock and give it back takes 0.5 µs; {_READS}",
        partial(_time, _ACQUIRE, "a", 0.5e-6, "a free asyncio.Lock is taken and given back"),
        _TIMES,
    ),
    Claim(
        "total-impact",
        "**Total Impact:** < 1% (negligible)",
        "the lock makes a service less than 1 % slower",
        _total,
        {Verdict.HOLDS_ONLY_IF: "There is no percentage without the work beside it: say from which work on it holds."},
    ),
    Claim(
        "hundred-percent",
        "**Benefit:** 100% race condition elimination",
        "with the changes made, no schedule breaks anything that is shared",
        _eliminates,
        {Verdict.REFUTED: "A lock eliminates races among those who take it, and only tasks can take this one."},
    ),
    Claim(
        "update-without-lock",
        "Update without lock│ 1.0 µs",
        f"an update without its lock takes 1.0 µs; {_READS}",
        partial(_time, _UPDATE, "b", 1.0e-6, "an update without its lock"),
        _TIMES,
    ),
    Claim(
        "update-with-lock",
        "Update with lock   │ 1.5 µs",
        f"an update with its asyncio.Lock takes 1.5 µs; {_READS}",
        partial(_time, _UPDATE, "a", 1.5e-6, "an update with its lock"),
        _TIMES,
    ),
    Claim(
        "lock-adds",
        "+0.5 µs",
        f"the lock adds 0.5 µs to an update; {_READS}",
        partial(_time, _UPDATE, "difference", 0.5e-6, "what the lock adds to an update"),
        _TIMES,
    ),
    Claim(
        "relative-overhead",
        "Relative overhead  │ -       │ 0.05% (!)",
        "the lock adds 0.05 % to an update",
        _relative,
        {Verdict.REFUTED: "Half of something is 50 %: look at a percentage twice before you put (!) behind it."},
    ),
)
