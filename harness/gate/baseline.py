"""The baseline: how things stood when the team last agreed to them. A JSON file made to be committed and merged."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from harness.model.errors import UsageError
from harness.whole_file import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["Baseline", "Entry", "baseline_path", "difference", "read_baseline", "write_baseline"]

_FORMAT: Final = 1
_VERDICTS: Final = ("failed", "proved", "not found")


@dataclass(frozen=True, slots=True)
class Entry:
    """How one program stood.

    Attributes:
        verdict: Of its exploration.
        classes: How many behaviours a proof covered; 0 if nothing was proved.
        tokens: Of its failures.
    """

    verdict: str
    classes: int = 0
    tokens: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.verdict} ({self.classes:,})" if self.verdict == "proved" else self.verdict


@dataclass(frozen=True, slots=True)
class Baseline:
    """All entries, by label; and the stores whose lock was measured.

    What a lock costs is not in it: figures of another machine say nothing. Both commits are measured in turns instead.
    """

    entries: Mapping[str, Entry] = field(default_factory=dict)
    benches: tuple[str, ...] = ()


def baseline_path(root: Path) -> Path:
    """Where a project keeps its baseline."""
    return root / ".race" / "baseline.json"


def read_baseline(path: Path) -> Baseline | None:
    """Read a baseline; None if there is none yet.

    Raises:
        UsageError: The file cannot be read, or is no baseline.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except OSError as exc:
        raise UsageError(f"cannot read {path}: {exc.strerror}") from None
    except UnicodeDecodeError as exc:
        raise UsageError(f"{path} is no baseline, or is damaged ({exc}){_REMEDY}") from None
    try:
        return _baseline(json.loads(text))
    except (ValueError, RecursionError) as exc:
        raise UsageError(f"{path} is no baseline, or is damaged ({exc}){_REMEDY}") from None


_REMEDY: Final = ": take the committed one again, or make a new one with 'race gate --update'"


def _baseline(value: Any) -> Baseline:
    if not isinstance(value, dict) or value.get("format") != _FORMAT:
        found = value.get("format") if isinstance(value, dict) else None
        raise ValueError(f"format {found!r}, known: {_FORMAT}")
    programs, benches = value.get("programs", {}), value.get("benches", [])
    if not isinstance(programs, dict) or not _are_texts(benches):
        raise ValueError("programs is a table, benches a list of names")
    return Baseline({label: _entry(label, each) for label, each in programs.items()}, tuple(benches))


def _entry(label: str, value: Any) -> Entry:
    if not isinstance(value, dict):
        raise ValueError(f"{label!r} is no table")
    verdict, classes, tokens = value.get("verdict"), value.get("classes", 0), value.get("tokens", [])
    if verdict not in _VERDICTS or type(classes) is not int or classes < 0 or not _are_texts(tokens):
        raise ValueError(f"{label!r} has no verdict, or a number of classes or tokens that none was written with")
    return Entry(verdict, classes, tuple(tokens))


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def write_baseline(path: Path, baseline: Baseline) -> None:
    """Write a baseline: sorted, an entry a line, so that two branches that change different programs merge.

    Raises:
        UsageError: It cannot be written.
    """
    entries = ",\n".join(
        f"    {json.dumps(label)}: {json.dumps(asdict(entry))}" for label, entry in sorted(baseline.entries.items())
    )
    programs = f"{{\n{entries}\n  }}" if entries else "{}"
    benches = json.dumps(sorted(baseline.benches))
    write_whole(path, f'{{\n  "format": {_FORMAT},\n  "programs": {programs},\n  "benches": {benches}\n}}\n')


def difference(old: Baseline | None, new: Baseline) -> Iterator[str]:
    """Say what changes, a line an entry."""
    before = old.entries if old is not None else {}
    for label in sorted({*before, *new.entries}):
        if label not in before:
            yield f"+ {label}: {new.entries[label]}"
        elif label not in new.entries:
            yield f"- {label}: {before[label]}"
        elif before[label] != new.entries[label]:
            same = str(before[label]) == str(new.entries[label])
            yield f"~ {label}: {'other tokens' if same else f'{before[label]} -> {new.entries[label]}'}"
    benches = set(old.benches) if old is not None else set()
    for name in sorted(benches ^ set(new.benches)):
        yield f"{'+' if name in new.benches else '-'} bench {name}"
