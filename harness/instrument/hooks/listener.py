"""Who is told about accesses."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from harness.model.kind import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from harness.model.site import Site

__all__ = ["READ", "RESIZE", "WRITE", "Access", "Listener", "Note"]

READ, WRITE, RESIZE = int(Kind.READ), int(Kind.WRITE), int(Kind.RESIZE)
Note = Callable[[object], object] | None
"""Wants the value that was read or written, once it is known."""
Access = Callable[[object, object, int, Any], Note]
"""``access(obj, key, kind, site)``: see :meth:`Listener.access`."""


class Listener(Protocol):
    """Who is told about accesses."""

    @property
    def adapters(self) -> Mapping[type, Callable[[Any], Any]]:
        """Exact type of an uncontrolled object -> function to its controlled twin."""

    @property
    def substitutes(self) -> Mapping[Any, Callable[..., Any]]:
        """Uncontrolled callable -> controlled one."""

    def access(self, obj: object, key: object, kind: int, site: Site) -> Callable[[object], object] | None:
        """About to access ``key`` of ``obj``. May return a function that wants the value, once it is known."""

    def record_access_in_step(self, obj: object, key: object, kind: int, site: Site) -> None:
        """The operation that was announced last accesses this, too."""

    def resized(self) -> None:
        """The write that was announced last changed the size of its container."""

    def replaced(self, old: object, new: object) -> None:
        """The write that was announced last puts ``new`` in the place of ``old``; both may have parts."""

    def loop_iteration(self, site: Site) -> None:
        """A ``while`` loop goes round once more."""
