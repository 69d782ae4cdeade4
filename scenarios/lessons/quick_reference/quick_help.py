"""The claims of "Quick Help": three issues, each with its cause and its fix."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from harness.evidence import Answer, Case, Claim, Verdict, judge
from harness.evidence.grounds import Reason

from .linters import mypy_sees, ruff_sees
from .reference import TEXT

if TYPE_CHECKING:
    from harness.evidence.laboratory import Laboratory

__all__ = ["CLAIMS"]

_GREP: Final = re.compile(r"self.jobs\[")  # as grep reads it, the dot included
_ANY: Final = re.compile(r"self\.jobs\b")


def _hangs(lab: Laboratory) -> Answer:
    return judge(
        [
            lab.breaks(
                "the lock is an asyncio.Lock: all who want it wait", "many-jobs-at-once@asyncio-lock-held-during-work"
            ),
            lab.breaks(
                "the lock is a threading.Lock: it stands still for ever",
                "slow-work-inside-the-lock@thread-lock-held-during-work",
            ),
        ]
    )


def _moved_outside(lab: Laboratory) -> Answer:
    return judge(
        [
            lab.stands(f"the lock is {name}", f"slow-work-inside-the-lock@{store}", f"many-jobs-at-once@{store}")
            for name, store in (("an asyncio.Lock", "asyncio-lock"), ("a threading.Lock", "thread-lock"))
        ]
    )


def _blocks_everything(lab: Laboratory) -> Answer:
    return judge(
        [
            lab.breaks("another task wants the asyncio.Lock that is held", ":advice:waits_for_an_asyncio_lock"),
            lab.breaks("another task goes on without wanting it", ":advice:bystander_of_an_asyncio_lock"),
            lab.breaks("the lock is a threading.Lock", ":advice:bystander_of_a_threading_lock"),
        ]
    )


def _missed(lab: Laboratory) -> Answer:
    return judge(
        [
            lab.breaks(
                "the lock is one that threads take too, and one access does not", "one-missed-section@thread-lock"
            ),
            lab.stands(
                "no access is left out, and the lock is an asyncio.Lock", "stuck-at-old-progress@asyncio-lock-complete"
            ),
        ]
    )


def _grep(lab: Laboratory) -> Answer:
    """The quick reference's own code is what is searched, all of its blocks but the command itself."""
    accesses = [text for text in TEXT.lines if _ANY.search(text) and "grep" not in text]
    code = [text for text in accesses if not text.lstrip().startswith(("**", "│"))]
    left = [text.partition("#")[0].strip() for text in code if not _GREP.search(text)]
    found = Reason(
        f"{len(code) - len(left)} of the {len(code)} accesses in the quick reference's own code are found"
        + (f"; not found: {', '.join(dict.fromkeys(left))}" if left else "")
    )
    return judge([Case("it is tried on the quick reference's own code", not left, (found,))])


def _linter(lab: Laboratory) -> Answer:
    return judge([mypy_sees(lab.quick), ruff_sees(lab.quick)])


def _add_await(lab: Laboratory) -> Answer:
    before, after = "self._update_job_status(", "await self._update_job_status("
    cases = []
    for words, define in (
        ("the caller is async", "async def"),
        ("the caller is not, as a thread's is not", "def"),
    ):
        source = f"{define} caller(self, job_id):\n    {before}job_id, progress=10)\n".replace(before, after)
        try:
            compile(source, "caller.py", "exec")
        except SyntaxError as error:
            cases.append(Case(words, False, (Reason(f"{define} caller: SyntaxError: {error.msg}"),)))
        else:
            cases.append(Case(words, True, (Reason(f"{define} caller: compiles"),)))
    return judge(cases)


CLAIMS: Final = (
    Claim(
        "hangs-cause",
        "**Cause:** Long operation inside lock",
        "a long operation under the lock keeps others from going on",
        _hangs,
        {Verdict.HOLDS: "Nothing slow belongs inside a lock, and no await inside a threading.Lock at all."},
    ),
    Claim(
        "hangs-fix",
        "**Fix:** Move slow operations outside lock",
        "with the slow operation outside, no task waits for it, whatever the schedule",
        _moved_outside,
        {Verdict.HOLDS: "Work first, then take the lock for the few assignments."},
        until="# Wrong:",
    ),
    Claim(
        "blocks-everything",
        "async with self.job_lock:\n    await slow_operation()  # Blocks everything!",
        "no task at all goes on while a slow operation is awaited under the lock",
        _blocks_everything,
        {Verdict.HOLDS_ONLY_IF: "An asyncio.Lock stops those who want it, a threading.Lock the whole loop."},
        until="# Quick update inside",
    ),
    Claim(
        "missed-section",
        "**Cause:** Missed a critical section",
        "where a race is left, it is for an access that takes no lock",
        _missed,
        {Verdict.HOLDS_ONLY_IF: "A race that is left has two causes: an access without the lock, or the wrong lock."},
    ),
    Claim(
        "grep",
        "**Fix:** Search for all `self.jobs` access and verify lock usage\n"
        "```bash\n"
        'grep -n "self.jobs\\[" presentation_service.py',
        "this command finds all accesses",
        _grep,
        {
            Verdict.REFUTED: "get, len, in, del and iteration are accesses without a bracket, and a job once fetched "
            "needs none at all: search for the name, then for what was done with it."
        },
    ),
    Claim(
        "linter",
        "**Cause:** Forgot to add `await`",
        "a linter reports an update that is not awaited",
        _linter,
        {
            Verdict.HOLDS_ONLY_IF: "A linter that knows no types does not see it: run a type checker, and tests that "
            "treat RuntimeWarning as an error."
        },
    ),
    Claim(
        "linter-fix",
        "**Fix:** Change all `self._update_job_status(` to `await self._update_job_status(`",
        "what comes of that replacement is Python",
        _add_await,
        {Verdict.HOLDS_ONLY_IF: "await reaches as far as async def does; a worker thread is beyond it."},
    ),
)
