"""The claims of the "Implementation Checklist": four items are called essential, three optional.

An item is put to the test by leaving it out: of a store for which scenarios are proved, and which then should, or
should not, fail one of them. ``harness/stores/mutants`` has one store for each.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from harness import scenarios
from harness.evidence import Answer, Case, Claim, Verdict, all_of, judge
from harness.evidence.grounds import Proof

if TYPE_CHECKING:
    from harness.evidence.grounds import Evidence
    from harness.evidence.laboratory import Laboratory

__all__ = ["CLAIMS", "missed"]

_THREADS: Final = "the lock is a threading.Lock, which threads take too"
_PRINTED: Final = "it is the asyncio.Lock as printed, and nothing is awaited between a read and its write"
_AWAITS: Final = "tasks await something between a read and its write"


def missed(lab: Laboratory, words: str, original: str, mutant: str) -> Case:
    """The case that holds if some scenario that is proved for a store breaks the same store without the item.

    Args:
        lab: Runs them.
        words: Of the case.
        original: The store.
        mutant: The store with the item left out.
    """
    undecided: list[Evidence] = []
    names = [each.name for each in scenarios.all_scenarios() if each.expect.get(original) == "safe"]
    names.sort(key=lambda name: lab.explore(f"{name}@{original}").classes)  # the simplest first
    classes = 0
    for name in names:
        case = all_of(words, lab.breaks("", f"{name}@{mutant}"), lab.stands("", f"{name}@{original}"))
        if case.outcome:
            return case
        if case.outcome is None:
            undecided += case.evidence
        classes += lab.explore(f"{name}@{mutant}").classes
    if undecided:
        return Case(words, None, tuple(undecided))
    return Case(words, False, (Proof(f"all {len(names)} scenarios that hold for {original}, on {mutant}", classes),))


def _essential(mutants: tuple[str, ...], lab: Laboratory) -> Answer:
    found = [missed(lab, _THREADS, "thread-lock", mutant) for mutant in mutants]
    return judge(
        [
            all_of(_THREADS, *found),
            all_of(
                _AWAITS,
                lab.breaks(_AWAITS, ":permission_slip:two_tasks_without_lock"),
                lab.stands(_AWAITS, ":permission_slip:with_the_lock"),
            ),
            missed(lab, _PRINTED, "asyncio-lock", "asyncio-lock-without-lock"),
        ]
    )


def _awaited(lab: Laboratory) -> Answer:
    return judge(
        [
            missed(lab, f"updates are async, with {lock}", store, f"{store}-not-awaited")
            for lock, store in (("an asyncio.Lock", "asyncio-lock"), ("a threading.Lock", "thread-lock"))
        ]
    )


def _optional(mutant: str, scenario: str, by_tasks: str | None, lab: Laboratory) -> Answer:
    found = missed(lab, _THREADS, "thread-lock", mutant)
    left_out = Case(_THREADS, None if found.outcome is None else not found.outcome, found.evidence)
    cases = [left_out, lab.stands("the lock is an asyncio.Lock, and a thread does it", f"{scenario}@asyncio-lock")]
    if by_tasks is not None:
        cases.append(lab.stands("tasks of one loop alone do it, and await nothing in between", by_tasks))
    return judge(cases)


_NEEDED: Final = "a store without it fails where the store with it is proved"
_SPARED: Final = "it can be left out: without it, nothing fails that held before"
_USELESS: Final = (
    "Find out who else can be there between two steps: only against them a lock helps, and it has to be one that they "
    "take."
)

CLAIMS: Final = (
    Claim(
        "item-1-lock",
        "**1. Add lock to `__init__`**",
        _NEEDED,
        partial(_essential, ("thread-lock-made-for-each-call",)),
        {Verdict.HOLDS_ONLY_IF: _USELESS},
        until="self.job_lock = asyncio.Lock()",
    ),
    Claim(
        "item-2-update",
        "**2. Make `_update_job_status` async + locked**",
        _NEEDED,
        partial(_essential, ("thread-lock-without-lock-in-update",)),
        {
            Verdict.HOLDS_ONLY_IF: "To make an update async gives other tasks the turn that they did not have before; "
            "the lock then takes it back."
        },
        until="# ... existing code ...",
    ),
    Claim(
        "item-3-await",
        "**3. Add `await` to all status update calls**",
        _NEEDED,
        _awaited,
        {Verdict.HOLDS: "A coroutine that is not awaited never runs: the one item that every schedule finds."},
        until="# To: await",
    ),
    Claim(
        "item-4-heartbeat",
        "**4. Lock heartbeat access**",
        _NEEDED,
        partial(_essential, ("thread-lock-without-lock-in-heartbeat", "thread-lock-without-check-in-heartbeat")),
        {
            Verdict.HOLDS_ONLY_IF: "A heartbeat checks and acts; what can come in between is a thread, and that does "
            "not wait for an asyncio.Lock."
        },
        until="job.last_heartbeat = datetime.now()",
    ),
    Claim(
        "optional-read",
        "Lock `get_job_status` method",
        _SPARED,
        partial(
            _optional,
            "thread-lock-without-lock-in-read",
            "inconsistent-read",
            ":solution:before_with_a_task",
        ),
        {Verdict.HOLDS_ONLY_IF: "To read two fields is two steps, and a thread can come in between."},
    ),
    Claim(
        "optional-cleanup",
        "Lock job deletion in cleanup",
        _SPARED,
        partial(
            _optional,
            "thread-lock-without-lock-in-cleanup",
            "cleanup-deletes-a-job",
            ":code_blocks:check_then_act_by_tasks",
        ),
        {Verdict.HOLDS_ONLY_IF: "To delete is to write, and belongs under the lock of the other writes."},
    ),
    Claim(
        "optional-threads",
        "Lock thread access to jobs dictionary",
        _SPARED,
        partial(_optional, "thread-lock-without-lock-in-threads", "stuck-at-old-progress", None),
        {Verdict.REFUTED: "The item called optional is the one that matters most, and no asyncio.Lock can fulfil it."},
    ),
)
