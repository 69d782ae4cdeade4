"""Where in the program something happened: found from frames, only when they are asked for."""

from __future__ import annotations

import functools
import itertools
import linecache
import os
import re
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.model.site import Site

if TYPE_CHECKING:
    from types import FrameType

__all__ = [
    "frame_place", "is_called_by_program", "is_ours", "program_frame", "program_place", "site_of_caller",
    "site_of_frame", "source_of_call", "traceback_text",
]  # fmt: skip

_HARNESS = str(Path(__file__).parent.parent)
_NOWHERE: Final = (None, None, None, None)
_STATEMENT = re.compile(r"(?P<entered>(async )?with .+?)( as \w+)?:$|(async )?for .+? in (?P<walked>.+):$")
_OWN = tuple(str(Path(_HARNESS, part)) + os.sep for part in ("engine", "instrument", "stdlib", "real"))


def program_frame(frame: FrameType | None, files: frozenset[str]) -> FrameType | None:
    """The innermost frame, from ``frame`` outwards, whose source is rewritten."""
    while frame is not None:
        if frame.f_code.co_filename in files:
            return frame
        frame = frame.f_back
    return None


def frame_place(frame: FrameType | None) -> str:
    """``file:line`` of a frame, or an empty string."""
    return f"{frame.f_code.co_filename}:{frame.f_lineno}" if frame is not None else ""


def site_of_caller(files: frozenset[str]) -> Site | None:
    """The line of the program that led to the call of this function.

    The ``op`` of the site is ``"sync"`` if the program itself made the call, ``"inside"`` if the standard library made
    it on the program's behalf.
    """
    caller = _outside(sys._getframe(1), files)
    op = "sync" if caller is not None and caller.f_code.co_filename in files else "inside"
    return site_of_frame(program_frame(caller, files), op)


def site_of_frame(frame: FrameType | None, op: str = "sync") -> Site | None:
    """The call that a frame is in, as the program has it."""
    if frame is None:
        return None
    code, line = frame.f_code, frame.f_lineno
    return Site(code.co_filename, line, 0, line, 0, code.co_qualname, op, source_of_call(frame), "")


def source_of_call(frame: FrameType) -> str:
    """The source of the call that a frame of the program is in: ``jobs.join()``; ``lock`` for ``with lock``.

    Rewritten code has the positions of the original, so this is what the user wrote.
    """
    code = frame.f_code  # no key for a cache: rewritten code holds what has no hash
    return _source_at(
        code.co_filename, *next(itertools.islice(code.co_positions(), frame.f_lasti // 2, None), _NOWHERE)
    )


@functools.lru_cache(maxsize=512)  # a livelock is at the same few places for 20,000 events
def _source_at(file: str, line: int | None, last: int | None, start: int | None, end: int | None) -> str:
    if line is None or start is None or end is None:
        return ""
    text = linecache.getline(file, line).encode()
    if last == line:
        return text[start:end].decode(errors="replace")
    first = " ".join(text[start:].decode(errors="replace").split())
    statement = _STATEMENT.match(first)
    return statement["walked"] or statement["entered"] if statement else first + "..."


def is_called_by_program(files: frozenset[str]) -> bool:
    """The program itself made the call that led here, not the standard library on its behalf."""
    caller = _outside(sys._getframe(1), files)
    return caller is not None and caller.f_code.co_filename in files


def is_ours(file: str) -> bool:
    """Whether a source file belongs to the harness, and not to one of its scenarios or stores."""
    return file.startswith(_OWN)


def _outside(frame: FrameType | None, files: frozenset[str]) -> FrameType | None:
    """The innermost frame that is not the harness's own."""
    while frame is not None and frame.f_code.co_filename.startswith(_HARNESS) and frame.f_code.co_filename not in files:
        frame = frame.f_back
    return frame


def program_place(exc: BaseException, files: frozenset[str]) -> tuple[str, str]:
    """``file:line`` of the innermost line of the program in a traceback, and the source of that line."""
    place, text = "", ""
    step = exc.__traceback__
    while step is not None:
        file = step.tb_frame.f_code.co_filename
        if file in files:
            place, text = f"{file}:{step.tb_lineno}", linecache.getline(file, step.tb_lineno).strip()
        step = step.tb_next
    return place, text


def traceback_text(exc: BaseException) -> str:
    """The traceback as Python prints it, without the harness's own frames."""
    report = traceback.TracebackException.from_exception(exc)
    pending: list[traceback.TracebackException | None] = [report]
    while pending:
        part = pending.pop()
        if part is None:
            continue
        part.stack = traceback.StackSummary.from_list(
            [frame for frame in part.stack if not frame.filename.startswith(_HARNESS)]
        )
        pending += [part.__cause__, part.__context__, *(part.exceptions or ())]
    return "".join(report.format())
