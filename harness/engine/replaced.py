"""What is lost with an object when another one takes its place: the parts that differ between the two.

``jobs["j"] = job`` writes one location, and in effect every field of the job that stood there before. A writer that
puts back a copy which it made earlier so overwrites what others have written to the original since. Which parts these
are is found by comparing the two objects at the moment of the write, whatever the copy was made by: ``copy.copy``,
``dataclasses.replace``, ``{**job}``, JSON and back.

No code of the program runs here: parts are looked up past ``__getattribute__``, and only values of built-in types that
cannot change are compared by ``==``.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, Final

from harness.instrument.hooks.replacing import ATOMS
from harness.model.event import SIZE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Part", "replaced_parts"]

_MOST_PARTS: Final = 1000
_DEEPEST: Final = 8
_MISSING: Final = object()

Part = tuple[int, Any, tuple[int, ...], object]
"""Number of the object, key, numbers of the objects that hold it (the one that is replaced first), the new value."""


def replaced_parts(
    old: object, new: object, number_of: Callable[[object], int | None], roots: tuple[int, ...] = ()
) -> Iterator[Part]:
    """The locations of ``old``, and of what it holds, that ``new`` has otherwise.

    Args:
        old: What stood there.
        new: What takes its place.
        number_of: The number of an object in this execution; None if none of its parts has been touched.
        roots: The objects that hold ``old``.
    """
    number = number_of(old)
    if number is None or old is new or len(roots) == _DEEPEST or number in roots:
        return
    before, after = _parts(old), _parts(new)
    if before is None or after is None or len(before) > _MOST_PARTS:
        return
    roots = (*roots, number)
    if len(before) != len(after):
        yield number, SIZE, roots, len(after)
    for key, value in before.items():
        other = after.get(key, _MISSING)
        if other is value or (type(value) in ATOMS and type(other) is type(value) and other == value):
            continue
        yield number, key, roots, other if other is not _MISSING else None
        if type(value) not in ATOMS and other is not _MISSING:
            yield from replaced_parts(value, other, number_of, roots)
    for key in after.keys() - before.keys():
        yield number, key, roots, after[key]


def _parts(obj: Any) -> dict[Any, object] | None:
    """The parts of a container or an object by the keys that their accesses have; None if it is neither."""
    cls = type(obj)
    if issubclass(cls, dict):
        plain = {key: value for key, value in dict.items(obj) if type(key) in ATOMS}
        return plain if cls is dict else {("[]", key): value for key, value in plain.items()}
    if cls is list or cls is deque:
        return dict(enumerate(obj))
    if cls is set:
        return {key: key for key in obj if type(key) in ATOMS}
    if cls in ATOMS or isinstance(obj, type):
        return None
    found: dict[Any, object] = {}
    for base in cls.__mro__:
        slots = base.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            member: Any = base.__dict__.get(name)
            if type(member) is _MEMBER:
                try:
                    found[name] = member.__get__(obj)
                except AttributeError:
                    continue
    try:
        state = object.__getattribute__(obj, "__dict__")
    except AttributeError:
        return found or None
    return {**found, **state} if type(state) is dict else None


class _WithSlot:
    __slots__ = ("slot",)


_MEMBER: Final = type(_WithSlot.__dict__["slot"])
