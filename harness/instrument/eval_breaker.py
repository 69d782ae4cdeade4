"""Where CPython with the GIL can switch threads: the opcodes that check its eval breaker.

A thread that runs Python code gives up the GIL only when it checks the eval breaker and somebody has asked for it (or
when it blocks, which is no preemption). It checks

* after a call, unless the callee is a Python function: that one checks when it is entered (``RESUME``);
* when a function is entered and when a generator goes on after a ``yield``, but not when an ``await`` or ``yield from``
  goes on (``RESUME`` with an argument of 2 or 3);
* at a jump backwards.

Everything between two checks is one step for every other thread. So ``self.n += 1`` of a plain object cannot lose an
update there, and ``self.n = self.n + f()`` can.

Sources: ``Python/ceval.c`` of 3.11 and ``Python/bytecodes.c`` of 3.12 (``CHECK_EVAL_BREAKER``), of 3.13 and 3.14
(``CHECK_PERIODIC``). A specialised form of a call may leave the check out (``CALL_LEN``); the general form,
which runs until the interpreter has seen the call a few times, has it in every version, and it is what counts here.
"""

from __future__ import annotations

import dis
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from types import CodeType

__all__ = ["CALLS", "TESTS_TWICE", "Position", "enters_comprehensions", "positions_of_calls"]

Position = tuple[int | None, int | None, int | None, int | None]
"""``(line, end line, column, end column)``, as ``dis`` has it."""

_CALLS_BY_VERSION: Final[dict[tuple[int, int], frozenset[str]]] = {
    (3, 11): frozenset({"CALL", "CALL_FUNCTION_EX"}),
    (3, 12): frozenset({"CALL", "CALL_FUNCTION_EX"}),
    (3, 13): frozenset({"CALL", "CALL_KW", "CALL_FUNCTION_EX"}),
    (3, 14): frozenset({"CALL", "CALL_KW", "CALL_FUNCTION_EX"}),
}
CALLS: Final = _CALLS_BY_VERSION.get(sys.version_info[:2], _CALLS_BY_VERSION[3, 14])
"""The opcodes of this interpreter that check the eval breaker when what they called has returned."""


def positions_of_calls(code: CodeType) -> set[Position]:
    r"""Where a code object, or one inside it, has a call that checks.

    Not every call in the source is one: ``super().name`` has an opcode of its own since 3.12. And not everything that
    is one looks like a call: leaving a ``with`` block calls ``__exit__``.

    Example:
        >>> sorted(positions_of_calls(compile("f(x)\nx.n += 1\n", "example", "exec")))
        [(1, 1, 0, 4)]
    """
    found: set[Position] = set()
    pending = [code]
    while pending:
        each = pending.pop()
        # Not dis.get_instructions: it makes a description of each instruction, at ten times the cost.
        for position, opcode in zip(each.co_positions(), each.co_code[::2], strict=False):
            if dis.opname[opcode] in CALLS:
                line, end_line, column, end_column = position
                found.add((line, end_line, column, end_column))
        pending += [inner for inner in each.co_consts if hasattr(inner, "co_consts")]
    return found


def _code(source: str) -> CodeType:
    return compile(source, "<example>", "exec")


def _tests_twice() -> bool:
    names = [each.argval for each in dis.get_instructions(_code("while condition: pass"))]
    return names.count("condition") == 2


TESTS_TWICE: Final = _tests_twice()
"""A ``while`` loop jumps backwards after its condition, which the compiler puts at both ends; otherwise before it."""


def enters_comprehensions() -> bool:
    """List, set and dict comprehensions are functions that are entered (until 3.11), not inlined."""
    return any(hasattr(each, "co_consts") for each in _code("[each for each in all_of_them]").co_consts)
