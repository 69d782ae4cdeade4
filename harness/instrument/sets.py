"""Sets are walked in an order that depends on the schedule alone.

CPython walks a set by the hashes of its members. Those are addresses for plain objects, and for strings they depend on
the seed of the process: two runs of one schedule would meet the same members in different orders. Here plain objects
come in the order in which rewritten code first put them into some set, and strings by what they say. That is one of
the orders that CPython may have too.

What could make it wrong: to visit what CPython would not. A member that was taken out before its turn is left out, and
a set that changes its size meanwhile raises what it always does. Numbers alone are walked as CPython walks them, since
their hashes are the same everywhere. A member with a hash of its own class's making is left where CPython has it.
"""

from __future__ import annotations

import itertools
import weakref
from typing import TYPE_CHECKING, Any, Final

from harness.instrument.containers import plain_key
from harness.model.event import WHOLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["KINDS", "begin_again", "call_method", "join", "joined", "steps", "walk"]

KINDS: Final = frozenset({set, frozenset, weakref.WeakSet})
_NUMBERS: Final = frozenset({int, float, bool, complex, type(None)})
_END: Final = object()
_address: Final[Any] = object.__hash__
_known: dict[int, tuple[Callable[[], object], int]] = {}  # address -> the member, as long as it lives, and its number
_numbers = itertools.count(1)


def begin_again() -> None:
    """An execution begins: nothing has been in a set yet."""
    global _numbers
    _known.clear()
    _numbers = itertools.count(1)


def join(member: Any) -> Any:
    """``member`` is about to be put into a set."""
    if type(member).__hash__ is _address:
        _number(member)
    return member


def joined(members: Iterable[Any]) -> Iterable[Any]:
    """``members`` are about to be put into a set, one after the other."""
    if type(members) in KINDS:
        return members
    if isinstance(members, (list, tuple, dict)):
        for each in members:
            join(each)
        return members
    return map(join, members)


def walk(members: Any) -> Any:
    """The members of a set in the order in which they are to be walked; the set itself if that is its own.

    Example:
        >>> walk({"heartbeat", "cleanup", "worker"})
        ['cleanup', 'heartbeat', 'worker']
    """
    kinds = set(map(type, members))
    if len(members) < 2 or kinds <= _NUMBERS:
        return members
    if all(kind.__hash__ is _address for kind in kinds):
        return sorted(sorted(members, key=_name), key=_number)
    if all(plain_key(member) is not WHOLE for member in members):
        return sorted(members, key=repr)
    return members


def steps(members: Any) -> Iterator[Any]:
    """An iterator of a set, as CPython's own but for the order."""
    return _steps(members, iter(members))


def _steps(members: Any, real: Iterator[Any]) -> Iterator[Any]:
    ordered: Iterator[Any] | None = None
    for other in real:  # raises if the size has changed
        if ordered is None:
            found = walk(members)
            ordered = real if found is members else iter(found)
            if ordered is real:
                yield other
                yield from real
                return
        member = next(ordered, _END)
        if member is _END:
            return
        if member in members:
            yield member


def call_method(members: Any, name: str, /, *args: Any, **kwargs: Any) -> Any:
    """Do a method of a set."""
    if name == "pop" and not args and len(members) > 1:
        member = next(iter(walk(members)))
        members.remove(member)
        return member
    if name == "add" and len(args) == 1:
        join(args[0])
    elif name in ("update", "symmetric_difference_update"):
        args = tuple(map(joined, args))
    return getattr(members, name)(*args, **kwargs)


def _number(member: object) -> int:
    """Of a member with a hash by address: which one it was to be put into a set."""
    address = _address(member)
    known = _known.get(address)
    if known is not None and known[0]() is member:
        return known[1]
    number = next(_numbers)
    try:
        _known[address] = weakref.ref(member), number
    except TypeError:
        _known[address] = (lambda: member), number
    return number


def _name(member: object) -> str:
    """Of functions and classes, which modules put into sets before anything runs."""
    return getattr(member, "__qualname__", "")
