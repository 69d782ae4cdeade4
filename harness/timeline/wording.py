"""How a step of an execution is put into words: ``read  progress=10``, ``append out: 3``, ``check 'a' in jobs: True``.

Which steps are shown, and what the state is after each, is :mod:`harness.timeline.timeline`'s.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from harness.model.event import SIZE, WHOLE
from harness.model.kind import ACCESSES, SEMANTICS, Kind
from harness.timeline.naming import location_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.model.event import Event, History

__all__ = ["ROOM", "Wording", "cut", "lock_name", "shorten", "without_addresses"]

_PLAIN: Final = frozenset({"", "read", "write", "len", "get", "list", "tuple", "set", "dict", "sorted", "sum", "repr"})
"""What a source does that is said as "read" or "write" only; the name of any other operation is the verb."""
_OF_SETS: Final = frozenset({"add", "discard", "remove"})
_CALL: Final = re.compile(r"[\w.]+\(")
ROOM: Final = 40
_ADDRESS: Final = re.compile(r"<(?:[\w.<>]+\.)?(\w+) object at (0x[0-9a-fA-F]+)>| at (0x[0-9a-fA-F]+)")
_IDENTIFIER: Final = re.compile(r"\b([0-9a-f]{8})(?:(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{24,})\b")
_MEMBER: Final = re.compile(r"<([A-Za-z_]\w*\.\w+): [^<>]*>")
_LOCKING: Final = frozenset({int(Kind.ACQUIRE), int(Kind.TAKE), int(Kind.RELEASE)})
_LOCKS: Final = frozenset({"Lock", "RLock", "Semaphore", "BoundedSemaphore", "Condition"})


class Wording:
    """The words for the steps of one history.

    Args:
        history: Recorded in detail.
        short_name: What an attribute or an item is called where space is short.
    """

    def __init__(self, history: History, short_name: Callable[[Event], str]) -> None:
        self._history = history
        self._short_name = short_name
        self._value_of = without_addresses()

    def value(self, index: int) -> str | None:
        """The value that was read or written, or None where there is none."""
        return self.plain(self._history.values.get(index))

    def plain(self, value: str | None) -> str | None:
        """A value without addresses."""
        return None if value is None else self._value_of(value)

    def text(self, index: int, event: Event) -> str:
        """The words for one event."""
        value = self.value(index)
        if event.kind not in ACCESSES:
            return f"{SEMANTICS[Kind(event.kind)].said} {cut(value)}" if value is not None else self._call(event)
        op = event.site.op if event.site is not None else ""
        if op == "in" and event.key is not WHOLE:
            return f"check {event.key!r} in {self._container(event)}" + (f": {value}" if value is not None else "")
        if op in _PLAIN:
            name = self._short_name(event)
            return f"{'read' if event.kind == Kind.READ else 'write':5} {name}" + (f"={cut(value)}" if value else "")
        return self._operation(op, event, value)

    def _call(self, event: Event) -> str:
        """A call that synchronises, as the program has it: ``jobs.put(1)``; a lock is taken, or released."""
        site = event.site
        said, label = SEMANTICS[Kind(event.kind)].said, self._history.labels.get(event.object, "lock")
        if site is None or not site.text:
            return f"{said} {label} #{event.object}"
        if event.kind in _LOCKING and site.op == "sync" and label in _LOCKS:
            return f"{said} {lock_name(site.text)}"
        answer = {Kind.SEEN: " is so already", Kind.WAKE: " goes on"}.get(Kind(event.kind), "")
        return shorten(site.text, ROOM) + (answer if site.op == "sync" else "")

    def waiting(self, event: Event) -> str:
        """An operation that its lane never completes."""
        site = event.site
        assert site is not None
        name = lock_name(site.text)
        if event.kind in _LOCKING and self._history.labels.get(event.object) in _LOCKS and name and "(" not in name:
            return f"waits for {name}"
        return f"waits in {shorten(site.text, ROOM)}" if site.text else "waits"

    def _operation(self, op: str, event: Event, value: str | None) -> str:
        """Neither reading nor writing a value: ``delete jobs['a']``, ``pop   queue: 3``, ``clear jobs``."""
        verb = "check" if op in ("truth", "bool") else op
        in_set = op in _OF_SETS and value == repr(event.key)
        whole = event.key is WHOLE or event.key is SIZE or in_set
        name = self._container(event) if whole else self._short_name(event)
        if op == "delete" or value in (None, "None") or (value == repr(event.key) and not in_set):
            return f"{verb:5} {name}"
        return f"{verb:5} {name}: {cut(value or '')}"

    def _container(self, event: Event) -> str:
        return location_name(event.site, event.object, WHOLE, self._history.labels)


def lock_name(text: str) -> str:
    """Return the lock in ``lock.acquire()``, or in a ``with`` statement."""
    return text.removeprefix("with ").partition(".acquire(")[0].removesuffix(".release()")


def shorten(text: str, room: int) -> str:
    """A text of at most so many characters, with dots where something is cut out: its beginning and its end tell most.

    >>> shorten("pool.submit(lambda: pool.submit(int).result()).result()", 30)
    'pool.submit(l...t()).result()'
    """
    half = (room - 3) // 2
    return text if len(text) <= room else f"{text[:half]}...{text[-half:]}"


def without_addresses() -> Callable[[str], str]:
    """A function that replaces addresses by numbers, which are the same in every run and shorter.

    Long identifiers are cut to their first characters, and members of an enumeration are named without their values.

    >>> plain = without_addresses()
    >>> plain("<Queue at 0x7f932703 maxsize=0> and <Queue at 0x7f93feed maxsize=0>")
    '<Queue #1 maxsize=0> and <Queue #2 maxsize=0>'
    >>> plain("<Queue at 0x7f93feed maxsize=9>")
    '<Queue #2 maxsize=9>'
    >>> plain("<service.Job object at 0x7f93beef>: 0f8fad5b-d9cb-469f-a165-70867728950e")
    'Job #3: 0f8fad5b…'
    >>> plain("<Status.DONE: 'done'>")
    'Status.DONE'
    """
    numbers: dict[str, int] = {}

    def number(match: re.Match[str]) -> str:
        name, whole, bare = match.groups()
        count = numbers.setdefault(whole or bare, len(numbers) + 1)
        return f"{name} #{count}" if name else f" #{count}"

    return lambda text: _IDENTIFIER.sub(r"\1…", _MEMBER.sub(r"\1", _ADDRESS.sub(number, text)))


def cut(value: str) -> str:
    """A value as a table has room for it; of an object, what it is: its fields have steps of their own.

    >>> cut("Job(id='a', status='processing', progress=50)")
    'Job(...)'
    >>> cut("'a text of more than forty characters, which is cut'")
    "'a text of more than forty characters..."
    """
    if len(value) <= ROOM:
        return value
    call = _CALL.match(value)
    return f"{call.group()}...)" if call is not None else f"{value[: ROOM - 3]}..."
