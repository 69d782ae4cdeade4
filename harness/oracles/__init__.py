"""What is wrong with an execution. One oracle a file; each takes a history and says what it found.

:data:`ORACLES` is what ``detect=`` chooses from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from harness.oracles.data_race import DataRaceOracle, find_data_race
from harness.oracles.double_acquire import DoubleAcquireOracle
from harness.oracles.lost_update import (
    LostUpdateEvents,
    LostUpdateOracle,
    describe_lost_update,
    explaining_lost_update,
    find_lost_updates,
)
from harness.oracles.oracle import Oracle

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "ORACLES",
    "LostUpdateEvents",
    "Oracle",
    "describe_lost_update",
    "explaining_lost_update",
    "find_data_race",
    "find_lost_updates",
]

_ALL: Final[tuple[Oracle, ...]] = (
    LostUpdateOracle(),
    DataRaceOracle(),
    DoubleAcquireOracle(),
)
ORACLES: Final[Mapping[str, Oracle]] = {str(oracle.kind): oracle for oracle in _ALL}
"""By name, in the order in which they are asked."""
