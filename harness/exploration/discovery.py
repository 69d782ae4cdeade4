"""Opening a session whose scope is all that the program comes to.

An execution may come to modules of the project that no name led to: one that is imported inside a function, or looked
up in a registry. So the default order is executed once before anything is searched, and if it brings such modules to
light, the session is opened anew with them. What is then searched is the same whatever ran before in the process.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from harness.engine import Execution
from harness.exploration.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from harness.model.options import Options

__all__ = ["open_session"]

_ROUNDS: Final = 10
"""Sessions at most: each brings to light what the one before led to."""


@contextmanager
def open_session(
    program: Callable[[], Any],
    options: Options,
    *,
    switching: str | None = None,
    kind: type[Execution] = Execution,
) -> Iterator[Session]:
    """Open a session that rewrites every module of the project that the default order comes to.

    Args:
        program, options, switching, kind: As for :class:`~harness.exploration.session.Session`.
    """
    known: tuple[str, ...] = ()
    for _ in range(_ROUNDS):
        with Session(program, options, switching=switching, kind=kind, discovered=known) as session:
            added = session.discover()
            if not added:
                yield session
                return
        known += added
    with Session(program, options, switching=switching, kind=kind, discovered=known) as session:
        yield session
