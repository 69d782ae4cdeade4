"""The functions that rewritten code calls in place of its accesses: announce, then do exactly what Python would.

They stand in rewritten code as constants. Without a listener each is the plain operation, so code that outlives an
exploration goes on working. Each module keeps what it needs of the listener among its globals: that is where a function
finds it fastest.

What it costs over the plain operation with a listener that does nothing, CPython 3.13: attribute load 110 ns, store
110 ns, item load 130 ns, method of a container 350 ns. A :class:`Site` remembers the type it saw last and what to do
with it (``plan``), as CPython's own inline caches do.

What could make it wrong: to do the operation and then announce, to evaluate something twice, or to raise what Python
would not. The property test in ``tests/instrument`` holds rewritten code against the original.
"""

from __future__ import annotations

from harness.instrument.hooks import (
    attributes,
    builtins,
    callables,
    calls,
    computed,
    effects,
    files,
    generators,
    items,
    methods,
    plans,
    replacing,
    rounds,
    sourceless,
    variables,
    walks,
)
from harness.instrument.hooks.attributes import AttrTarget, load_attr, store_attr
from harness.instrument.hooks.builtins import BUILTIN_NAMES, call_builtin
from harness.instrument.hooks.callables import HANDING, controlled
from harness.instrument.hooks.calls import callee, context, load_method
from harness.instrument.hooks.generators import resumed
from harness.instrument.hooks.items import ItemTarget, load_item, store_item
from harness.instrument.hooks.listener import Listener
from harness.instrument.hooks.operators import BINARY, COMPARING, binary, compare, in_place
from harness.instrument.hooks.patterns import before, matched, missed, used
from harness.instrument.hooks.rounds import step
from harness.instrument.hooks.variables import announce_name, before_store, noted
from harness.instrument.hooks.walks import (
    contains,
    delegated,
    in_order,
    iterate,
    iterate_shared,
    member,
    operand,
    spread,
    truth,
)

__all__ = [
    "BINARY",
    "BUILTIN_NAMES",
    "COMPARING",
    "HANDING",
    "AttrTarget",
    "ItemTarget",
    "Listener",
    "announce_name",
    "before",
    "before_store",
    "binary",
    "call_builtin",
    "callee",
    "compare",
    "contains",
    "context",
    "controlled",
    "delegated",
    "in_order",
    "in_place",
    "iterate",
    "iterate_shared",
    "listen",
    "load_attr",
    "load_item",
    "load_method",
    "matched",
    "member",
    "missed",
    "noted",
    "operand",
    "resumed",
    "spread",
    "step",
    "store_attr",
    "store_item",
    "truth",
    "used",
]

_of_a_program = attributes, callables, calls, computed, plans
_bound: Listener | None = None


def listen(listener: Listener | None) -> None:
    """Announce to ``listener`` from now on; None: to nobody.

    It comes and goes in every execution, and there is a new one in each. So nothing here is a loop or a call.
    """
    global _bound
    if listener is not None and listener is not _bound:
        if attributes._adapters is not listener.adapters or callables._substitutes is not listener.substitutes:
            for part in _of_a_program:
                part.bind(listener)
        _bound = listener
        attributes._told = builtins._told = effects._told = items._told = methods._told = replacing._told = listener
        generators.begin_again()
    access = listener.access if listener is not None else None
    methods._access = attributes._access = items._access = variables._access = effects._access = access
    walks._access = calls._access = callables._access = builtins._access = computed._access = access
    files._access = generators._access = sourceless._access = access
    rounds._step = listener.loop_iteration if listener is not None else None
