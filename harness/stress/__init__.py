"""No control at all: real threads, the stock event loop, and how often it goes wrong by itself."""

from harness.stress.frequency import Frequency, wilson, word_for
from harness.stress.runner import stress

__all__ = ["Frequency", "stress", "wilson", "word_for"]
