"""One progress bar for all commands, on standard error, if there is a terminal to see it on."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["progress_bar"]


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar until the block is left: ``show(what, done, total)``.

    It is drawn by the caller's own thread alone, when a percent more is done: another thread would be in the way of
    what is explored or measured.
    """
    from harness.cli.output import make_error_console

    console = make_error_console()
    if not console.is_terminal:
        yield lambda what, done, total: None
        return
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, auto_refresh=False) as bar:
        task = bar.add_task("", total=None)
        drawn = ""

        def show(what: str, done: int, total: int) -> None:
            nonlocal drawn
            now = f"{what} {done * 100 // max(total, 1)}"
            if now != drawn:
                drawn = now
                bar.update(task, description=what, completed=done, total=total, refresh=True)

        yield show
