"""The claims of the two tables: T1 to T5 without a lock, T1 to T8 with one. Each is played step for step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from harness.evidence import Answer, Claim, Verdict, all_of, judge

if TYPE_CHECKING:
    from harness.evidence.laboratory import Laboratory

__all__ = ["CLAIMS"]


def _without(lab: Laboratory) -> Answer:
    return judge(
        [
            lab.breaks("the heartbeat writes a whole stale record back", ":without_lock:whole_stale_record"),
            lab.breaks(
                "both run the quick reference's own update, on one loop: between read and write nothing is awaited",
                ":without_lock:as_printed",
            ),
            lab.breaks(
                "both await something between read and write, and the heartbeat writes its own field, so no progress",
                ":without_lock:one_field_with_an_await",
            ),
            lab.breaks(
                'the "Main Thread" is a thread, and the heartbeat writes its own field',
                ":without_lock:as_printed_in_a_thread",
            ),
        ]
    )


def _with(lab: Laboratory) -> Answer:
    return judge(
        [
            all_of(
                "something is awaited while the lock is held",
                lab.breaks("", ":with_lock:work_inside"),
                lab.stands("", ":with_lock:final_progress"),
            ),
            lab.breaks(
                "nothing is awaited while it is held, as in the code above", ":with_lock:nothing_awaited_inside"
            ),
            lab.stands(
                'the "Main Thread" is a thread, which takes the lock in a loop of its own',
                "a-lock-shared-by-two-loops@asyncio-lock",
            ),
        ]
    )


CLAIMS: Final = (
    Claim(
        "table-without-lock",
        "| T1   | Read: `progress=10` | | |\n"
        "| T2   | | Read: `progress=10` | |\n"
        "| T3   | Write: `progress=20` | | ✅ Updated |\n"
        "| T4   | | Write: `heartbeat=now` | ❌ Overwrites progress! |\n"
        "| T5   | | | Final: `progress=10` (WRONG!) |",
        "some schedule makes exactly these reads and writes, in this order, with these values",
        _without,
        {
            Verdict.HOLDS_ONLY_IF: "It is no matter of when the heartbeat writes, but of what: to save a whole record "
            "is to write every field of it, stale ones too."
        },
    ),
    Claim(
        "table-with-lock",
        "| T1   | 🔒 Lock acquired | | |\n"
        "| T2   | Read: `progress=10` | 🔒 Waiting... | |\n"
        "| T3   | Write: `progress=20` | 🔒 Waiting... | |\n"
        "| T4   | 🔓 Lock released | | ✅ Updated |\n"
        "| T5   | | 🔒 Lock acquired | |\n"
        "| T6   | | Read: `progress=20` | ✅ Correct! |\n"
        "| T7   | | Write: `heartbeat=now` | ✅ Correct! |\n"
        "| T8   | | 🔓 Lock released | Final: `progress=20` ✅ |",
        "some schedule makes exactly these steps, and the progress is 20 at the end of every one",
        _with,
        {
            Verdict.HOLDS_ONLY_IF: "No task ever waits for an asyncio.Lock under which nothing is awaited; where "
            "something is, it does what the table shows."
        },
    ),
)
