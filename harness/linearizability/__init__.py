"""Linearizability: whether what several actors saw could have come from one object used by one actor at a time.

Values and functions alone, without the engine: :mod:`~harness.linearizability.operation` has the history,
:mod:`~harness.linearizability.sequential` the model that it is compared with, and
:mod:`~harness.linearizability.checker` the search for an order.
"""

from harness.linearizability.checker import Linearizability, check
from harness.linearizability.operation import Operation, Outcome
from harness.linearizability.sequential import Model, ObjectModel

__all__ = ["Linearizability", "Model", "ObjectModel", "Operation", "Outcome", "check"]
