"""What is wrong with an execution. One oracle a file; each takes a history and says what it found."""

from harness.oracles.data_race import find_data_race
from harness.oracles.lost_update import LostUpdateEvents, find_lost_updates

__all__ = ["LostUpdateEvents", "find_data_race", "find_lost_updates"]
