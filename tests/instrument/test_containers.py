"""What the methods of containers touch: never less than they really do."""

from __future__ import annotations

import array
import collections
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.instrument.containers import CONTAINERS, MAPPINGS, SEQUENCES, VIEWS, method_effect, plain_key
from harness.model.event import SIZE, WHOLE
from harness.model.kind import Kind

FRESH: dict[type, Any] = {
    dict: lambda: {"a": 1, "b": 2},
    collections.OrderedDict: lambda: collections.OrderedDict(a=1, b=2),
    collections.defaultdict: lambda: collections.defaultdict(int, a=1, b=2),
    collections.Counter: lambda: collections.Counter(a=1, b=2),
    list: lambda: [3, 1, 2],
    collections.deque: lambda: collections.deque([3, 1, 2]),
    bytearray: lambda: bytearray(b"312"),
    array.array: lambda: array.array("b", [3, 1, 2]),
    set: lambda: {1, 2, 3},
}
ARGUMENTS = [(), ("a",), (1,), (0, 1), ("a", 1), ([9],), (b"9",), ({"z": 1},), ({9},)]
SKIPPED = {"fromkeys", "__init__", "__class__", "__new__", "__init_subclass__", "__subclasshook__", "__class_getitem__"}


def contents(container: Any) -> Any:
    return list(container.items()) if isinstance(container, dict) else list(container)


def test_every_kind_of_container_is_tried_here() -> None:
    assert set(FRESH) == CONTAINERS == {*MAPPINGS, *SEQUENCES, set}


@pytest.mark.parametrize("kind", FRESH, ids=lambda kind: kind.__name__)
def test_a_method_that_changes_the_contents_is_a_write(kind: type) -> None:
    for name in dir(kind):
        if name in SKIPPED or (name.startswith("__") and name not in ("__setitem__", "__delitem__")):
            continue
        changed = resized = False
        for arguments in ARGUMENTS:
            container = FRESH[kind]()
            before = contents(container)
            try:
                getattr(container, name)(*arguments)
            except Exception:
                continue
            changed |= contents(container) != before
            resized |= len(container) != len(before)
        effect = method_effect(kind, name)
        if changed:
            assert effect is not None and effect[0] != Kind.READ, f"{kind.__name__}.{name} changes its contents"
        if resized and effect is not None and effect[0] != Kind.RESIZE:
            assert effect[0] == Kind.WRITE, "the hook looks at the size itself after a write"


@pytest.mark.parametrize(
    ("kind", "method", "effect"),
    [
        (dict, "get", (Kind.READ, True)),
        (dict, "setdefault", (Kind.RESIZE, True)),
        (dict, "pop", (Kind.RESIZE, True)),
        (dict, "__setitem__", (Kind.WRITE, True)),
        (dict, "copy", (Kind.READ, WHOLE)),
        (dict, "clear", (Kind.RESIZE, WHOLE)),
        (dict, "__len__", (Kind.READ, SIZE)),
        (list, "append", (Kind.RESIZE, WHOLE)),
        (list, "pop", (Kind.RESIZE, WHOLE)),
        (list, "sort", (Kind.RESIZE, WHOLE)),
        (list, "index", (Kind.READ, WHOLE)),
        (collections.deque, "append", (Kind.RESIZE, WHOLE)),
        (set, "add", (Kind.RESIZE, True)),
        (set, "update", (Kind.RESIZE, WHOLE)),
        (set, "union", (Kind.READ, WHOLE)),
        (set, "difference_update", (Kind.RESIZE, WHOLE)),
    ],
)
def test_a_method_touches(kind: type, method: str, effect: tuple[int, Any]) -> None:
    found = method_effect(kind, method)
    assert found is not None
    what, key, by_argument = found
    assert (what, True if by_argument else key) == effect


@pytest.mark.parametrize("name", ["keys", "values", "items"])
def test_making_a_view_touches_nothing_yet(name: str) -> None:
    assert method_effect(dict, name) is None
    assert type(getattr({}, name)()) in VIEWS


class Noisy:
    def __eq__(self, other: object) -> bool:
        raise AssertionError("compared")

    __hash__ = None  # type: ignore[assignment]


simple = st.one_of(st.integers(), st.text(), st.booleans(), st.none(), st.binary(), st.floats(allow_nan=False))


@settings(max_examples=40)
@given(st.recursive(simple, lambda inner: st.lists(inner, max_size=3).map(tuple)))
def test_a_key_without_code_of_the_program_is_itself(key: Any) -> None:
    assert plain_key(key) is key


@pytest.mark.parametrize("key", [Noisy(), (1, Noisy()), (1, (2, Noisy())), frozenset(), 1j])
def test_a_key_that_might_run_code_when_it_is_compared_stands_for_everything(key: Any) -> None:
    assert plain_key(key) is WHOLE
