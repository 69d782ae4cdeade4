"""Functions and objects of the standard library that look into shared state, or have some of their own."""

from __future__ import annotations

import bisect
import collections
import contextlib
import contextvars
import copy
import csv
import decimal
import fractions
import functools
import heapq
import io
import itertools
import json
import logging
import operator
import os
import pprint
import queue
import random
import re
import statistics
import string
import struct
import sys
import textwrap
import threading
import types
import weakref
from heapq import heappush as push
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.strategies.shared_state.case import Case


class Plain:
    """An object; attributes come as they are set."""


class Computed:
    loads = 0

    @functools.cached_property
    def value(self) -> int:
        self.loads += 1
        return self.loads


class Counted:
    """Counts its objects."""

    numbers: Any = itertools.count(1)

    def __init__(self) -> None:
        self.number = next(self.numbers)


@functools.lru_cache
def cached(value: int) -> object:
    return object()


calls: list[int] = []


@functools.cache
def cached_call(value: int) -> int:
    calls.append(value)
    return len(calls)


@functools.singledispatch
def dispatched(value: object) -> str:
    return "object"


def call_cleared() -> None:
    calls.clear()
    cached_call.cache_clear()


def heap_of(items: Any) -> Any:
    return heapq.heappop(items) if items else None


def numbered() -> type:
    return type("Numbered", (Counted,), {"numbers": itertools.count(1)})


def key_changing(o: Any) -> Any:
    def key(each: int) -> int:
        return -each * o.sign

    try:
        o.items.sort(key=key)
    except ValueError as exc:
        return str(exc)
    return None


def context() -> Any:
    number: Any = contextvars.ContextVar("number", default=0)
    return contextvars.copy_context(), number


def made_by(o: Any) -> Any:
    return o["a"]


def factory(calls: list[int]) -> Any:
    def make() -> int:
        calls.append(1)
        return len(calls)

    return collections.defaultdict(make)


def read_line(file: Any) -> str:
    return str(file.readline())


def put(items: Any, key: Any, value: Any = 1) -> None:
    items[key] = value


def partial_append(o: Any) -> Any:
    add = functools.partial(list.append, o)
    return add(1)


def environment() -> None:
    os.environ.pop("RACE_TEST", None)


def written_to(file: Any, data: bytes) -> Any:
    try:
        return file.write(data)
    except BufferError as exc:
        return str(exc)


def written(o: Any) -> None:
    csv.writer(o).writerow([1, 2])


CASES: dict[str, Case] = {
    # methods taken along, by every name
    "method in a variable": (list, lambda o: (lambda method: method(1))(o.append), lambda o: len(o)),
    "partial": (list, lambda o: functools.partial(o.append, 1)(), lambda o: len(o)),
    "partial of an unbound method": (list, partial_append, lambda o: len(o)),
    "mapped": (list, lambda o: list(map(o.append, [1])), lambda o: len(o)),
    "unbound method": (list, lambda o: list.append(o, 1), lambda o: len(o)),
    "unbound method of a dictionary": (dict, lambda o: dict.update(o, a=1), lambda o: o.get("a")),
    "method by getattr": (list, lambda o: getattr(o, "append")(1), lambda o: len(o)),  # noqa: B009
    "method by methodcaller": (list, lambda o: operator.methodcaller("append", 1)(o), lambda o: len(o)),
    "methodcaller in a variable": (
        lambda: ([], operator.methodcaller("append", 1)), lambda o: o[1](o[0]), lambda o: len(o[0]),
    ),
    "item by itemgetter": (lambda: [0], lambda o: operator.itemgetter(0)(o), lambda o: put(o, 0)),
    "itemgetter as a key": (
        lambda: [{"n": 1}, {"n": 2}],
        lambda o: min(o, key=operator.itemgetter("n"))["n"],
        lambda o: put(o[1], "n", 0),
    ),
    "attrgetter as a key": (
        lambda: [types.SimpleNamespace(n=1), types.SimpleNamespace(n=2)],
        lambda o: max(o, key=operator.attrgetter("n")).n,
        lambda o: setattr(o[0], "n", 5),
    ),
    "builtin in a variable": (lambda: ([], len), lambda o: o[1](o[0]), lambda o: o[0].append(1)),
    "builtin mapped": (lambda: [[]], lambda o: list(map(len, o)), lambda o: o[0].append(1)),
    "unbound method mapped": (lambda: [[]], lambda o: list(map(list.copy, o)), lambda o: o[0].append(1)),
    # functions of the library
    "heap": (list, lambda o: heapq.heappush(o, 1), lambda o: heap_of(o)),
    "heap of one": (lambda: [5], lambda o: heapq.heapreplace(o, 1), lambda o: heapq.heappushpop(o, 7)),
    "heap by another name": (list, lambda o: push(o, 1), lambda o: len(o)),
    "heap by a variable": (lambda: ([], heapq.heappush), lambda o: o[1](o[0], 1), lambda o: len(o[0])),
    "largest of a heap": (lambda: [1], lambda o: heapq.nlargest(1, o), lambda o: o.append(2)),
    "merged": (lambda: [1], lambda o: list(heapq.merge(o, [5])), lambda o: o.append(2)),
    "bisection": (lambda: [5], lambda o: bisect.insort(o, 1), lambda o: bisect.bisect(o, 3)),
    "JSON": (list, lambda o: o.append("1"), lambda o: json.dumps(o)),
    "JSON by an encoder": (list, lambda o: o.append("1"), lambda o: json.JSONEncoder().encode(o)),
    "operator": (dict, lambda o: operator.setitem(o, "a", 1), lambda o: operator.contains(o, "a")),
    "operator in place": (list, lambda o: operator.iadd(o, [1]) and None, lambda o: len(o)),
    "random numbers": (lambda: random.seed(1), lambda o: random.random(), lambda o: random.random()),
    "choice": (lambda: [1], lambda o: o.append(2), lambda o: len(random.sample(o, len(o)))),
    "shuffled": (lambda: [1, 2, 3], lambda o: random.Random(1).shuffle(o), lambda o: o[0]),
    "mean": (lambda: [1], lambda o: o.append(2), lambda o: statistics.mean(o)),
    "pretty": (list, lambda o: o.append(2), lambda o: pprint.pformat(o)),
    "template": (dict, lambda o: o.update(a=1), lambda o: string.Template("$a").safe_substitute(o)),
    "replaced by a callback": (
        list, lambda o: re.sub("a", lambda found: str(len(o)), "a"), lambda o: o.append(1),
    ),
    "packed into": (lambda: bytearray(2), lambda o: struct.pack_into("b", o, 0, 1), lambda o: o[0]),
    "wrapped": (list, lambda o: o.append("a"), lambda o: textwrap.shorten(" ".join(o), 9)),
    "attributes of a namespace": (
        lambda: types.SimpleNamespace(x=0), lambda o: dict(vars(o)), lambda o: setattr(o, "x", 1),
    ),
    "environment": (environment, lambda o: os.environ.get("RACE_TEST"), lambda o: put(os.environ, "RACE_TEST", "1")),
    # code that is called back, and what is stored afterwards
    "cache": (lambda: cached.cache_clear(), lambda o: cached.cache_info().misses, lambda o: bool(cached(1))),
    "cache filled twice": (call_cleared, lambda o: cached_call(1), lambda o: cached_call(1)),
    "cache cleared": (call_cleared, lambda o: (cached_call(1), cached_call(1)), lambda o: cached_call.cache_clear()),
    "default made twice": (lambda: factory([]), made_by, made_by),
    "sort with a key": (
        lambda: types.SimpleNamespace(items=[1, 2], sign=1), key_changing, lambda o: o.items.append(3),
    ),
    "extended by a generator": (
        lambda: ([], [1, 2]), lambda o: o[0].extend(each for each in o[1]), lambda o: len(o[0]),
    ),
    "dictionary updated by a generator": (
        lambda: ({}, ["a", "b"]), lambda o: o[0].update((each, 1) for each in o[1]), lambda o: len(o[0]),
    ),
    "registered": (
        lambda: functools.singledispatch(lambda value: "object"),
        lambda o: o(1),
        lambda o: o.register(int, lambda value: "int") and None,
    ),
    "exit stack": (
        lambda: (contextlib.ExitStack(), []), lambda o: o[0].callback(o[1].append, 1) and None,
        lambda o: o[0].close() or len(o[1]),
    ),
    "context manager": (
        lambda: contextlib.nullcontext([]), lambda o: o.enter_result.append(1), lambda o: len(o.__enter__()),
    ),
    # objects of the library
    "weak dictionary": (
        lambda: (weakref.WeakValueDictionary(), Plain()),
        lambda o: o[0].get("x") is None,
        lambda o: o[0].__setitem__("x", o[1]),
    ),
    "weak dictionary's length": (
        lambda: (weakref.WeakKeyDictionary(), Plain()), lambda o: len(o[0]), lambda o: put(o[0], o[1]),
    ),
    "weak set": (lambda: (weakref.WeakSet(), Plain()), lambda o: len(o[0]), lambda o: o[0].add(o[1])),
    "logger": (lambda: logging.Logger("one"), lambda o: o.level, lambda o: o.setLevel(10)),
    "handlers": (
        lambda: logging.Logger("one"), lambda o: o.hasHandlers(), lambda o: o.addHandler(logging.NullHandler()),
    ),
    "logged": (
        lambda: (lambda made, text: (made.addHandler(logging.StreamHandler(text)), (made, text))[1])(
            logging.Logger("one"), io.StringIO()
        ),
        lambda o: o[0].warning("first"),
        lambda o: o[1].getvalue(),
    ),
    "text": (io.StringIO, lambda o: o.write("a"), lambda o: o.getvalue()),
    "text by print": (io.StringIO, lambda o: print("a", file=o), lambda o: o.getvalue()),
    "text's position": (lambda: io.StringIO("ab"), lambda o: o.read(1), lambda o: o.tell()),
    "lines of a text": (lambda: io.StringIO("a\nb\n"), read_line, read_line),
    "text walked": (lambda: io.StringIO("a\nb\n"), lambda o: next(o, None), lambda o: list(o)),
    "CSV": (io.StringIO, written, lambda o: o.getvalue()),
    "bytes": (io.BytesIO, lambda o: o.write(b"a"), lambda o: o.getvalue()),
    "buffer of bytes": (lambda: io.BytesIO(b"a"), lambda o: o.getbuffer()[0], lambda o: written_to(o, b"b")),
    "random generator": (lambda: random.Random(1), lambda o: o.random(), lambda o: o.random()),
    "state of a random generator": (
        lambda: random.Random(1), lambda o: hash(o.getstate()), lambda o: o.seed(2),
    ),
    "context": (context, lambda o: o[0].run(o[1].set, 1) and None, lambda o: o[0].get(o[1], 0)),
    "item of a context": (context, lambda o: o[0].run(o[1].set, 1) and None, lambda o: o[1] in o[0]),
    "decimal context": (
        lambda: decimal.Context(prec=5),
        lambda o: str(o.divide(decimal.Decimal(1), decimal.Decimal(3))),
        lambda o: setattr(o, "prec", 2),
    ),
    "flags of a decimal context": (
        lambda: decimal.Context(prec=2),
        lambda o: str(o.divide(decimal.Decimal(1), decimal.Decimal(3))),
        lambda o: o.flags[decimal.Inexact],
    ),
    "fraction of a list": (lambda: [1], lambda o: fractions.Fraction(*o), lambda o: put(o, 0, 2)),
    "counter of a class": (numbered, lambda o: o().number, lambda o: o().number),
    "partial's keywords": (
        lambda: functools.partial(int, base=10), lambda o: o("10"), lambda o: o.keywords.update(base=2),
    ),
    # what objects of threading and queue are made of
    "unfinished tasks": (queue.Queue, lambda o: o.put(1), lambda o: o.unfinished_tasks),
    "inner queue": (queue.Queue, lambda o: o.put(1), lambda o: len(o.queue)),
    "value of a semaphore": (threading.Semaphore, lambda o: o.acquire(), lambda o: o._value),
    "flag of an event": (threading.Event, lambda o: o.set(), lambda o: o._flag),
    "event printed": (threading.Event, lambda o: o.set(), lambda o: "unset" in repr(o)),
    "lock printed": (threading.Lock, lambda o: o.acquire(), lambda o: repr(o).startswith("<locked")),
    "name of a thread": (
        lambda: threading.Thread(name="a"), lambda o: setattr(o, "name", "b"), lambda o: o.name,
    ),
    "daemon": (lambda: threading.Thread(), lambda o: setattr(o, "daemon", True), lambda o: o.daemon),
    "local of threads' class": (
        lambda: type("Local", (threading.local,), {"x": 0}), lambda o: o().x, lambda o: setattr(o, "x", 1),
    ),
    "copier of a deque": (collections.deque, lambda o: len(copy.deepcopy(o)), lambda o: o.append(1)),
}  # fmt: skip
if sys.version_info >= (3, 12):  # up to 3.11 it has a lock
    CASES["cached property filled twice"] = (Computed, lambda o: o.value, lambda o: o.value)
