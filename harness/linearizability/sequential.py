"""The sequential model: what one object does when one actor uses it."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Protocol

from harness.linearizability.operation import Outcome
from harness.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.linearizability.operation import Operation

__all__ = ["Model", "ObjectModel"]


class Model(Protocol):
    """A state machine. States are values: no step changes the one that it is given."""

    def first(self) -> Any:
        """Return the state before the first operation."""

    def step(self, state: Any, operation: Operation) -> tuple[Outcome, Any]:
        """Return how an operation ends in a state, and the state after it."""

    def same(self, state: Any, other: Any) -> bool:
        """Return whether two states are equal. To say no of equal ones costs time, and is no error."""


class ObjectModel:
    """A class as a model: each operation is the method of its name.

    Args:
        make: Makes an object in its first state; mostly the class itself. Its methods must be deterministic. Two
            objects are in the same state if they are equal, or have equal attributes.

    Example:
        >>> from harness.linearizability.operation import Operation
        >>> class Counter:
        ...     n = 0
        ...     def add(self, by):
        ...         self.n += by
        ...         return self.n
        >>> model = ObjectModel(Counter)
        >>> outcome, state = model.step(model.first(), Operation("add", {"by": 2}))
        >>> outcome, state.n, model.first().n
        (Outcome(value=2, error=''), 2, 0)
    """

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make

    def first(self) -> Any:
        return self._make()

    def step(self, state: Any, operation: Operation) -> tuple[Outcome, Any]:
        """Call the method on a copy of the object.

        Raises:
            UsageError: The object has no such method.
        """
        after, arguments = copy.deepcopy((state, dict(operation.arguments)))
        method = getattr(after, operation.name, None)
        if not callable(method):
            raise UsageError(
                f"the model {type(state).__name__} has no method {operation.name!r}, and the history calls it: "
                f"give it one"
            )
        try:
            # What is returned may be part of the state, and later steps copy the state before they change it.
            return Outcome(method(**arguments)), after
        except Exception as error:
            return Outcome(error=type(error).__name__), after

    def same(self, state: Any, other: Any) -> bool:
        if state == other:
            return True
        return type(state) is type(other) and hasattr(state, "__dict__") and vars(state) == vars(other)
