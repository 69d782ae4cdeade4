"""Who is told about accesses."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

from harness.model.kind import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from harness.model.site import Site

__all__ = ["NOBODY", "READ", "RESIZE", "USE", "WRITE", "Access", "Listener", "Note", "Uncounted"]

READ, WRITE, RESIZE, USE = int(Kind.READ), int(Kind.WRITE), int(Kind.RESIZE), int(Kind.USE)
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

    def same(self, obj: object, other: object) -> None:
        """``obj`` is another way to ``other``: from now on an access to the one is an access to the other."""

    def moment(self) -> int:
        """How much has been recorded so far: the same number again says that nothing happened in between."""

    def resize_key(self, key: object) -> object:
        """The key to announce for an access that changes how many elements its container has."""

    def resized(self) -> None:
        """The write that was announced last changed the size of its container."""

    def replaced(self, old: object, new: object) -> None:
        """The write that was announced last puts ``new`` in the place of ``old``; both may have parts."""

    def loop_iteration(self, site: Site) -> None:
        """A ``while`` loop goes round once more."""


NOBODY: Final = cast("Listener", None)
"""Before the first listener. It is never asked for anything: who is not told of accesses is not told of their parts."""


class Uncounted:
    """The part of a listener that keeps no history."""

    def same(self, obj: object, other: object) -> None:
        """Number nothing."""

    def moment(self) -> int:
        """Count nothing."""
        return 0

    def resize_key(self, key: object) -> object:
        """Return the key itself."""
        return key
