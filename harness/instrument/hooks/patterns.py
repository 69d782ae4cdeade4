"""``match``: its patterns read attributes, items and sizes of the subject, in code that the compiler makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.instrument.contents import SCALARS
from harness.instrument.hooks import effects
from harness.instrument.hooks.listener import READ

if TYPE_CHECKING:
    from harness.model.site import Site

__all__ = ["before", "matched", "missed", "used"]


def matched(subject: Any, site: Site) -> Any:
    """``subject`` is about to be held against patterns that look into it."""
    if type(subject) not in SCALARS and effects.is_bound():
        effects.announce((subject,), READ, site, everything=True)
    return subject


def used(names: Any, site: Site) -> Any:
    """``names`` are about to be given to code that is made of a text."""
    effects.use((names,), site)
    return names


def before(value: Any, _: Any) -> Any:
    """The first of two values."""
    return value


def missed(subject: Any, site: Site) -> bool:
    """A guard has said no, after ``subject`` may have changed: the patterns that follow look anew."""
    matched(subject, site)
    return False
