"""What a primitive says about the names that lead to it while an exploration is open.

Three kinds of names need three ways:

* attributes of modules and methods of Python classes are replaced: :class:`Patch` and :func:`guarded`. A method is
  replaced on the class, so that instances and names from before are covered too (``from threading import Event``);
* names that rewritten code has bound to the originals (``from time import sleep``, a default argument) are exchanged
  where they are used: ``is_exchanged``, or :class:`Exchange`;
* C objects made before (a module-level ``lock = threading.Lock()``) get a twin: :mod:`~harness.stdlib.preexisting`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["Exchange", "Patch", "controlled", "guarded", "methods"]


@dataclass(frozen=True, slots=True)
class Patch:
    """One attribute to be replaced.

    Attributes:
        owner: A module or a class.
        name: Of the attribute.
        new: What stands in for it.
        is_guarded: ``new`` is for callers inside an execution only; all others are given the original. Where this
            version of CPython has no original, nothing is replaced.
        is_exchanged: Names that rewritten code has bound to the original lead to ``new`` as well.
    """

    owner: Any
    name: str
    new: Any
    is_guarded: bool = False
    is_exchanged: bool = False


@dataclass(frozen=True, slots=True)
class Exchange:
    """A callable that rewritten code finds under any name, and what it calls in its stead.

    Attributes:
        old: The original; a method of a C class is ``(class, name)``.
        new: What stands in for it.
    """

    old: Any
    new: Callable[..., Any]


def guarded(owner: Any, name: str, new: Callable[..., Any]) -> Patch:
    """A function of a module, replaced for callers inside an execution."""
    return Patch(owner, name, new, is_guarded=True, is_exchanged=True)


def controlled(owner: Any, name: str, new: Any) -> Patch:
    """An attribute that is replaced as it stands: what replaces it knows how to treat callers from outside."""
    return Patch(owner, name, new)


def methods(owner: type, functions: Mapping[str, Callable[..., Any]]) -> Iterator[Patch]:
    """Methods of a class, or getters of its properties, replaced for callers inside an execution."""
    for name, function in functions.items():
        yield Patch(owner, name, function, is_guarded=True)
