"""Which names may be seen to change: those, and only those, are announced."""

from __future__ import annotations

import ast
import textwrap
from typing import Any

import pytest

from harness.instrument.scopes import Scope, Scopes


def scopes_of(source: str) -> tuple[Scopes, dict[str, Scope]]:
    tree = ast.parse(textwrap.dedent(source))
    scopes = Scopes(tree)
    return scopes, {node.name: scope for node, scope in scopes.of.items() if hasattr(node, "name")}


def shared(source: str) -> set[str]:
    """Names of the function ``f`` that inner functions may see to change."""
    _, by_name = scopes_of(source)
    return {name for name in by_name["f"].stores if by_name["f"].is_shared_cell(name)}


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("x = 1\n def g(): return x", set()),
        ("def g(): return x\n x = 1", {"x"}),
        ("x = 1\n def g(): return x\n x = 2", {"x"}),
        ("x = 1\n def g():\n  nonlocal x\n  x = 2", {"x"}),
        ("x = 1\n def g():\n  nonlocal x\n  x += 1", {"x"}),
        ("x = 1\n def g():\n  nonlocal x\n  del x", {"x"}),
        ("x = 1\n def g():\n  def h():\n   nonlocal x\n   x = 2", {"x"}),
        ("x = 1\n def g():\n  x = 2\n  return x", set()),
        ("for x in y:\n  g = lambda: x", {"x"}),
        ("while y:\n  x = 1\n  g = lambda: x", {"x"}),
        ("x = 1\n x = 2", set()),
        ("x = 1\n [x for x in y]\n [x + z for z in y]", set()),
        ("x = 1\n (x + z for z in y)\n x = 2", {"x"}),
        ("g = [lambda: x for x in y]", set()),
        ("x = 1\n class C:\n  def g(self): return x\n x = 2", {"x"}),
        ("class C:\n  x = 1\n  def g(self): return x", set()),
        ("import x\n def g(): return x", set()),
        ("try: pass\n except E as x: g = lambda: x\n x = 1", {"x"}),
        ("with y as x: pass\n with y as x: g = lambda: x", {"x"}),
        ("match y:\n  case {'k': x, **rest}: g = lambda: (x, rest)\n  case [x, *more]: h = lambda: (x, more)", {"x"}),
        ("if (x := 1): x = 2\n g = lambda: x", {"x"}),
        ("[(x := z) for z in y]\n g = lambda: x\n x = 3", {"x"}),
        ("x: int = 1\n g = lambda: x\n x += 1", {"x"}),
        ("(x, w), z = y\n g = lambda: (x, z)\n x, *w = z\n h = lambda: w", {"x", "w"}),
        ("global x\n x = 1\n def g(): return x\n x = 2", set()),
        ("async def g(): return x\n async for x in y: pass", {"x"}),
    ],
)
def test_a_closure_variable_is_shared_if_an_inner_function_may_see_it_change(body: str, names: set[str]) -> None:
    assert shared(f"def f(y):\n {body}\n") == names


def test_an_argument_is_bound_before_anybody_captures_it() -> None:
    assert shared("def f(a, /, b, *c, d=1, **e):\n return lambda: (a, b, c, d, e)") == set()
    assert shared("def f(a):\n g = lambda: a\n a = 2") == {"a"}


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("x = 1\ndef f(): return x", set()),
        ("x = 1\ndef f():\n global x\n x = 2", {"x"}),
        ("def f():\n global x\n x += 2", {"x"}),
        ("def f():\n global x\n del x", {"x"}),
        ("def f():\n global x\n import x", {"x"}),
        ("def f():\n global x\n return x", set()),
        ("def f():\n def g():\n  global x\n  for x in y: pass", {"x"}),
        ("class C:\n global x\n x = 1", {"x"}),
        ("def f():\n global x\n def x(): pass", {"x"}),
        ("x = 1\nx = 2", set()),
    ],
)
def test_a_global_is_announced_if_some_function_rebinds_it(source: str, names: set[str]) -> None:
    assert scopes_of(source)[0].rebound_globals == names


def test_a_name_belongs_to_the_scope_that_python_says() -> None:
    _, by_name = scopes_of(
        """
        def f(x):
            y = 1
            class C:
                z = y
                def m(self):
                    nonlocal y
                    global x
                    return x, y, z, f
        """
    )
    f, c, m = by_name["f"], by_name["C"], by_name["m"]
    assert f.owner("x") is f.owner("x") is f
    assert m.owner("x") is None
    assert m.owner("y") is c.owner("y") is f
    assert c.owner("z") is c
    assert m.owner("z") is None, "methods do not see the names of their class"
    assert m.owner("f") is None


def compiled_cells(source: str) -> dict[str, tuple[str, ...]]:
    """For each function what CPython says it captures."""
    found: dict[str, tuple[str, ...]] = {}
    pending: list[Any] = [compile(source, "file", "exec")]
    while pending:
        code = pending.pop()
        found[code.co_name] = code.co_cellvars
        pending += [each for each in code.co_consts if hasattr(each, "co_consts")]
    return found


@pytest.mark.parametrize(
    "source",
    [
        "def f(a):\n b = 1\n c = 2\n def g():\n  d = b\n  return lambda: (a, d)\n return c",
        "def f():\n x = 1\n class C:\n  x = 2\n  def m(self): return x\n return C",
        "def f():\n x = 1\n return (x for y in [1])",
        "def f(x):\n def g():\n  nonlocal x\n  def h():\n   nonlocal x\n   x = 1\n  return h\n return g",
    ],
)
def test_captured_is_what_cpython_captures(source: str) -> None:
    _, by_name = scopes_of(source)
    cells = compiled_cells(source)
    for name, scope in by_name.items():
        if scope.kind == "function":
            assert set(scope.captured) == set(cells[name])
