"""The claims of "Understanding Locks": the permission slip, and why it works."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from harness.evidence import Answer, Claim, Verdict, all_of, judge

if TYPE_CHECKING:
    from harness.evidence.laboratory import Laboratory

__all__ = ["CLAIMS"]


def _one_at_a_time(lab: Laboratory) -> Answer:
    return judge([lab.stands("three tasks of one loop want it", ":permission_slip:with_the_lock")])


def _exclusive(lab: Laboratory) -> Answer:
    return judge(
        [
            lab.stands("all who modify the data are tasks, and take the lock", ":permission_slip:with_the_lock"),
            lab.stands("a thread modifies it, too", ":permission_slip:a_thread_with_the_same_data"),
            lab.stands("one who modifies it takes no lock", "one-missed-section@asyncio-lock"),
        ]
    )


def _given_back(lab: Laboratory) -> Answer:
    return judge([lab.stands("its holder fails or is cancelled", ":permission_slip:given_back_after_an_error")])


def _both(lab: Laboratory) -> Answer:
    return judge(
        [
            lab.breaks("something is awaited in the middle of the access", ":permission_slip:two_tasks_without_lock"),
            lab.breaks("nothing is awaited there", ":permission_slip:two_tasks_without_an_await"),
        ]
    )


def _no_conflict(lab: Laboratory) -> Answer:
    return judge(
        [
            all_of(
                "both are tasks of one loop",
                lab.stands("", ":permission_slip:with_the_lock"),
                lab.stands("", ":solution:after_with_a_task"),
            ),
            lab.stands("they are tasks of two loops", "a-lock-shared-by-two-loops@asyncio-lock"),
        ]
    )


CLAIMS: Final = (
    Claim(
        "one-at-a-time",
        "a **permission slip** that only one task can hold at a time",
        "no schedule lets two tasks of a loop hold one asyncio.Lock",
        _one_at_a_time,
        {Verdict.HOLDS: "The lock does what it is made for; what matters is who asks for it."},
    ),
    Claim(
        "exclusive-access",
        "async with lock:  # 🔒 Grabs permission\n    modify_data()  # Safe: I have exclusive access",
        "the holder of the lock is alone at the data",
        _exclusive,
        {Verdict.HOLDS_ONLY_IF: "A lock gives no exclusive access to data, only to itself."},
        since="# Task 1",
    ),
    Claim(
        "releases",
        "# 🔓 Releases permission",
        "the lock is given back whatever happens inside, and a task that waits gets it",
        _given_back,
        {Verdict.HOLDS: "async with gives the lock back after an error and after a cancellation, too."},
        until="# Safe: Now I have exclusive access",
    ),
    Claim(
        "both-access",
        "❌ Both access at same time",
        "without a lock, two tasks can be in the middle of their access at the same time",
        _both,
        {Verdict.HOLDS_ONLY_IF: "Tasks never run at the same time: they take turns at an await, and only there."},
        since="Without Lock:",
        until="❌ Conflict!",
    ),
    Claim(
        "no-conflict",
        "❌ Task1 has lock\n│█████│  │     │  ❌ Task2 waits\n│     │  │█████│  ❌ Task2 gets lock\n"
        "└─────┘  └─────┘  ❌ No conflict!",
        "with the lock, two tasks are never in conflict, and each gets its turn",
        _no_conflict,
        {Verdict.HOLDS_ONLY_IF: "An asyncio.Lock belongs to one loop: shared by two, it raises, or waits for ever."},
        since="With Lock:",
    ),
)
