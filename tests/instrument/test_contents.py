"""Which objects code can come to, and in what order."""

from __future__ import annotations

import contextvars
from typing import Any

from harness.instrument.contents import inside


def test_a_context_is_walked_by_the_names_of_its_variables() -> None:
    """Its own order, and the inner nodes of its tree, depend on the addresses of the variables."""
    values: list[list[Any]] = [[number] for number in range(20)]
    variables = [contextvars.ContextVar[list[Any]](f"v{number:02}") for number in range(20)]
    context = contextvars.Context()
    for index in (*range(1, 20, 2), *range(0, 20, 2)):
        context.run(variables[index].set, values[index])
    assert [*inside((context,), everything=True)] == [context, *values]
