"""Follows the ways on from an ``if``, a chain of ``elif`` or a ``match``, and what holds behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ast

    from harness.audit.events import Held
    from harness.audit.recorder import Recorder
    from harness.audit.walking import Walk

__all__ = ["Fork"]


class Fork:
    """The ways on from one place in the source, of which a run takes one."""

    def __init__(self, record: Recorder, walk: Walk) -> None:
        record.forks += 1
        self._record = record
        self._walk = walk
        self._number = record.forks
        self._before = record.guards, record.branch, record.held
        self._after: list[tuple[Held, ...]] = []
        self._ended: list[bool] = []

    def follow(self, way: int, body: list[ast.stmt], checked: frozenset[int]) -> None:
        """Walk one way, on which these reads have decided, and come back to the fork."""
        record = self._record
        guards, branch, held = self._before
        record.guards, record.branch, record.held = guards | checked, (*branch, (self._number, way)), held
        self._ended.append(self._walk.block(body))
        if not self._ended[-1]:
            self._after.append(record.held)
        record.guards, record.branch, record.held = self._before

    def join(self, checked: frozenset[int]) -> bool:
        """Go on behind the fork, and return whether no way leads there."""
        record = self._record
        guards, branch, held = self._before
        record.held = self._after[0] if self._after else held
        if any(self._ended) and self._after:  # what follows is not reached every way: the checks decide it
            record.guards = guards | checked
            if len(self._after) == 1:
                record.branch = (*branch, (self._number, self._ended.index(False)))
        return all(self._ended) and len(self._ended) > 1
