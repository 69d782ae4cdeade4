"""Logs of the program: a thousand executions would write each line a thousand times, so only a failure's own are shown.

The program's records are still made and formatted, in the same steps in every execution; what handlers from before the
exploration do with them is left out. Handlers that the program itself makes are its own, and work as ever.
"""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING, Any

from harness.engine.protocol import is_inside

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["QuietLogs"]


class QuietLogs:
    """Context manager: handlers that exist already write nothing while a program is executed, unless ``is_loud``.

    Attributes:
        is_loud: The execution under way is that of a failure, which is recorded for the user.
    """

    def __init__(self) -> None:
        self.is_loud = False
        self._handlers: list[logging.Handler] = []

    def __enter__(self) -> QuietLogs:
        for reference in list(logging._handlerList):  # type: ignore[attr-defined]
            handler = reference()
            if handler is not None and "emit" not in vars(handler):
                handler.emit = self._quiet(handler, handler.emit)
                self._handlers.append(handler)
        return self

    def __exit__(self, *exc: object) -> None:
        for handler in self._handlers:
            del handler.emit
        self._handlers.clear()

    def _quiet(self, handler: logging.Handler, emit: Callable[[Any], None]) -> Callable[[Any], None]:
        def quiet(record: logging.LogRecord) -> None:
            if self.is_loud or not is_inside():
                emit(record)
                return
            with contextlib.suppress(Exception):  # logging itself would say so on standard error, and go on
                handler.format(record)

        return quiet
