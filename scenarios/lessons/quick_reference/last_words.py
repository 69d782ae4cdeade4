"""The claims of "Final Checklist" and of the four lines that close the quick reference."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from harness import scenarios
from harness.evidence import Answer, Case, Claim, Verdict, judge, not_testable
from harness.evidence.grounds import Measurement, Reason
from harness.evidence.laboratory import LEFT_OUT

from .lock_costs import slower

if TYPE_CHECKING:
    from harness.evidence.laboratory import Laboratory

__all__ = ["CLAIMS"]

_CONCURRENT: Final = "stuck-at-old-progress@asyncio-lock"
_SURE: Final = 0.95


def _ready(lab: Laboratory) -> Answer:
    return judge(
        [
            lab.stands("tasks of one loop are all there is", "progress-jumps-backward@asyncio-lock"),
            lab.stands("a worker thread takes part", "stuck-at-old-progress@asyncio-lock"),
        ],
        everywhere=True,
    )


def _single(lab: Laboratory) -> Answer:
    return judge([lab.breaks("the code without any lock is tested so", ":advice:one_request_alone")])


def _concurrent(lab: Laboratory) -> Answer:
    """Count what a test that starts all requests at once sees of a race that is there, on real threads."""
    is_there = lab.breaks("", _CONCURRENT)
    once = "it is run once"
    if is_there.outcome is not True:
        return judge([Case(once, None, is_there.evidence)])
    found = lab.frequency(_CONCURRENT)
    if found is None:
        return judge([Case(once, None, (LEFT_OUT,))])
    what = f"{_CONCURRENT}: {found.failures:,} of {found.runs:,} runs on real threads show the race that is there"
    seen = Measurement(what, found.share or 0.0, found.low, found.high, "share")
    cases = [Case(once, found.low >= _SURE, (*is_there.evidence, seen))]
    if found.low > 0:
        runs = math.ceil(math.log(1 - _SURE) / math.log1p(-min(found.low, _SURE)))
        reason = Reason(f"{runs:,} runs, each of which shows it with {found.low:.2g}, miss it with less than 5 %")
        cases.append(Case(f"it is run {runs:,} times or more", True, (reason,)))
    return judge(cases)


def _log(lab: Laboratory) -> Answer:
    return judge([lab.stands("two workers log what they write", ":advice:a_log_that_only_grows")])


def _degradation(lab: Laboratory) -> Answer:
    held = "many-jobs-at-once@asyncio-lock"
    return judge([slower(lab), lab.stands("it is asked how long other jobs wait", held)], everywhere=True)


def _low_risk(lab: Laboratory) -> Answer:
    names = [each.name for each in scenarios.all_scenarios() if each.expect.get("unlocked") == "safe"]
    worked = [name for name in names if lab.explore(f"{name}@unlocked").verdict == "proved"]
    return judge(
        [
            lab.stands("all is done as the list says", *(f"{name}@asyncio-lock" for name in worked)),
            lab.stands("one await is forgotten", "forgotten-await@asyncio-lock-not-awaited"),
            lab.stands("something slow is left inside the lock", "many-jobs-at-once@asyncio-lock-held-during-work"),
        ]
    )


def _all_eliminated(lab: Laboratory) -> Answer:
    return judge(
        [
            lab.stands("tasks of one loop are all there is", "progress-jumps-backward@asyncio-lock"),
            lab.stands("a frontend reads in a thread", "inconsistent-read@asyncio-lock"),
            lab.stands("a thread cleans up", "cleanup-deletes-a-job@asyncio-lock"),
            lab.stands("a thread reports an error", "lost-worker-error@asyncio-lock"),
        ],
        everywhere=True,
    )


CLAIMS: Final = (
    Claim(
        "before-deploying",
        "- [ ] Lock added to `__init__`\n"
        "- [ ] `_update_job_status` is async and locked\n"
        "- [ ] All status updates use `await`\n"
        "- [ ] Heartbeat wrapped in lock",
        "a store of which all this is true has no schedule left that breaks it",
        _ready,
        {Verdict.REFUTED: "A list of what was done is no list of what can still happen."},
        until="- [ ] No linter errors",
    ),
    Claim(
        "single-request",
        "Tested with single request",
        "a test with a single request can find a race",
        _single,
        {Verdict.REFUTED: "Alone, the code without any lock passes, under every schedule."},
    ),
    Claim(
        "concurrent-requests",
        "Tested with concurrent requests",
        "a test with concurrent requests finds a race that is there",
        _concurrent,
        {
            Verdict.HOLDS_ONLY_IF: "A test that passes once has seen one schedule: repeat it, or control the schedule.",
            Verdict.REFUTED: "A race that no run showed was there all the time: to pass a stress test proves nothing.",
        },
    ),
    Claim(
        "consistent-log",
        "Logs show consistent progress",
        "a log in which the progress only grows shows that no update was lost",
        _log,
        {Verdict.REFUTED: "Of a lost update the log knows nothing: look at the sum, not at the order."},
    ),
    Claim(
        "no-degradation",
        "No performance degradation",
        "with the lock nothing takes longer",
        _degradation,
        {Verdict.REFUTED: "A lock always costs something; ask how much beside the work, and who waits for it."},
    ),
    Claim(
        "implementation-time",
        "**Implementation Time:** 30-45 minutes",
        "a developer makes the changes in that time",
        not_testable("it speaks of people and of a service that is not here, not of what code does"),
    ),
    Claim(
        "low-risk",
        "**Risk Level:** Low",
        "nothing that every schedule left whole without the lock breaks with it",
        _low_risk,
        {Verdict.HOLDS_ONLY_IF: "Each change has its own way to go wrong: test what worked before, too."},
    ),
    Claim(
        "all-races",
        "**Benefit:** Eliminates all race conditions",
        "with the four essential changes made, no schedule breaks anything",
        _all_eliminated,
        {Verdict.REFUTED: 'Never say "all" of what you have not tried all of.'},
    ),
    Claim(
        "recommended",
        "**Recommended:** Yes - Implement ASAP",
        "one should do it",
        not_testable("it is a recommendation; what it rests on is answered above, claim by claim"),
        {Verdict.NOT_TESTABLE: "Take the lock that all can take who share the data, and do not hurry."},
    ),
)
