"""Operators whose operands C code looks into: ``a + b``, ``a == b``. On numbers and texts they are done at once."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, Final

from harness.instrument.contents import SCALARS
from harness.instrument.hooks import effects
from harness.instrument.hooks.listener import READ, WRITE
from harness.instrument.hooks.methods import announce_arguments

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.model.site import Site

__all__ = ["BINARY", "COMPARING", "binary", "compare", "in_place"]

BINARY: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "Add": operator.add, "Sub": operator.sub, "Mult": operator.mul, "BitOr": operator.or_, "BitAnd": operator.and_,
    "BitXor": operator.xor,
}  # fmt: skip
"""Operators that some container has, by the names of their nodes: they take the elements as they are."""
COMPARING: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "Eq": operator.eq, "NotEq": operator.ne, "Lt": operator.lt, "LtE": operator.le, "Gt": operator.gt,
    "GtE": operator.ge, "Mod": operator.mod,
}  # fmt: skip
"""Operators that look into the elements as well: comparisons, and ``%``, which prints them."""


def in_place(left: Any, right: Any, site: Site) -> Any:
    """``left += right`` is about to be done: a container is changed by it. Returns ``right``."""
    if type(left) not in SCALARS:
        announce_arguments((left,), WRITE, site, announced=False)
        announce_arguments((right,), READ, site, announced=True)
    return right


def binary(function: Callable[[Any, Any], Any], left: Any, right: Any, site: Site) -> Any:
    """Do ``function(left, right)``, an operator of :data:`BINARY`."""
    if type(left) not in SCALARS or type(right) not in SCALARS:
        announce_arguments((left, right), READ, site, announced=False)
    return function(left, right)


def compare(function: Callable[[Any, Any], Any], left: Any, right: Any, site: Site) -> Any:
    """Do ``function(left, right)``, an operator of :data:`COMPARING`."""
    if type(left) not in SCALARS or type(right) not in SCALARS:
        effects.look((left, right), site)
    return function(left, right)
