"""Defines what the walk knows of the value of an expression."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from harness.audit.places import Lock, Place
    from harness.audit.symbols import Class, Function

__all__ = ["NOTHING", "Callee", "Coroutine", "Environment", "Origin", "Value", "merged", "sources_of"]


@dataclass(slots=True, eq=False)
class Environment:
    """Holds the variables of one call."""

    function: Function
    outer: Environment | None = None
    values: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Callee:
    """Stands for something that can be called: a function with what is bound to it."""

    function: Function
    receiver: Value | None = None
    outer: Environment | None = None
    arguments: tuple[Value, ...] = ()
    plain: bool = False  # its decorators have been seen to


@dataclass(frozen=True, slots=True)
class Coroutine:
    """Stands for a coroutine that is not awaited yet: of a function of ours, or of the library."""

    callee: Callee | None
    arguments: tuple[Value, ...] = ()
    keywords: tuple[tuple[str, Value], ...] = ()
    text: str = ""
    slow: bool = True


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an object is kept, and the functions that put it there."""

    place: Place
    makers: frozenset[ast.AST]


@dataclass(frozen=True, slots=True)
class Value:
    """Holds what is known of a value; nothing, if it has only its defaults.

    Attributes:
        alias: The place whose content this is: to change it is to change that.
        cls: Its class, if that is one of ours.
        sources: The events that it was made from.
        elements: The place that its elements are aliases of; ``pairs`` says that they are the second of each pair.
        view: It is ``alias`` itself to a loop, not a copy of it.
        fresh: Made just now: no other thread or task has it.
        apart: A copy: whatever happens to the original does not happen to it.
        external: The dotted name of what made it: ``asyncio.Queue``.
        origin: Where it is kept, if that is a place that others can have.
        inner: What the containers in it keep, and how deep: ``("asyncio.Queue", 2)``.
        constant: Its name, if that is one: ``None``, or the last part of ``Status.DONE``.
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
    apart: bool = False
    external: str = ""
    origin: Origin | None = None
    inner: tuple[str, int] = ("", 0)
    constant: str = ""
    many: bool = False
    parts: tuple[Value, ...] = ()
    named: tuple[tuple[str, Value], ...] = ()

    @property
    def unwrapped(self) -> tuple[str, int]:
        """What an element of this container keeps: the same as ``inner``, one level less deep."""
        external, depth = self.inner
        return (external, depth - 1) if depth else ("", 0)


NOTHING = Value()


def sources_of(values: Iterable[Value]) -> frozenset[int]:
    """Return all events that some of these values were made from."""
    found: frozenset[int] = frozenset()
    for value in values:
        found |= value.sources
    return found


def merged(values: Iterable[Value]) -> Value:
    """Return what is known of an expression that is made of these values."""
    values = list(values)
    coroutines = tuple(each for value in values for each in value.coroutines)
    return Value(sources=sources_of(values), coroutines=coroutines, many=any(value.many for value in values))
