"""Which instructions check the eval breaker: the table, held against the interpreter's own code and source tables."""

from __future__ import annotations

import dis
import sys

import pytest

from harness.instrument.eval_breaker import CALLS, enters_comprehensions, positions_of_calls


def calls_in(source: str) -> list[str]:
    """The pieces of one line of source that are calls with a check."""
    found = sorted(positions_of_calls(compile(source, "example", "exec")))
    assert all(line == end == 1 for line, end, _, _ in found)
    return [source[start:end] for _, _, start, end in found]


@pytest.mark.parametrize(
    ("source", "calls"),
    [
        ("x.n += 1", []),
        ("x.n = x.get()", ["x.get()"]),
        ("f(g(x))", ["f(g(x))", "g(x)"]),
        ("f(*args, **more)", ["f(*args, **more)"]),
        ("f(a=1)", ["f(a=1)"]),
        ("x[0] = y[1]", []),
        ("a < b < c", []),
        ("del x.n", []),
        ("f'{x}'", []),
        ("lambda: f(1)", ["f(1)"]),
    ],
)
def test_calls_are_found_where_they_stand(source: str, calls: list[str]) -> None:
    assert calls_in(source) == calls


def test_leaving_a_with_block_is_a_call() -> None:
    assert len(calls_in("with lock: pass")) == 1


def test_a_call_inside_a_nested_function_is_found() -> None:
    assert positions_of_calls(compile("def outer():\n def inner(): f()\n", "example", "exec")) == {(2, 2, 14, 17)}


def test_super_is_a_call_where_the_interpreter_makes_one() -> None:
    source = "class C:\n def m(self): return super().name\n"
    found = positions_of_calls(compile(source, "example", "exec"))
    assert ((2, 2, 21, 28) in found) == (sys.version_info < (3, 12))


def test_the_opcodes_are_ones_that_this_interpreter_has() -> None:
    assert set(dis.opmap) >= CALLS


def test_comprehensions_are_entered_until_they_were_inlined() -> None:
    assert enters_comprehensions() == (sys.version_info < (3, 12))
