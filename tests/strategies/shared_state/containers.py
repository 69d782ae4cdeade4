"""Built-in containers: by items and slices, operators and methods, alone and nested."""

from __future__ import annotations

import array
import collections
import copy
import json
import operator
import types
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.strategies.shared_state.case import Case


class Filling(dict[str, int]):
    def __missing__(self, key: str) -> int:
        self[key] = 1
        return 5


class Jobs(list[Any]):
    """A list of the program's own."""


def proxied() -> tuple[dict[str, int], Any]:
    inner: dict[str, int] = {}
    return inner, types.MappingProxyType(inner)


def in_place(items: list[int]) -> None:
    items += [1]


def first_of(items: list[int]) -> int:
    first, *_ = items
    return first


def both_of(items: list[int]) -> int:
    a, b = items
    return a + b


def deleted(items: Any, key: Any) -> None:
    del items[key]


def put(items: Any, key: Any, value: Any = 1) -> None:
    items[key] = value


def added(items: Any, key: Any) -> int:
    items[key] += 1
    return int(items[key])


def tried(function: Any, *args: Any) -> Any:
    try:
        return function(*args)
    except (LookupError, RuntimeError, ValueError) as exc:
        return repr(exc)


def read(items: Any, key: Any) -> Any:
    return tried(operator.getitem, items, key)


def item(items: Any, key: Any) -> Any:
    try:
        return items[key]
    except LookupError as exc:
        return type(exc).__name__


def private_of(shared: Any) -> int:
    mine: list[int] = []
    mine.extend(shared)
    return len(mine)


def private_dict_of(shared: Any) -> int:
    mine: dict[str, int] = {}
    mine.update(shared)
    return len(mine)


def nested() -> dict[str, dict[str, int]]:
    return {"a": {"x": 0}}


def advance(jobs: Any) -> None:
    jobs["a"]["x"] = 1


CASES: dict[str, Case] = {
    # positions of a sequence
    "append and first": (list, lambda o: o.append(1), lambda o: item(o, 0)),
    "append and last": (lambda: [0], lambda o: o.append(1), lambda o: o[-1]),
    "append and store": (lambda: [0], lambda o: o.append(1), lambda o: put(o, -1, 5) or list(o)),
    "append and index": (list, lambda o: o.append(1), lambda o: tried(o.index, 1)),
    "delete and index": (lambda: [1, 2], lambda o: deleted(o, 0), lambda o: item(o, 1)),
    "delete and store": (lambda: [1, 2], lambda o: deleted(o, 0), lambda o: tried(put, o, 1)),
    "insert and index": (lambda: [1, 2], lambda o: o.insert(0, 3), lambda o: o[1]),
    "pop and index": (lambda: [1, 2], lambda o: o.pop(), lambda o: item(o, 1)),
    "slice stored": (lambda: [1, 2], lambda o: put(o, slice(0, 1), [7, 8]), lambda o: o[1]),
    "slice deleted": (lambda: [1, 2], lambda o: len(o), lambda o: o.__delitem__(slice(0, 1))),
    "slice deleted by del": (lambda: [1, 2], lambda o: o[0], lambda o: deleted(o, slice(0, 1))),
    "sliced": (lambda: [1, 2], lambda o: o[:], lambda o: o.append(1)),
    "item added to": (lambda: [0], lambda o: added(o, 0), lambda o: added(o, 0)),
    "deque append and first": (collections.deque, lambda o: o.append(1), lambda o: item(o, 0)),
    "deque rotated": (lambda: collections.deque([1, 2]), lambda o: o.rotate(), lambda o: o[0]),
    "bounded deque": (lambda: collections.deque([1], 1), lambda o: o.append(2), lambda o: o[0]),
    "array append and first": (lambda: array.array("i"), lambda o: o.append(1), lambda o: item(o, 0)),
    "bytes append and first": (bytearray, lambda o: o.append(1), lambda o: item(o, 0)),
    "list of the program's own": (Jobs, lambda o: o.append(1), lambda o: item(o, 0)),
    # items of a mapping
    "order of insertion": (dict, lambda o: put(o, "a"), lambda o: put(o, "b") or tried(next, iter(o))),
    "order after two insertions": (dict, lambda o: put(o, "a") or list(o), lambda o: put(o, "b") or list(o)),
    "two setdefaults": (dict, lambda o: o.setdefault("a", 1), lambda o: o.setdefault("a", 2)),
    "popped": (lambda: {"a": 1}, lambda o: o.pop("a", 0), lambda o: o.get("a")),
    "popped at the end": (lambda: {"a": 1}, lambda o: o.popitem(), lambda o: put(o, "b")),
    "deleted": (lambda: {"a": 1}, lambda o: tried(deleted, o, "a"), lambda o: tried(deleted, o, "a")),
    "made anew in place": (dict, lambda o: o.__ior__({"a": 1}) and None, lambda o: len(o)),
    "moved to the end": (
        lambda: collections.OrderedDict(a=1, b=2), lambda o: o.move_to_end("a"), lambda o: list(o),
    ),
    "ordered mapping popped": (
        lambda: collections.OrderedDict(a=1, b=2), lambda o: o.popitem(last=False), lambda o: tried(o.move_to_end, "a"),
    ),
    "default dictionary": (lambda: collections.defaultdict(int), lambda o: o["a"], lambda o: len(o)),
    "default dictionary of lists": (
        lambda: collections.defaultdict(list), lambda o: o["a"].append(1), lambda o: "a" in o and len(o["a"]),
    ),
    "filling dictionary": (Filling, lambda o: o["a"], lambda o: o["a"]),
    "counter": (collections.Counter, lambda o: o.update("a"), lambda o: o["a"]),
    "counters added": (collections.Counter, lambda o: o.update("a"), lambda o: o + collections.Counter("a")),
    "counter's most common": (collections.Counter, lambda o: o.update("a"), lambda o: o.most_common()),
    "counter's missing item": (collections.Counter, lambda o: put(o, "a"), lambda o: o["a"]),
    "chain map": (lambda: collections.ChainMap({}), lambda o: o.get("x"), lambda o: o.update(x=1)),
    "chain map over a dictionary": (
        lambda: (lambda inner: (inner, collections.ChainMap({}, inner)))({}),
        lambda o: put(o[0], "a"),
        lambda o: o[1].get("a"),
    ),
    "chain map's item": (
        lambda: (lambda inner: (inner, collections.ChainMap({}, inner)))({"a": 0}),
        lambda o: put(o[0], "a"),
        lambda o: o[1]["a"],
    ),
    "user dictionary": (collections.UserDict, lambda o: o.get("x"), lambda o: o.__setitem__("x", 1)),
    "user dictionary's item": (collections.UserDict, lambda o: put(o, "x"), lambda o: item(o, "x")),
    "user dictionary's data": (collections.UserDict, lambda o: put(o.data, "x"), lambda o: item(o, "x")),
    "user dictionary walked": (collections.UserDict, lambda o: put(o, "x"), lambda o: [each for each in o]),  # noqa: C416
    "user list": (collections.UserList, lambda o: len(o), lambda o: o.append(1)),
    "keys": (dict, lambda o: "a" in o.keys(), lambda o: o.update(a=1)),
    "view of keys in a variable": (
        lambda: (lambda d: (d, d.keys()))({}), lambda o: len(o[1]), lambda o: put(o[0], "a"),
    ),
    "views united": (dict, lambda o: len(o.keys() | {"b"}), lambda o: put(o, "a")),
    "views compared": (dict, lambda o: o.items() == {}.items(), lambda o: put(o, "a")),
    "proxy": (proxied, lambda o: o[1].get("a"), lambda o: o[0].update(a=1)),
    "item of a proxy": (proxied, lambda o: "a" in o[1] and o[1]["a"], lambda o: o[0].update(a=1)),
    "length of a proxy": (proxied, lambda o: len(o[1]), lambda o: o[0].update(a=1)),
    "proxy walked": (proxied, lambda o: tried(lambda: [each for each in o[1]]), lambda o: o[0].update(a=1)),  # noqa: C416
    "proxy printed": (proxied, lambda o: str(o[1]), lambda o: o[0].update(a=1)),
    # size changed while it is walked
    "mapping walked": (dict, lambda o: tried(lambda: [each for each in o]), lambda o: put(o, "a")),  # noqa: C416
    "set walked": (set, lambda o: tried(lambda: [each for each in o]), lambda o: o.add(1)),  # noqa: C416
    "deque walked": (
        collections.deque, lambda o: tried(lambda: [each for each in o]), lambda o: o.append(1),  # noqa: C416
    ),
    "items walked": (dict, lambda o: tried(lambda: [k for k, _ in o.items()]), lambda o: put(o, "a")),
    "mapping walked by next": (dict, lambda o: tried(next, iter(o), None), lambda o: put(o, "a")),
    "list walked": (lambda: [1], lambda o: [each for each in o], lambda o: o.append(2)),  # noqa: C416
    # operators
    "equal lists": (list, lambda o: o.append(1), lambda o: o == [1]),
    "list compared with a constant": (list, lambda o: o.append(1), lambda o: o == []),
    "equal dictionaries": (dict, lambda o: o.update(a=1), lambda o: o == {"a": 1}),
    "smaller lists": (list, lambda o: o.append(1), lambda o: o < [0, 5]),
    "chained comparison": (list, lambda o: o.append(1), lambda o: [] <= o < [0]),
    "chained membership": (list, lambda o: o.append(1), lambda o: 0 < 1 in o),
    "subset": (set, lambda o: o.add(1), lambda o: {1} <= o),
    "intersection": (set, lambda o: o.add(1), lambda o: len(o & {1})),
    "difference": (set, lambda o: o.add(1), lambda o: len(o - {2})),
    "disjoint": (set, lambda o: o.add(1), lambda o: {1}.isdisjoint(o)),
    "set in a set's method": (set, lambda o: o.add(1), lambda o: {1, 2}.difference(o)),
    "added lists": (list, lambda o: o.append(1), lambda o: o + [2]),  # noqa: RUF005  it is the operator that is tried
    "multiplied list": (list, lambda o: o.append(1), lambda o: o * 2),
    "united dictionaries": (dict, lambda o: o.update(a=1), lambda o: len(o | {})),
    "extended in place": (list, in_place, lambda o: len(o)),
    "extended by the shared": (list, lambda o: o.append(1), private_of),
    "updated from the shared": (dict, lambda o: put(o, "a"), private_dict_of),
    "united in place": (set, lambda o: o.__ior__({1}) and None, lambda o: len(o)),
    "as arguments": (list, lambda o: (lambda *args: len(args))(*o), lambda o: o.append(1)),
    "as named arguments": (dict, lambda o: (lambda **args: len(args))(**o), lambda o: o.update(a=1)),
    "in a dictionary": (dict, lambda o: len({**o}), lambda o: o.update(a=1)),
    "in a list": (list, lambda o: [*o], lambda o: o.append(1)),
    "unpacked": (lambda: [1], first_of, lambda o: o.__setitem__(0, 2)),
    "two unpacked": (lambda: [1, 2], both_of, lambda o: put(o, 1, 5)),
    "both true": (list, lambda o: bool(o and True), lambda o: o.append(1)),
    "not empty": (list, lambda o: not o, lambda o: o.append(1)),
    "negated twice": (list, lambda o: 1 if not (not o) else 2, lambda o: o.append(1)),
    "copied": (dict, lambda o: len(copy.copy(o)), lambda o: o.update(a=1)),
    "sorted in place": (lambda: [2, 1], lambda o: o.sort(), lambda o: o[0]),
    "bytes": (bytearray, lambda o: bytes(o), lambda o: o.extend(b"b")),
    "array": (lambda: array.array("i", [1]), lambda o: o[0], lambda o: o.__setitem__(0, 2)),
    "array as bytes": (lambda: array.array("i", [1]), lambda o: o.tobytes()[0], lambda o: put(o, 0, 2)),
    "memory view": (lambda: memoryview(bytearray(b"a")), lambda o: o[0], lambda o: o.__setitem__(0, 2)),
    "memory view of bytes": (
        lambda: (lambda b: (b, memoryview(b)))(bytearray(b"a")), lambda o: o[1][0], lambda o: put(o[0], 0, 2),
    ),
    "memory view as bytes": (
        lambda: (lambda b: (b, memoryview(b)))(bytearray(b"a")), lambda o: bytes(o[1]), lambda o: put(o[0], 0, 2),
    ),
    "bytes decoded": (lambda: bytearray(b"a"), lambda o: o.decode(), lambda o: put(o, 0, 98)),
    # nested: C code looks into what is in a container
    "nested JSON": (nested, advance, lambda o: json.dumps(o)),
    "nested equal": (nested, advance, lambda o: o == {"a": {"x": 1}}),
    "nested smaller": (lambda: [[0]], lambda o: put(o[0], 0), lambda o: o < [[1]]),
    "nested printed": (nested, advance, lambda o: str(o)),
    "nested formatted": (nested, advance, lambda o: f"{o}"),
    "nested in a tuple": (lambda: ([],), lambda o: o[0].append(1), lambda o: o == ([],)),
    "nested in a tuple printed": (lambda: ([],), lambda o: o[0].append(1), lambda o: f"{o}"),
    "nested member": (lambda: [[]], lambda o: o[0].append(1), lambda o: [1] in o),
    "nested count": (lambda: [[]], lambda o: o[0].append(1), lambda o: o.count([])),
    "nested sum": (lambda: [[1]], lambda o: o[0].append(2), lambda o: sum(o, [])),  # noqa: RUF017
    "nested minimum": (lambda: [[2], [3]], lambda o: put(o[1], 0), lambda o: min(o)[0]),
    "nested sorted": (lambda: [[2], [3]], lambda o: put(o[1], 0), lambda o: [each[0] for each in sorted(o)]),
    "nested sorted in place": (lambda: [[2], [3]], lambda o: put(o[1], 0), lambda o: o.sort() or o[0][0]),
    "nested truth": (lambda: [[]], lambda o: o[0].append(1), lambda o: any(o)),
    "nested in an object printed": (
        lambda: types.SimpleNamespace(jobs=[]), lambda o: o.jobs.append(1), lambda o: repr(o),
    ),
    "nested as a dictionary": (lambda: [["a", 0]], lambda o: put(o[0], 1), lambda o: dict(o)),
    "zipped": (lambda: [[1], [2]], lambda o: put(o[0], 0, 5), lambda o: list(zip(*o, strict=False))),
}  # fmt: skip
