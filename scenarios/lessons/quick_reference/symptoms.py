"""The claims of "Common Symptoms": of each symptom whether its cause brings it about, and how often it is seen.

How often is measured without the harness, on real threads and the stock event loop. It is a frequency of one scenario
on one machine, and the quick reference speaks of services that cannot be run here; so it is the word that is compared,
and all of the interval has to deserve it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from harness.evidence import Answer, Case, Claim, Verdict, judge
from harness.evidence.grounds import Measurement
from harness.evidence.laboratory import LEFT_OUT
from harness.stress import word_for

if TYPE_CHECKING:
    from harness.evidence.laboratory import Laboratory
    from harness.stress import Frequency

__all__ = ["CLAIMS"]

_WORDS: Final = ("never seen", "rare", "occasional", "common")


def _jumps(lab: Laboratory) -> Answer:
    return judge(
        [
            lab.breaks("the heartbeat saves a whole record over an await", "progress-jumps-backward@unlocked"),
            lab.breaks(
                "the heartbeat sets its own field, without a lock", "progress-jumps-backward@asyncio-lock-without-lock"
            ),
        ]
    )


def _updating(lab: Laboratory) -> Answer:
    return judge(
        [
            lab.breaks("an await stands between check and act", "completed-job-still-updating@unlocked"),
            lab.breaks(
                "nothing is awaited between check and act, without a lock",
                "completed-job-still-updating@asyncio-lock-without-lock",
            ),
        ]
    )


def _stuck(lab: Laboratory) -> Answer:
    return judge([lab.breaks("task and thread both read before either writes", "stuck-at-old-progress@unlocked")])


def _inconsistent(lab: Laboratory) -> Answer:
    return judge(
        [
            lab.stands("there is one update only, so that none conflict", "inconsistent-read@unlocked"),
        ]
    )


def _is_seen(label: str, word: str, lab: Laboratory) -> Answer:
    """Whether the stress run finds the word of the table."""
    found = lab.frequency(label)
    words = f"it is counted on real threads, for {label}"
    if found is None:
        return judge([Case(words, None, (LEFT_OUT,))])
    what = f"{label} failed in {found.failures:,} of {found.runs:,} runs on real threads ({found.word})"
    if found.share is None:
        return judge([Case(words, None, (Measurement(what, 0.0, 0.0, 1.0, "share", ("nothing ran to its end",)),))])
    measured = Measurement(what, found.share, found.low, found.high, "share")
    return judge([Case(words, _says(found, word), (measured,))])


def _says(found: Frequency, word: str) -> bool | None:
    """Whether that is the word for what was counted; None if the interval reaches over several words, this one too."""
    lowest, said, highest = (_WORDS.index(each) for each in (word_for(found.low), word, word_for(found.high)))
    if not lowest <= said <= highest:
        return False
    return True if lowest == highest else None


def _frequency(name: str, words: str, label: str) -> Claim:
    word = words.rpartition("| ")[2]
    return Claim(
        f"frequency-{name}",
        words,
        f'on real threads, {label} is seen to fail as often as "{word.lower()}" says',
        partial(_is_seen, label, word.lower()),
        {
            Verdict.HOLDS: "It is so here; another timing, and it is not.",
            Verdict.REFUTED: "How often a race is seen is the timing's doing, and says nothing of whether it is there.",
            Verdict.UNDECIDED: "A frequency has to be counted; no proof and no token gives one.",
        },
    )


CLAIMS: Final = (
    Claim(
        "symptom-jumps-backward",
        "Progress jumps backward | Heartbeat overwrites newer progress",
        "a heartbeat can overwrite a newer progress with an older one",
        _jumps,
        {Verdict.HOLDS_ONLY_IF: "Write the field that is yours, and this symptom needs no lock to be cured."},
    ),
    _frequency(
        "jumps-backward", "Heartbeat overwrites newer progress | Occasional", "progress-jumps-backward@unlocked"
    ),
    Claim(
        "symptom-still-updating",
        '"Completed" job still updating | Status check races with completion',
        "a job can be completed between the check of its status and the update that follows",
        _updating,
        {Verdict.HOLDS_ONLY_IF: "Check and act belong together; what is slow goes before the check."},
    ),
    _frequency("still-updating", "Status check races with completion | Rare", "completed-job-still-updating@unlocked"),
    Claim(
        "symptom-stuck",
        "Stuck at old progress | Update lost in race",
        "a lost update can leave the progress at an old value",
        _stuck,
        {Verdict.HOLDS: "Two read-modify-writes at once are one too few."},
    ),
    _frequency("stuck", "Update lost in race | Occasional", "stuck-at-old-progress@unlocked"),
    Claim(
        "symptom-inconsistent",
        "Frontend shows inconsistent state | Multiple conflicting updates",
        "it takes several conflicting updates for a reader to see an inconsistent state",
        _inconsistent,
        {Verdict.REFUTED: "One update and one reader are enough: two fields written in two steps can be read between."},
    ),
    _frequency("inconsistent", "Multiple conflicting updates | Common", "inconsistent-read@unlocked"),
)
