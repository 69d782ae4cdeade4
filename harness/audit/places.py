"""Names pieces of state, and locks.

A :class:`Place` names state the way the source does, by class and attribute, not by object: two objects of one class
are one place. That errs on the side of a finding, as does taking all keys of a dict for one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

__all__ = ["Lock", "Place", "field_of", "item_of"]


@dataclass(frozen=True, slots=True)
class Place:
    """Names a piece of state.

    Attributes:
        owner: The class, module or function that it belongs to.
        name: The attribute or variable.
        item: Whether it is one of the things in it rather than itself: ``jobs[...]``.
        field: A field of that: ``jobs[...].progress``; ``*`` for one that only the run knows.
    """

    owner: str
    name: str
    item: bool = False
    field: str = ""

    @property
    def root(self) -> tuple[str, str]:
        return self.owner, self.name

    def __str__(self) -> str:
        """As people write it.

        >>> str(Place("Store", "jobs", True, "progress"))
        'jobs[...].progress'
        """
        return f"{self.name}{'[...]' if self.item else ''}{'.' + self.field if self.field else ''}"


@dataclass(frozen=True, slots=True)
class Lock:
    """Names a lock, or with ``keyed`` a family of them, one for each key.

    Attributes:
        kind: ``thread``, ``asyncio``, or ``none`` for what looks like a lock and excludes nothing.
    """

    owner: str
    name: str
    kind: Literal["thread", "asyncio", "none"]
    keyed: bool = False
    reentrant: bool = False
    path: str = ""
    line: int = 0

    def __str__(self) -> str:
        return f"{self.name}[...]" if self.keyed else self.name


def field_of(place: Place, name: str) -> Place:
    """Return the field of what is in a place; a field of a field is that field.

    >>> str(field_of(Place("Store", "jobs", True), "progress"))
    'jobs[...].progress'
    """
    return place if place.field else replace(place, field=name)


def item_of(place: Place, field: str = "") -> Place:
    """Return what ``[...]`` leads to: a thing in a container, or a field of a record that is a dict itself."""
    return field_of(place, field or "*") if place.item or place.field else replace(place, item=True)
