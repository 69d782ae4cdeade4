"""Tries every claim of the quick reference that the project grew from: one file for each of its chapters.

``quick_reference.md`` is the text, word for word, and ``programs`` plays its tables and its code.
"""

from __future__ import annotations

from typing import Final

from harness.evidence import Lesson

from . import (
    checklist,
    last_words,
    lock_costs,
    quick_help,
    symptoms,
    the_problem,
    timelines,
    understanding_locks,
    where_needed,
)
from .reference import TEXT

__all__ = ["LESSON"]

_CHAPTERS: Final = (
    the_problem,
    timelines,
    checklist,
    symptoms,
    lock_costs,
    understanding_locks,
    where_needed,
    quick_help,
    last_words,
)

LESSON: Final = Lesson(
    "quick-reference",
    TEXT,
    tuple(claim for chapter in _CHAPTERS for claim in chapter.CLAIMS),
    programs="harness.scenarios.lessons.quick_reference.programs",
    makes_no_claim={
        "# 🔄 Race Condition - Quick Reference": "the title",
        "| Time | Main Thread | Heartbeat Task | Result |": "the head of a table",
        "| Symptom | Cause | Frequency |": "the head of a table",
        "│  Operation         │ Time    │ Overhead    │": "the head of a table",
        "[Python asyncio.Lock Documentation]": "a link",
        "[Understanding Race Conditions]": "a link",
        "[Thread-Safe Programming Patterns]": "a link",
        "Before deploying:": "introduces the list that follows",
    },
)
