"""Walking through an execution, one operation at a time, at the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.model.kind import Kind

if TYPE_CHECKING:
    import pytest

    from harness.model.result import Execution

__all__ = ["walk"]


def walk(execution: Execution, config: pytest.Config) -> None:
    """Show what happened in an execution, a line at a time; Enter goes on, ``q`` goes to the end.

    Args:
        execution: Recorded in detail.
        config: Of the run, whose capture of output and input is suspended.
    """
    capture = config.pluginmanager.getplugin("capturemanager")
    if capture is not None:
        capture.suspend_global_capture(in_=True)
    try:
        history, stands_still = execution.history, True
        for index in range(len(history)):
            event = history.event(index)
            site, value = event.site, history.values.get(index)
            where = f"  {site.file}:{site.line}" if site is not None else ""
            what = f"{site.op} {site.text}" if site is not None else Kind(event.kind).name.lower()
            shown = f" = {value}" if value is not None else ""
            line = f"{index + 1:>4}  {history.lanes[event.lane].name:<20} {what}{shown}{where}"
            if not stands_still:
                print(line)
                continue
            try:
                print(line, end="  ")
                stands_still = input().strip() != "q"
            except (EOFError, OSError):  # there is no one at the terminal
                stands_still = False
    finally:
        if capture is not None:
            capture.resume_global_capture()
