"""Opening a session whose scope is all that the program comes to.

An execution may come to modules of the project that no name led to: one that is imported inside a function, or looked
up in a registry. So the default order is executed once before anything is searched, and if it brings such modules to
light, the session is opened anew with them. What is then searched is the same whatever ran before in the process.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from harness.engine import Execution
from harness.exploration.imports import ImportNeeded, import_outside
from harness.exploration.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from harness.model.options import Options

__all__ = ["open_session"]


@contextmanager
def open_session(
    program: Callable[[], Any],
    options: Options,
    *,
    switching: str | None = None,
    kind: type[Execution] = Execution,
    known: tuple[str, ...] = (),
) -> Iterator[Session]:
    """Open a session that rewrites every module of the project that the default order comes to.

    Args:
        program, options, switching, kind: As for :class:`~harness.exploration.session.Session`.
        known: Modules that were discovered before.
    """
    imported: set[str] = set()
    while True:
        with Session(program, options, switching=switching, kind=kind, discovered=known, imported=imported) as session:
            try:
                added, needed = session.discover(), ""
            except ImportNeeded as first:
                added, needed = (), str(first)
            if not added and not needed:
                yield session
                return
        known += added
        if needed:
            imported.add(needed)
            import_outside(needed)
