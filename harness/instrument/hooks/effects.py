"""What code without source does to the objects that it can come to: announced at its beginning, and at its end.

:func:`look` is for code that is known to do no more than read; :func:`use` for all other. Code that calls back into
the program may change its objects after the last callback; :func:`ended` then says so, in the same step: nothing can
come between that callback and the change that a schedule with the change elsewhere does not show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.instrument.contents import SCALARS, inside
from harness.instrument.hooks.listener import NOBODY, READ, USE, WRITE
from harness.model.event import WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from harness.instrument.hooks.listener import Access, Listener
    from harness.model.site import Site

__all__ = ["announce", "ended", "is_bound", "look", "pulsing", "use"]

_access: Access | None = None
_told: Listener = NOBODY


def look(values: Iterable[Any], site: Site, already: Any = None) -> None:
    """``values`` are about to be read, at any depth.

    Args:
        values: The objects.
        site: Of what reads them.
        already: The object by which the operation has been announced; None: none yet.
    """
    if _access is None:
        return
    for each in values:
        if type(each) not in SCALARS:
            announce(values, READ, site, already)
            return


def use(values: Iterable[Any], site: Site, already: Any = None) -> int:
    """Code that is not known is about to do anything to ``values`` and to what can be reached from them.

    Returns:
        The moment of the announcement, for :func:`ended`.
    """
    if _access is None:
        return 0
    for each in values:
        if type(each) not in SCALARS:
            announce(values, USE, site, already)
            break
    return _told.moment()


def announce(values: Iterable[Any], kind: int, site: Site, already: Any = None, everything: bool = False) -> None:
    """Announce all that can be come to from ``values``: the nearest as an operation, the others as parts of it."""
    access = _access
    assert access is not None
    everything = everything or kind == USE
    first = already
    if first is None:
        first = next(inside(values, everything), None)
        if first is None:
            return
        access(first, WHOLE, _kind_for(first, kind), site)
    for each in inside(values, everything):  # only now: others may have changed it before this actor had the turn again
        if each is not first:
            _told.record_access_in_step(each, WHOLE, _kind_for(each, kind), site)


def _kind_for(obj: Any, kind: int) -> int:
    return WRITE if kind == READ and hasattr(type(obj), "__next__") else kind


def ended(values: Iterable[Any], begun: int, site: Site) -> None:
    """The code that was about to use ``values`` has returned.

    Args:
        values: As given to :func:`use`.
        begun: What that returned.
        site: As given to it.
    """
    if _access is not None and _told.moment() != begun:
        for each in inside(values, everything=True):
            _told.record_access_in_step(each, WHOLE, USE, site)


def pulsing(iterator: Iterator[Any], obj: Any, kind: int, site: Site) -> Iterator[Any]:
    """``iterator``, each of whose values is put into ``obj`` as soon as it is taken."""
    for each in iterator:
        if _access is not None:
            _told.record_access_in_step(obj, WHOLE, kind, site)
        yield each


def is_bound() -> bool:
    """Whether a listener is told."""
    return _access is not None
