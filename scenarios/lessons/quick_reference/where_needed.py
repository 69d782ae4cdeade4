"""The claims of "Where Locks Are Needed": four blocks of code, each run as it is printed, by tasks and by threads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from harness.evidence import Answer, Case, Claim, Verdict, judge
from harness.evidence.grounds import Reason

if TYPE_CHECKING:
    from harness.evidence.laboratory import Laboratory

__all__ = ["CLAIMS"]

_FAQ: Final = Reason(
    "one step by Python's own word, for keys whose `__eq__` and `__hash__` are not written in Python: "
    "https://docs.python.org/3/faq/library.html#what-kinds-of-global-value-mutation-are-thread-safe"
)


def _read_modify_write(lab: Laboratory) -> Answer:
    return judge(
        [
            lab.breaks("two threads write what depends on what they read", ":code_blocks:add_by_threads"),
            lab.breaks("two threads run the block as printed: it sets a constant", ":code_blocks:set_to_50_by_threads"),
            lab.breaks("two tasks write what depends on what they read", ":code_blocks:add_by_tasks"),
            lab.breaks("a task awaits something between its read and its write", "progress-jumps-backward@unlocked"),
        ]
    )


def _check_then_act(lab: Laboratory) -> Answer:
    return judge(
        [
            lab.breaks("two threads run the block as it is printed", ":code_blocks:check_then_act_by_threads"),
            lab.breaks("two tasks run the block as it is printed", ":code_blocks:check_then_act_by_tasks"),
            lab.breaks("a task awaits something between check and act", "completed-job-still-updating@unlocked"),
        ]
    )


def _read_only(lab: Laboratory) -> Answer:
    return judge(
        [
            lab.stands("the read is one step, as len is in the block", "counting-only@unlocked"),
            lab.stands("it goes through all jobs, and a thread deletes one", "iterating-while-cleaning-up@unlocked"),
            lab.stands("two fields are read, and a thread takes part", "inconsistent-read@unlocked"),
        ]
    )


def _atomic(lab: Laboratory) -> Answer:
    found = lab.stands("no more is asked than whether the job is there", "get-only@unlocked")
    return judge(
        [
            Case(found.words, found.outcome, (*found.evidence, _FAQ)),
            lab.stands("two fields are read from what it returns", "two-fields-from-one-get@unlocked"),
        ]
    )


CLAIMS: Final = (
    Claim(
        "needed-read-modify-write",
        "# Reading AND modifying shared data\njob = self.jobs[job_id]  # Read\njob.progress = 50        # Modify",
        "without a lock some schedule breaks it",
        _read_modify_write,
        {
            Verdict.HOLDS_ONLY_IF: "The block sets a constant, so it is no read-modify-write; one in earnest needs the "
            "lock, once another actor can come in between."
        },
    ),
    Claim(
        "needed-check-then-act",
        "# Checking condition then acting\nif job_id in self.jobs:    # Check\n    del self.jobs[job_id]  # Act",
        "without a lock some schedule breaks it",
        _check_then_act,
        {Verdict.HOLDS_ONLY_IF: "What makes a check stale is a thread or an await between it and the act."},
    ),
    Claim(
        "unneeded-read-only",
        "# Just reading (no modification)\njob_count = len(self.jobs)",
        "no schedule breaks it, though others write and none locks",
        _read_only,
        {Verdict.HOLDS_ONLY_IF: "Not that it reads makes it safe, but that it is a single step."},
        until="logger.info(",
    ),
    Claim(
        "unneeded-atomic",
        "# Python dict.get() is atomic\njob = self.jobs.get(job_id)  # Single operation",
        "no schedule breaks it, though others write and none locks",
        _atomic,
        {Verdict.HOLDS_ONLY_IF: "The step is atomic, and what it returns is live: return a copy, made under the lock."},
    ),
)
