"""Whatever it is that two threads share: of the outcomes that sampling shows, the exhaustive search misses none.

What is not announced is independent of everything for the search, and it would call proved what is not.
"""

from __future__ import annotations

import array
import asyncio
import bisect
import collections
import concurrent.futures
import copy
import functools
import heapq
import io
import itertools
import json
import logging
import operator
import queue
import random
import threading
import types
import weakref
from typing import TYPE_CHECKING, Any

import pytest

import harness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Plain:
    """An object; attributes come as they are set."""


class WithDefault:
    value = 0


class Derived(WithDefault):
    """Finds its value one class further up."""


class Slotted:
    __slots__ = ("value",)


class Computed:
    base = 1

    @functools.cached_property
    def value(self) -> int:
        return self.base


class Elsewhere:
    """Keeps its attributes in a dictionary of its own."""

    def __init__(self) -> None:
        object.__setattr__(self, "kept", {})

    def __getattr__(self, name: str) -> Any:
        return self.kept.get(name)

    def __setattr__(self, name: str, value: Any) -> None:
        self.kept[name] = value


class Counting:
    def __init__(self) -> None:
        self.count = 0

    def __iter__(self) -> Counting:
        return self

    def __next__(self) -> int:
        self.count += 1
        return self.count


class Filling(dict[str, int]):
    def __missing__(self, key: str) -> int:
        self[key] = 1
        return 5


@functools.lru_cache
def cached(value: int) -> object:
    return object()


def counting() -> Iterator[int]:
    yield 1
    yield 2
    yield 3


def proxied() -> tuple[dict[str, int], Any]:
    inner: dict[str, int] = {}
    return inner, types.MappingProxyType(inner)


def in_place(items: list[int]) -> None:
    items += [1]


def unpacked(items: list[int]) -> int:
    first, *_ = items
    return first


Case = tuple["Callable[[], Any]", "Callable[[Any], Any]", "Callable[[Any], Any]"]

CASES: dict[str, Case] = {
    # attributes, and where they come from
    "value of the class": (WithDefault, lambda o: o.value, lambda o: setattr(o, "value", 1)),
    "value of a base": (Derived, lambda o: o.value, lambda o: setattr(o, "value", 1)),
    "value of a base, set on the class": (
        lambda: type("Made", (Derived,), {}), lambda o: o.value, lambda o: setattr(o, "value", 1),
    ),
    "value of the class once deleted": (
        lambda: (lambda o: (setattr(o, "value", 5), o)[1])(WithDefault()),
        lambda o: o.value,
        lambda o: delattr(o, "value"),
    ),
    "asked for, set on the class": (
        lambda: type("Made", (), {})(), lambda o: hasattr(o, "value"), lambda o: setattr(type(o), "value", 1),
    ),
    "slot": (Slotted, lambda o: hasattr(o, "value"), lambda o: setattr(o, "value", 1)),
    "cached property": (Computed, lambda o: o.value, lambda o: setattr(o, "base", 2)),
    "attributes kept elsewhere": (Elsewhere, lambda o: o.value, lambda o: setattr(o, "value", 2)),
    "set plainly": (Plain, lambda o: object.__setattr__(o, "value", 1), lambda o: hasattr(o, "value")),
    "dictionary of an object": (Plain, lambda o: vars(o).get("value"), lambda o: setattr(o, "value", 2)),
    "updated by its dictionary": (
        Plain, lambda o: o.__dict__.update(value=1), lambda o: getattr(o, "value", None),
    ),
    "namespace": (types.SimpleNamespace, lambda o: getattr(o, "x", None), lambda o: setattr(o, "x", 1)),
    "attribute of a function": (lambda: lambda: 1, lambda o: getattr(o, "x", 0), lambda o: setattr(o, "x", 1)),
    # containers, looked into by operators and functions
    "equal lists": (list, lambda o: o.append(1), lambda o: o == [1]),
    "equal dictionaries": (dict, lambda o: o.update(a=1), lambda o: o == {"a": 1}),
    "smaller lists": (list, lambda o: o.append(1), lambda o: o < [0, 5]),
    "added lists": (list, lambda o: o.append(1), lambda o: o + [2]),  # noqa: RUF005  it is the operator that is tried
    "multiplied list": (list, lambda o: o.append(1), lambda o: o * 2),
    "united dictionaries": (dict, lambda o: o.update(a=1), lambda o: len(o | {})),
    "extended in place": (list, in_place, lambda o: len(o)),
    "united in place": (set, lambda o: o.__ior__({1}) and None, lambda o: len(o)),
    "formatted": (list, lambda o: o.append(1), lambda o: f"{o}"),
    "formatted with a sign": (list, lambda o: o.append(1), lambda o: "%s" % o),  # noqa: UP031
    "formatted by a method": (list, lambda o: o.append(1), lambda o: "{}".format(o)),  # noqa: UP032
    "joined": (list, lambda o: o.append("1"), lambda o: ",".join(o)),
    "bytes": (bytearray, lambda o: bytes(o), lambda o: o.extend(b"b")),
    "as arguments": (list, lambda o: (lambda *args: len(args))(*o), lambda o: o.append(1)),
    "as named arguments": (dict, lambda o: (lambda **args: len(args))(**o), lambda o: o.update(a=1)),
    "in a dictionary": (dict, lambda o: len({**o}), lambda o: o.update(a=1)),
    "unpacked": (lambda: [1], unpacked, lambda o: o.__setitem__(0, 2)),
    "sliced": (lambda: [1, 2], lambda o: o[:], lambda o: o.append(1)),
    "slice deleted": (lambda: [1, 2], lambda o: len(o), lambda o: o.__delitem__(slice(0, 1))),
    "both true": (list, lambda o: bool(o and True), lambda o: o.append(1)),
    "backwards": (list, lambda o: list(reversed(o)), lambda o: o.append(1)),
    "first of an iterator": (list, lambda o: next(iter(o), None), lambda o: o.append(1)),
    "sorted in place": (lambda: [2, 1], lambda o: o.sort(), lambda o: o[0]),
    "copied": (dict, lambda o: len(copy.copy(o)), lambda o: o.update(a=1)),
    "keys": (dict, lambda o: "a" in o.keys(), lambda o: o.update(a=1)),
    "proxy": (proxied, lambda o: o[1].get("a"), lambda o: o[0].update(a=1)),
    "item of a proxy": (proxied, lambda o: "a" in o[1] and o[1]["a"], lambda o: o[0].update(a=1)),
    # methods taken along
    "method in a variable": (list, lambda o: (lambda method: method(1))(o.append), lambda o: len(o)),
    "partial": (list, lambda o: functools.partial(o.append, 1)(), lambda o: len(o)),
    "mapped": (list, lambda o: list(map(o.append, [1])), lambda o: len(o)),
    # functions of the library
    "heap": (list, lambda o: heapq.heappush(o, 1), lambda o: heapq.heappop(o) if o else None),
    "heap of one": (lambda: [5], lambda o: heapq.heapreplace(o, 1), lambda o: heapq.heappushpop(o, 7)),
    "bisection": (lambda: [5], lambda o: bisect.insort(o, 1), lambda o: bisect.bisect(o, 3)),
    "JSON": (list, lambda o: o.append("1"), lambda o: json.dumps(o)),
    "operator": (dict, lambda o: operator.setitem(o, "a", 1), lambda o: operator.contains(o, "a")),
    "random numbers": (lambda: random.seed(1), lambda o: random.random(), lambda o: random.random()),
    "cache": (lambda: cached.cache_clear(), lambda o: cached.cache_info().misses, lambda o: bool(cached(1))),
    # objects of the library
    "chain map": (lambda: collections.ChainMap({}), lambda o: o.get("x"), lambda o: o.update(x=1)),
    "user dictionary": (collections.UserDict, lambda o: o.get("x"), lambda o: o.__setitem__("x", 1)),
    "user list": (collections.UserList, lambda o: len(o), lambda o: o.append(1)),
    "counter": (collections.Counter, lambda o: o.update("a"), lambda o: o["a"]),
    "default dictionary": (lambda: collections.defaultdict(int), lambda o: o["a"], lambda o: len(o)),
    "filling dictionary": (Filling, lambda o: o["a"], lambda o: o["a"]),
    "array": (lambda: array.array("i", [1]), lambda o: o[0], lambda o: o.__setitem__(0, 2)),
    "memory view": (lambda: memoryview(bytearray(b"a")), lambda o: o[0], lambda o: o.__setitem__(0, 2)),
    "count": (itertools.count, lambda o: next(o), lambda o: next(o)),
    "generator": (counting, lambda o: next(o, None), lambda o: next(o, None)),
    "generator in two loops": (counting, lambda o: [each for each in o], lambda o: [each for each in o]),  # noqa: C416
    "iterator of a list": (lambda: iter([1, 2, 3]), lambda o: next(o, None), lambda o: next(o, None)),
    "iterator of the program": (Counting, lambda o: next(o), lambda o: next(o)),
    "text": (io.StringIO, lambda o: o.write("a"), lambda o: o.getvalue()),
    "random generator": (lambda: random.Random(1), lambda o: o.random(), lambda o: o.random()),
    "weak dictionary": (
        lambda: (weakref.WeakValueDictionary(), Plain()),
        lambda o: o[0].get("x") is None,
        lambda o: o[0].__setitem__("x", o[1]),
    ),
    "weak set": (lambda: (weakref.WeakSet(), Plain()), lambda o: len(o[0]), lambda o: o[0].add(o[1])),
    "logger": (lambda: logging.Logger("one"), lambda o: o.level, lambda o: o.setLevel(10)),
}  # fmt: skip


OF_A_LOOP: dict[str, Case] = {
    "event": (asyncio.Event, lambda o: o.is_set(), lambda o: o.set()),
    "queue": (asyncio.Queue, lambda o: o.qsize(), lambda o: o.put_nowait(1)),
    "future": (lambda: asyncio.get_running_loop().create_future(), lambda o: o.done(), lambda o: o.set_result(1)),
    "cancelled future": (
        lambda: asyncio.get_running_loop().create_future(), lambda o: o.cancelled(), lambda o: bool(o.cancel()),
    ),
    "future of a thread": (concurrent.futures.Future, lambda o: o.done(), lambda o: o.set_result(1)),
    "event of a thread": (threading.Event, lambda o: o.is_set(), lambda o: o.set()),
    "queue of threads": (queue.Queue, lambda o: o.qsize(), lambda o: o.put(1)),
    "simple queue": (queue.SimpleQueue, lambda o: o.qsize(), lambda o: o.put(1)),
}  # fmt: skip


@pytest.mark.parametrize("name", OF_A_LOOP)
def test_the_search_sees_every_outcome_between_a_loop_and_a_thread(name: str) -> None:
    make, in_loop, in_thread = OF_A_LOOP[name]

    async def program() -> str:
        shared, seen = make(), [None]
        thread = threading.Thread(target=lambda: in_thread(shared))
        thread.start()
        await asyncio.sleep(0)
        seen[0] = in_loop(shared)
        await asyncio.to_thread(thread.join)
        return repr(seen)

    searched = harness.explore(program, strategy="exhaustive", schedules=3000)
    sampled = harness.explore(program, strategy="random", schedules=100)
    assert searched.verdict == "proved"
    assert set(sampled.outcomes) <= set(searched.outcomes)
    assert len(searched.outcomes) == 2


@pytest.mark.parametrize("name", CASES)
def test_the_search_sees_every_outcome_that_a_sample_shows(name: str) -> None:
    make, one, other = CASES[name]

    def program() -> str:
        shared, seen = make(), [None, None]

        def first() -> None:
            seen[0] = one(shared)

        def second() -> None:
            seen[1] = other(shared)

        threads = [threading.Thread(target=function) for function in (first, second)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return repr(seen)

    searched = harness.explore(program, strategy="exhaustive", schedules=3000)
    sampled = harness.explore(program, strategy="random", schedules=60)
    assert searched.verdict == "proved"
    assert set(sampled.outcomes) <= set(searched.outcomes)
    assert len(searched.outcomes) >= 2, "the two do not even meet"
