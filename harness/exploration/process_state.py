"""What surrounds an exploration: a quiet collector, silence about what was cut off. All of it is put back."""

from __future__ import annotations

import gc
import logging
import sys
import warnings
from typing import Any, Final

from greenlet import GreenletExit

from harness.engine.protocol import door

__all__ = ["QuietCollector", "Silenced"]


_COLLECT_EVERY: Final = 20
"""Sessions between two collections of everything there is."""


class QuietCollector:
    """No automatic garbage collection: finalizers would run at places that no schedule decides.

    What exists is frozen, so that collecting between executions looks at their leftovers only.
    """

    _opened = 0

    def __enter__(self) -> QuietCollector:
        # What an earlier session left is frozen with everything else, and would pile up for those that open thousands.
        QuietCollector._opened += 1
        if QuietCollector._opened % _COLLECT_EVERY == 0:
            gc.collect()
        self._was_on = gc.isenabled()
        gc.disable()
        return self

    def freeze(self) -> None:
        gc.freeze()

    def __exit__(self, *exc: object) -> None:
        gc.unfreeze()
        if self._was_on:
            gc.enable()


class Silenced:
    """Suppresses warnings about threads and coroutines abandoned when an execution is cut short.

    One warning is kept, for the report of a failure: that a coroutine was never awaited while the program still ran.
    """

    _loggers = (logging.getLogger("asyncio"), logging.getLogger("concurrent.futures"))

    def __init__(self) -> None:
        self._catch = warnings.catch_warnings()
        self._epoch = 0
        self._never_awaited: dict[str, None] = {}

    def __enter__(self) -> Silenced:
        self._catch.__enter__()
        warnings.filterwarnings("ignore", category=RuntimeWarning)
        warnings.filterwarnings("ignore", category=ResourceWarning)
        warnings.filterwarnings("always", message="coroutine '.*' was never awaited", category=RuntimeWarning)
        self._show, warnings.showwarning = warnings.showwarning, self._shown
        self._old = sys.unraisablehook
        sys.unraisablehook = self._unraisable
        for logger in self._loggers:
            logger.addFilter(_is_no_unwinding)
        return self

    def never_awaited(self) -> tuple[str, ...]:
        """What Python said about coroutines that the last execution made and dropped."""
        return tuple(self._never_awaited) if self._epoch == door.execution.epoch else ()

    def _shown(self, message: Warning | str, category: type[Warning], *place: Any, **more: Any) -> None:
        if not str(message).endswith("was never awaited"):
            self._show(message, category, *place, **more)
        elif door.execution.recording:
            if self._epoch != door.execution.epoch:
                self._epoch = door.execution.epoch
                self._never_awaited.clear()
            self._never_awaited[f"{category.__name__}: {message}".partition("\n")[0]] = None

    def __exit__(self, *exc: object) -> None:
        for logger in self._loggers:
            logger.removeFilter(_is_no_unwinding)
        sys.unraisablehook = self._old
        self._catch.__exit__(None, None, None)

    def _unraisable(self, args: Any) -> None:
        if door.execution.recording:
            self._old(args)


def _is_no_unwinding(record: logging.LogRecord) -> bool:
    return record.exc_info is None or not isinstance(record.exc_info[1], GreenletExit)
