"""The claims of the diagram, and of "The Solution" below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from harness.evidence import Answer, Case, Claim, Verdict, judge

if TYPE_CHECKING:
    from harness.evidence.laboratory import Laboratory

__all__ = ["CLAIMS"]


def _drawn(lab: Laboratory) -> Answer:
    return judge(
        [
            lab.breaks("the heartbeat saves the whole record that it read", ":arrows:heartbeat_saves_a_whole_record"),
            lab.breaks(
                "the heartbeat sets its own field, as in the code below", ":arrows:heartbeat_sets_its_own_field"
            ),
        ]
    )


def _result(lab: Laboratory) -> Answer:
    lost = lab.explore("stuck-at-old-progress@unlocked").failure
    found = lab.breaks("without a lock: an update is lost", "stuck-at-old-progress@unlocked")
    was_lost = found.outcome and lost is not None and lost.lost_update is not None
    return judge(
        [
            lab.breaks("without a lock: a reader sees half of an update", "inconsistent-read@unlocked"),
            Case(found.words, None if found.outcome is None else bool(was_lost), found.evidence),
            lab.breaks("without a lock: the worker's error is overwritten", "lost-worker-error@unlocked"),
        ]
    )


def _synchronizes(lab: Laboratory) -> Answer:
    tasks = "all who touch the jobs are tasks of one loop"
    return judge(
        [
            lab.stands(tasks, "progress-jumps-backward@asyncio-lock", "completed-job-still-updating@asyncio-lock"),
            lab.stands("a worker thread touches them too", "stuck-at-old-progress@asyncio-lock"),
            lab.stands(
                "the thread takes the same lock, in a loop of its own", "stuck-at-old-progress@asyncio-lock-complete"
            ),
        ]
    )


def _conflicts(lab: Laboratory) -> Answer:
    return judge(
        [
            lab.breaks("a thread takes part", ":solution:before_with_a_thread"),
            lab.breaks("tasks of one loop alone take part", ":solution:before_with_a_task"),
        ]
    )


def _thread_safe(lab: Laboratory) -> Answer:
    return judge(
        [
            lab.stands("the other one is a task of the same loop", ":solution:after_with_a_task"),
            lab.stands("the other one is a thread", ":solution:after_with_a_thread"),
        ],
        everywhere=True,
    )


CLAIMS: Final = (
    Claim(
        "diagram",
        "│         │                    │ Write heartbeat    │             │\n"
        "│         │                    │ (overwrites 20!)   │             │",
        "some schedule makes all arrows of the diagram, in their order, and the heartbeat overwrites the 20",
        _drawn,
        {
            Verdict.HOLDS_ONLY_IF: "A write harms only what it writes: a heartbeat that sets its one field overwrites "
            "no progress, whatever the schedule."
        },
        since="SHARED RESOURCE",
        until="Write error",
    ),
    Claim(
        "diagram-result",
        "❌ RESULT: Inconsistent state, lost updates",
        "without a lock, main task, heartbeat and worker leave an inconsistent state, and updates are lost",
        _result,
        {Verdict.HOLDS: "With a thread in the picture all three lanes can hurt each other; the fix looks at two."},
    ),
    Claim(
        "synchronizes",
        "Add `asyncio.Lock()` to synchronize access",
        "an asyncio.Lock keeps all who access the jobs from each other",
        _synchronizes,
        {
            Verdict.HOLDS_ONLY_IF: "An asyncio.Lock makes the tasks of one loop take turns; a thread needs a "
            "threading.Lock, and so does every task that shares with it."
        },
    ),
    Claim(
        "can-conflict",
        "# Before (❌ Race Condition)\n"
        "def _update_job_status(self, job_id, **kwargs):\n"
        "    job = self.jobs[job_id]  # ❌ Unsynchronized\n"
        "    for key, value in kwargs.items():\n"
        "        setattr(job, key, value)  # ❌ Can conflict",
        "some schedule makes this code conflict with a reader of the same job",
        _conflicts,
        {
            Verdict.HOLDS_ONLY_IF: "Between two awaits a task is alone on its loop: this code, which awaits nothing, "
            "was safe among tasks before it was fixed."
        },
    ),
    Claim(
        "thread-safe",
        "# After (✅ Thread-Safe)\n"
        "async def _update_job_status(self, job_id, **kwargs):\n"
        "    async with self.job_lock:  # ✅ Lock acquired\n"
        "        job = self.jobs[job_id]  # ✅ Protected\n"
        "        for key, value in kwargs.items():\n"
        "            setattr(job, key, value)  # ✅ Safe",
        "no schedule, with threads or without, makes the new code conflict with a reader of the same job",
        _thread_safe,
        {Verdict.REFUTED: "Nothing that only tasks can wait for is thread-safe."},
    ),
)
