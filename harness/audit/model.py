"""Defines what an audit says: rules, findings with the checklist's items that they concern, and the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["CHECKLIST", "RULES", "Finding", "Report", "Rule"]

CHECKLIST: Final = (
    "Add a lock to __init__",
    "Make the update async and locked",
    "Add await to all calls of the update",
    "Lock the heartbeat's access",
    "Lock the method that reads the status",
    "Lock the deletion in the cleanup",
    "Lock the threads' access",
)
"""The seven items, the last three of them called optional. An item's number is its place, from 1."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Describes one kind of finding.

    Attributes:
        summary: What is wrong, in one line.
        scenario: The scenario of the harness that shows it; empty if none does.
        remedy: What to do.
    """

    name: str
    summary: str
    scenario: str
    remedy: str


RULES: Final = {
    rule.name: rule
    for rule in (
        Rule(
            "read-modify-write",
            "a value is read, changed and written back, and another thread or task may write in between",
            "stuck-at-old-progress",
            "hold one lock over the read and the write, or have no await between them if one loop does everything",
        ),
        Rule(
            "check-then-act",
            "what was checked may no longer hold when it is acted on",
            "completed-job-still-updating",
            "hold one lock over the check and the act, or check again after the await",
        ),
        Rule(
            "torn-update",
            "fields that belong together are written one after the other, and a reader may come in between",
            "inconsistent-read",
            "write them under the lock that the readers take, or replace the whole record",
        ),
        Rule(
            "torn-read",
            "several fields of a live record are read one after the other, while another thread writes them",
            "inconsistent-read",
            "read them under the lock of the writers, or from a copy made under it",
        ),
        Rule(
            "unsafe-iteration",
            "a container is iterated over while another thread or task adds or deletes",
            "iterating-while-cleaning-up",
            "hold the lock for the whole loop, or go over list(...), which is made in one step",
        ),
        Rule(
            "missed-section",
            "a write without the lock that others hold to keep such writes out",
            "one-missed-section",
            "take the same lock here",
        ),
        Rule(
            "wrong-lock",
            "an asyncio.Lock guards state that a thread or a second event loop uses too",
            "a-lock-shared-by-two-loops",
            "use one threading.Lock, never held across an await, or let threads ask the loop to do it",
        ),
        Rule(
            "lock-per-call",
            "the lock is made anew for each call, so no two calls ever meet at it",
            "stuck-at-old-progress",
            "make it once, in __init__ or at the top of the module",
        ),
        Rule(
            "missing-await",
            "a coroutine is made and never awaited: the call does nothing",
            "forgotten-await",
            "await it, or give it to create_task",
        ),
        Rule(
            "slow-in-lock",
            "something slow happens while a lock is held, and all that want the lock wait for it",
            "slow-work-inside-the-lock",
            "do the slow work first, then take the lock for the few assignments",
        ),
        Rule(
            "stale-value",
            "a value was checked before an await and is used after it, and another task may have removed it meanwhile",
            "completed-job-still-updating",
            "keep it in a local variable before the await, or check it again after it",
        ),
        Rule(
            "final-status",
            "a final status can be overwritten with another one",
            "completed-job-still-updating",
            "check under the lock that the status is not final, and set it under the same lock",
        ),
        Rule(
            "add-after-start",
            "a thread is started before the entry is made that the thread removes when it ends",
            "",  # no store starts threads
            "make the entry first, or start the thread under the lock under which it removes the entry",
        ),
        Rule(
            "foreign-thread",
            "an object of an event loop is used from a thread: it is not thread-safe, and no task wakes up",
            "a-lock-shared-by-two-loops",
            "use loop.call_soon_threadsafe or asyncio.run_coroutine_threadsafe",
        ),
        Rule(
            "blocked-loop",
            "a call in a coroutine blocks the thread, and with it every task of the loop",
            "slow-work-inside-the-lock",
            "await it, or let asyncio.to_thread do it",
        ),
        Rule(
            "lock-order",
            "two locks are taken in both orders, or one that is held is taken again: a deadlock",
            "",  # no store takes two locks in two orders, so no scenario can show it
            "take them in one order everywhere",
        ),
    )
}
"""The rules by name."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Names one place in the source that needs a look.

    Attributes:
        items: The numbers of the checklist's items that it concerns.
        why: Who meets whom here, with the lines.
        function: The qualified name of the function that the line stands in.
        assumes: What was taken for granted because the source does not say it; empty if nothing was.
    """

    path: str
    line: int
    rule: str
    items: tuple[int, ...] = ()
    why: str = ""
    function: str = ""
    assumes: str = ""

    @property
    def scenario(self) -> str:
        """The scenario that shows it; empty if none does."""
        return RULES[self.rule].scenario

    @property
    def shown_by(self) -> str:
        """The command that shows it, as a sentence; empty if there is none."""
        return f" See it happen: race run {self.scenario}" if self.scenario else ""


@dataclass(frozen=True, slots=True)
class Report:
    """Holds what was found in which files.

    Attributes:
        findings: In the order of file and line.
        files: The files that were audited, as they were named.
        shared: Each shared piece of state and who uses it, as text.
        cut_short: Functions that do more than was looked at: something may stand in their last part.
    """

    findings: Sequence[Finding]
    files: Sequence[str]
    shared: Sequence[tuple[str, str]] = ()
    cut_short: Sequence[str] = ()

    @property
    def items(self) -> tuple[int, ...]:
        """The checklist's items that some finding concerns."""
        return tuple(sorted({item for finding in self.findings for item in finding.items}))
