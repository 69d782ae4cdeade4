"""What the walk knows of the value of an expression."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.audit.events import Lock, Place
    from harness.audit.names import Class, Function

__all__ = ["NOTHING", "Callee", "Coroutine", "Environment", "Value"]


@dataclass(slots=True, eq=False)
class Environment:
    """The variables of one call."""

    function: Function
    outer: Environment | None = None
    values: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Callee:
    """Something that can be called: a function with what is bound to it."""

    function: Function
    receiver: Value | None = None
    outer: Environment | None = None
    arguments: tuple[Value, ...] = ()
    plain: bool = False  # its decorators have been seen to


@dataclass(frozen=True, slots=True)
class Coroutine:
    """A coroutine that nobody has awaited yet: of a function of ours, or of the library."""

    callee: Callee | None
    arguments: tuple[Value, ...] = ()
    keywords: tuple[tuple[str, Value], ...] = ()
    text: str = ""
    slow: bool = True


@dataclass(frozen=True, slots=True)
class Value:
    """What is known of a value; nothing, if it has only its defaults.

    Attributes:
        alias: The place whose content this is: to change it is to change that.
        cls: Its class, if that is one of ours.
        sources: The events that it was made from.
        elements: The place that its elements are aliases of; ``pairs`` says that they are the second of each pair.
        view: It is ``alias`` itself to a loop, not a copy of it.
        fresh: Made just now: nobody else has it.
        external: The dotted name of what made it: ``asyncio.Queue``.
        many: It stands for several coroutines of a kind.
        parts: What is in it, one by one, of ``*args``; ``named``, of ``**kwargs``.
    """

    alias: Place | None = None
    cls: Class | None = None
    sources: frozenset[int] = frozenset()
    lock: Lock | None = None
    callee: Callee | None = None
    coroutines: tuple[Coroutine, ...] = ()
    manager: Coroutine | None = None
    elements: Place | None = None
    element_cls: Class | None = None
    pairs: bool = False
    view: bool = False
    fresh: bool = False
    sorted: bool = False
    external: str = ""
    many: bool = False
    parts: tuple[Value, ...] = ()
    named: tuple[tuple[str, Value], ...] = ()


NOTHING = Value()
