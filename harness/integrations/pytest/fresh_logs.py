"""What ``caplog`` looks at, made anew for every execution: a handler of the program's own, whose records it keeps.

While a program is explored, handlers from before write nothing, or a thousand executions would log each line a
thousand times.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from _pytest.logging import LogCaptureHandler, caplog_handler_key, caplog_records_key

if TYPE_CHECKING:
    import pytest

__all__ = ["FreshLogs"]


class FreshLogs:
    """The handler of one test.

    Args:
        item: The test.
    """

    def __init__(self, item: pytest.Function) -> None:
        self._item = item
        self._is_wanted = "caplog" in item.fixturenames
        self._handler: LogCaptureHandler | None = None
        self._was: Any = None

    def begin(self) -> None:
        """Put a new handler in place, as pytest does for each phase of a test."""
        if not self._is_wanted:
            return
        stash = self._item.stash
        if self._was is None:
            self._was = stash[caplog_handler_key], stash[caplog_records_key]
        self._handler = handler = LogCaptureHandler()
        handler.setFormatter(self._was[0].formatter)
        stash[caplog_handler_key] = handler
        stash[caplog_records_key] = {"call": handler.records}
        logging.getLogger().addHandler(handler)

    def end(self) -> None:
        """Take it away again."""
        if self._handler is not None:
            logging.getLogger().removeHandler(self._handler)
            self._item.stash[caplog_handler_key], self._item.stash[caplog_records_key] = self._was
            self._handler = None
