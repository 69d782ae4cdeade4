"""Runs the audit: reads files, walks through their entry points, asks every rule, and says what they found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from harness.audit.entry_points import find_entries
from harness.audit.index import index_module
from harness.audit.model import Finding, Report
from harness.audit.rules import (
    check_then_act,
    final_status,
    foreign_thread,
    late_entry,
    lock_order,
    missed_section,
    read_modify_write,
    slow_in_lock,
    stale_value,
    torn_record,
    unsafe_iteration,
    wrong_lock,
)
from harness.audit.rules.checklist_items import items_of
from harness.audit.rules.gaps import Gap, judge
from harness.audit.sharing import Sharing, Use, meeting
from harness.audit.source_files import Project
from harness.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from harness.audit.actors import Entry
    from harness.audit.events import Event, Frame
    from harness.audit.rules.gaps import Judged
    from harness.audit.symbols import Class

__all__ = ["audit", "python_files"]


def audit(paths: Sequence[Path], *, assume_threads: bool = True) -> Report:
    """Look for races in these files.

    Args:
        paths: Python files, or folders of them.
        assume_threads: Whether a public plain method that nothing in the files calls is taken for one that threads
            call, where its class gives reason to.

    Returns:
        The findings, in the order of file and line.

    Raises:
        UsageError: A path does not exist, or a file is no Python.
    """
    files = python_files(paths)
    project = Project(files, index_module)
    sharing = Sharing(find_entries(project, assume_threads))
    gaps = [
        *read_modify_write.gaps(sharing),
        *check_then_act.gaps(sharing),
        *torn_record.update_gaps(sharing),
        *torn_record.read_gaps(sharing),
        *unsafe_iteration.gaps(sharing),
    ]
    judged = judge(sharing, iter(gaps))
    names = [str(path) for path in files]
    found = [
        *_from_gaps(judged, names),
        *_from_locks(sharing, judged, names),
        *_from_steps(sharing),
        *_from_notes(sharing),
    ]
    cut_short = sorted({entry.function.qualname for entry in sharing.entries if entry.cut_short})
    return Report(_merged(found, set(names)), names, _shared(sharing), cut_short)


def python_files(paths: Sequence[Path]) -> list[Path]:
    """Return the files that these paths name, folders searched, each once.

    Raises:
        UsageError: There is no such path, or no Python file in a folder.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        if path.is_dir():
            inside = sorted(each for each in path.rglob("*.py") if not _hidden(each.relative_to(path)))
            if not inside:
                raise UsageError(f"no Python file in {path}; name one, or another folder")
        elif path.exists():
            inside = [path]
        else:
            raise UsageError(f"cannot read {path}: no such file; name a Python file or a folder of them")
        for each in inside:
            found.setdefault(each.resolve(), each)
    return list(found.values())


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") or part in ("__pycache__", "node_modules") for part in path.parts)


def _from_gaps(judged: Judged, audited: list[str]) -> Iterator[Finding]:
    reported = set()
    opened = [(gap, stranger) for gap, stranger in judged.open if not _inherited(gap.entry)]
    frames = [meeting(gap.first, gap.second) for gap, _ in opened]
    nearest = [
        _nearest(frame, gap.second, gap.entry.receiver, audited)
        for (gap, _), frame in zip(opened, frames, strict=True)
    ]  # fmt: skip
    said = {(gap.rule, each.function, each.line) for (gap, _), each in zip(opened, nearest, strict=True)}
    for (gap, stranger), met, frame in zip(opened, frames, nearest, strict=True):
        reported.add((gap.entry.function, gap.second.place.root if gap.second.place else None))
        if met is not frame and (gap.rule, met.function, met.line) in said:
            continue  # said of the method itself already, so its callers are not at fault
        yield _finding(gap.rule, gap.entry, frame, gap.second, _story(gap, stranger), stranger)
    for gap, use in missed_section.find(judged):
        assert use.event.place is not None
        if _inherited(use.entry) or (use.entry.function, use.event.place.root) in reported:
            continue
        why = f"{gap.entry} locks {gap.second.place} at line {gap.second.line} against this, and {use.entry} does not"
        frame = next((each for each in reversed(use.event.frames) if each.function.public), use.event.frames[0])
        yield _finding("missed-section", use.entry, frame, use.event, why, Use(gap.entry, gap.second))


def _inherited(entry: Entry) -> bool:
    """A method as a subclass has it: what is wrong with the method itself is said of the class that defines it."""
    receiver = entry.receiver
    return receiver is not None and entry.function.owner is not receiver


def _nearest(frame: Frame, event: Event, receiver: Class | None, audited: list[str]) -> Frame:
    """The frame; or the call that led there, if it is in a file not audited, or inherited: the caller is at fault."""
    bases = receiver.line_of_classes[1:] if receiver is not None else []
    for each in reversed(event.frames[: event.frames.index(frame) + 1]):
        if each.function.module.path in audited and each.function.owner not in bases:
            return each
    return frame


def _story(gap: Gap, stranger: Use) -> str:
    place, line = gap.second.place, stranger.event.line
    can = "read" if gap.readers else "write"
    between = f"{stranger.entry} can {can} {stranger.event.place} at line {line}"
    match gap.rule:
        case "read-modify-write":
            return f"{place} is read at line {gap.first.line} and written here by {gap.entry}; in between {between}"
        case "check-then-act":
            return f"{gap.first.place} is checked at line {gap.first.line} by {gap.entry}; before the act {between}"
        case "unsafe-iteration":
            return f"{gap.entry} goes through {place}; meanwhile {between}"
        case _:
            verb = "writes" if gap.rule == "torn-update" else "reads"
            return f"{gap.entry} {verb} {gap.first.place} and {place} in two steps; in between {between}"


def _from_locks(sharing: Sharing, judged: Judged, audited: list[str]) -> Iterator[Finding]:
    for lock, use, stranger, why in wrong_lock.find(sharing, judged):
        where = Use(stranger, use.event)
        finding = _finding("wrong-lock", use.entry, use.event.frames[-1], use.event, why, where)
        at_lock = replace(finding, path=lock.path, line=lock.line, function=lock.name)
        yield at_lock if lock.path in audited else finding
    for entry, event, held in slow_in_lock.find(sharing):
        what = event.text or "it waits"
        why = f"{what} while {held.lock} is held by {entry}"
        yield _finding("slow-in-lock", entry, event.frames[-1], event, why, Use(entry, event))
    for entry, event, why in lock_order.find(sharing):
        yield _finding("lock-order", entry, event.frames[-1], event, why, Use(entry, event))


def _from_steps(sharing: Sharing) -> Iterator[Finding]:
    """Findings that need no gap: what is done, where, and in which order."""
    for entry, event, why in foreign_thread.find(sharing):
        yield _finding("foreign-thread", entry, event.frames[-1], event, why, Use(entry, event))
    for entry, late, early, why in late_entry.find(sharing):
        yield _finding("add-after-start", entry, late.frames[-1], late, why, Use(entry, early))
    for entry, event, other, why in final_status.find(sharing):
        yield _finding("final-status", entry, event.frames[-1], event, why, other)
    for entry, check, event, stranger in stale_value.find(sharing):
        why = (
            f"{event.place} is checked at line {check.line} by {entry}, and used here after an await; meanwhile "
            f"{stranger.entry} can remove it at line {stranger.event.line}"
        )
        yield _finding("stale-value", entry, event.frames[-1], event, why, stranger)


def _from_notes(sharing: Sharing) -> Iterator[Finding]:
    for entry in sharing.entries:
        for note in entry.notes:
            yield Finding(note.path, note.line, note.rule, items_of(note.rule), note.text, note.function)


def _finding(rule: str, entry: Entry, frame: Frame, event: Event, why: str, other: Use) -> Finding:
    assumed = "; ".join(dict.fromkeys(each for each in (entry.assumed, other.entry.assumed) if each))
    function = frame.function
    return Finding(
        function.module.path, frame.line, rule, items_of(rule, entry, event), why, function.qualname, assumed
    )  # fmt: skip


def _merged(found: Sequence[Finding], audited: set[str]) -> list[Finding]:
    """One a line and rule, in the audited files, with the items of all; one that assumes nothing goes first."""
    kept: dict[tuple[str, int, str], Finding] = {}
    for each in found:
        if each.path not in audited:
            continue
        key = (each.path, each.line, each.rule)
        known = kept.get(key)
        if known is None:
            kept[key] = each
            continue
        items = tuple(sorted({*known.items, *each.items}))
        kept[key] = replace(each if known.assumes and not each.assumes else known, items=items)
    return sorted(kept.values())


def _shared(sharing: Sharing) -> list[tuple[str, str]]:
    """Each shared place and who uses it."""
    found = []
    for root in sharing.uses:
        if sharing.is_shared(root):
            owner, name = root
            found.append((f"{owner.rpartition(':')[2]}.{name}", ", ".join(map(str, sharing.users(root)))))
    return sorted(found)
