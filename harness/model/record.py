"""The record of an exploration: all that a report is drawn from, as values that a file of JSON can hold.

A result has histories, objects of the program's and classes of ours; a record has texts and numbers. It is written with
the version of its format, and what an earlier version wrote is read as well, so old results can be drawn. The schema,
``record.schema.json``, stands beside this file.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from harness.model.errors import UsageError
from harness.model.finding import ASSERTION, DEADLOCK, EXCEPTION, LIVELOCK, FailureKind
from harness.model.game import Game
from harness.model.options import Options
from harness.model.scope import Scope
from harness.model.timeline import Row, Timeline
from harness.model.walkthrough import Walkthrough

if TYPE_CHECKING:
    from harness.model.result import Needs, Stopped, Verdict

__all__ = ["FORMAT", "Beside", "ExplorationRecord", "FailureRecord", "check_format"]

FORMAT: Final = 3
"""Version 2 has the options, the heading of a failure, its traceback, and lanes by number; version 3 walkthroughs, the
same schedule against another store, and games."""

_OPTIONS: Final = tuple(each.name for each in dataclasses.fields(Options))
_KINDS: Final = {str(kind): kind for kind in (ASSERTION, EXCEPTION, DEADLOCK, LIVELOCK)}
_NO_TIMELINE: Final = Timeline((), "", (), 0)
_NO_WALK: Final = Walkthrough()


def check_format(value: Any) -> None:
    """Refuse what no version of the harness wrote.

    Raises:
        UsageError: ``value``, as JSON was read, has no format, or one of a later version.
    """
    found = value.get("format") if isinstance(value, dict) else None
    if found not in range(1, FORMAT + 1):
        raise UsageError(f"this is no file of results, or of a later version (format {found!r}, known: 1 to {FORMAT})")


@dataclass(frozen=True, slots=True)
class Beside:
    """The schedule of a failure, followed by the same scenario with another store.

    Attributes:
        store: Its name.
        walk: What happened there; its ending is ``""`` if all went well.
    """

    store: str
    walk: Walkthrough

    def to_json(self) -> dict[str, Any]:
        """The comparison as plain values."""
        return {"store": self.store, "walk": self.walk.to_json()}


@dataclass(frozen=True, slots=True)
class FailureRecord:
    """A failure, ready to be drawn.

    Attributes:
        heading, what: The first line of the report: ``"LOST UPDATE"`` and what was lost.
        why: One sentence that says what was lost, and why; or what else it came to.
        timeline: The steps on which it turns.
        walk: All its steps, to be walked through.
        beside: The same schedule against a store that stands it; None where that was not tried.

    The others are those of :class:`~harness.model.result.Failure`.
    """

    kind: FailureKind
    message: str
    place: str = ""
    token: str = ""
    schedule_number: int = 0
    preemptions: int = 0
    needs: Needs | None = None
    stall: float = 0.0
    confirmed: bool | None = None
    heading: str = ""
    what: str = ""
    traceback: str = ""
    why: str = ""
    timeline: Timeline = _NO_TIMELINE
    walk: Walkthrough = _NO_WALK
    beside: Beside | None = None

    def to_json(self) -> dict[str, Any]:
        """The record as plain values."""
        plain = dataclasses.asdict(self)
        plain["kind"] = str(self.kind)
        plain["timeline"]["lanes"] = list(self.timeline.lanes)
        plain["timeline"]["rows"] = list(plain["timeline"]["rows"])
        plain["walk"] = self.walk.to_json()
        plain["beside"] = self.beside.to_json() if self.beside is not None else None
        return plain

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> FailureRecord:
        """Read what :meth:`to_json` wrote, in this version or an earlier one."""
        drawn = value["timeline"]
        lanes = tuple(drawn["lanes"])
        rows = (
            Row(**{**row, "lane": row["lane"] if isinstance(row["lane"], int) else lanes.index(row["lane"])})
            for row in drawn["rows"]
        )
        timeline = Timeline(**{**drawn, "lanes": lanes, "rows": tuple(rows)})
        if not all(0 <= row.lane < len(lanes) for row in timeline.rows):
            raise ValueError("a step is of a lane that there is not")
        kind = _KINDS.get(value["kind"]) or FailureKind(value["kind"])
        walk = Walkthrough.from_json(value["walk"]) if "walk" in value else _NO_WALK
        beside = value.get("beside")
        return cls(
            **{
                "heading": kind.heading,
                "what": value["message"].partition("\n")[0],
                **{name: each for name, each in value.items() if name in cls.__slots__},
                "kind": kind,
                "timeline": timeline,
                "walk": walk,
                "beside": Beside(beside["store"], Walkthrough.from_json(beside["walk"])) if beside else None,
            }
        )


@dataclass(frozen=True, slots=True)
class ExplorationRecord:
    """An exploration, ready to be drawn. Its attributes are those of :class:`~harness.model.result.Exploration`.

    Attributes:
        more: What more time would buy, or ``""``.
        withdrawn: Why a proof was withdrawn, or ``""``.
        game: Every way that it can go, where that is little enough to be shown; else None.
    """

    verdict: Verdict
    options: Options = field(default_factory=Options)
    schedules: int = 0
    failures: int = 0
    exhausted: bool = False
    classes: int = 0
    preemptions: int | None = None
    lost_update_count: int = 0
    lost_updates: tuple[str, ...] = ()
    seconds: float = 0.0
    stopped_by: Stopped = ""
    more: str = ""
    withdrawn: str = ""
    scope: Scope = field(default_factory=Scope)
    distinct_failures: tuple[FailureRecord, ...] = ()
    game: Game | None = None

    @property
    def ok(self) -> bool:
        """No failure was seen."""
        return not self.distinct_failures

    def to_json(self) -> dict[str, Any]:
        """The record as plain values."""
        return {
            "verdict": self.verdict,
            "options": {name: _plain(getattr(self.options, name)) for name in _OPTIONS},
            "schedules": self.schedules,
            "failed": self.failures,
            "exhausted": self.exhausted,
            "classes": self.classes,
            "preemptions": self.preemptions,
            "lost_updates": self.lost_update_count,
            "distinct_lost_updates": list(self.lost_updates),
            "seconds": self.seconds,
            "stopped_by": self.stopped_by,
            "more": self.more,
            "withdrawn": self.withdrawn,
            "scope": {name: list(each) for name, each in dataclasses.asdict(self.scope).items()},
            "failures": [failure.to_json() for failure in self.distinct_failures],
            "game": self.game.to_json() if self.game is not None else None,
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> ExplorationRecord:
        """Read what :meth:`to_json` wrote, in this version or an earlier one."""
        given = {name: each for name, each in value.get("options", {}).items() if name in _OPTIONS}
        for name in ("detect", "instrument"):
            given[name] = tuple(given.get(name, ()))
        return cls(
            verdict=value["verdict"],
            options=Options(**given),
            schedules=value["schedules"],
            failures=value["failed"],
            exhausted=value["exhausted"],
            classes=value["classes"],
            preemptions=value["preemptions"],
            lost_update_count=value["lost_updates"],
            lost_updates=tuple(value["distinct_lost_updates"]),
            seconds=value["seconds"],
            stopped_by=value.get("stopped_by", ""),
            more=value.get("more", ""),
            withdrawn=value.get("withdrawn", ""),
            scope=Scope(**{name: tuple(each) for name, each in value.get("scope", {}).items()}),
            distinct_failures=tuple(map(FailureRecord.from_json, value["failures"])),
            game=Game.from_json(value["game"]) if value.get("game") else None,
        )


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
