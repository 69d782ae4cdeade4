"""Iterators and generators that two threads share, and functions that walk what they are given."""

from __future__ import annotations

import collections
import functools
import itertools
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.strategies.shared_state.case import Case


class Counting:
    def __init__(self) -> None:
        self.count = 0

    def __iter__(self) -> Counting:
        return self

    def __next__(self) -> int:
        self.count += 1
        return self.count


class Indexed:
    """Walked by the old protocol, item by item."""

    def __init__(self) -> None:
        self.items = [1, 2]

    def __getitem__(self, index: int) -> int:
        return self.items[index]

    def __len__(self) -> int:
        return len(self.items)


def counting() -> Iterator[int]:
    yield 1
    yield 2
    yield 3


def receiving() -> Iterator[Any]:
    got: Any = None
    while True:
        got = yield got


def started() -> Any:
    made = receiving()
    next(made)
    return made


def step(iterator: Any) -> Any:
    try:
        return next(iterator, None)
    except ValueError as exc:
        return str(exc)


def tried(function: Any, *args: Any) -> Any:
    try:
        return function(*args)
    except (RuntimeError, StopIteration, ValueError) as exc:
        return repr(exc)


def all_of(iterator: Any) -> Any:
    try:
        return [each for each in iterator]  # noqa: C416
    except (RuntimeError, ValueError) as exc:
        return str(exc)


def sent(generator: Any, value: int) -> Any:
    try:
        return generator.send(value)
    except (StopIteration, ValueError) as exc:
        return repr(exc)


def closed(generator: Any) -> Any:
    try:
        return generator.close()
    except ValueError as exc:
        return str(exc)


def delegated(generator: Any) -> Any:
    def outer() -> Iterator[int]:
        yield from generator

    return all_of(outer())


def unpacked(iterator: Any) -> Any:
    try:
        first, *_ = iterator
    except ValueError as exc:
        return str(exc)
    return first


CASES: dict[str, Case] = {
    "count": (itertools.count, lambda o: next(o), lambda o: next(o)),
    "count printed": (itertools.count, lambda o: next(o), lambda o: repr(o)),
    "generator": (counting, step, step),
    "generator in two loops": (counting, all_of, all_of),
    "generator closed": (counting, step, closed),
    "generator sent to": (started, lambda o: sent(o, 1), lambda o: sent(o, 2)),
    "generator in a list": (counting, lambda o: tried(list, o), step),
    "generator unpacked": (counting, unpacked, step),
    "generator delegated to": (counting, delegated, step),
    "generator searched": (counting, lambda o: tried(lambda: 2 in o), step),
    "generator's frame": (counting, step, lambda o: o.gi_frame is not None and o.gi_frame.f_lasti),
    "generator expression": (lambda: (n for n in (1, 2)), step, step),
    "generator summed": (counting, lambda o: tried(lambda: sum(o)), step),
    "iterator of a list": (lambda: iter([1, 2, 3]), step, step),
    "iterator of a list in a tuple": (lambda: (iter([1, 2, 3]),), lambda o: step(o[0]), lambda o: list(o[0])),
    "iterator of a growing list": (
        lambda: (lambda items: (items, iter(items)))([]), lambda o: o[0].append(1), lambda o: next(o[1], None),
    ),
    "iterator of a growing dictionary": (
        lambda: (lambda items: (items, iter(items)))({}), lambda o: o[0].update(a=1), lambda o: all_of(o[1]),
    ),
    "length of an iterator": (lambda: iter([1, 2]), lambda o: o.__length_hint__(), lambda o: next(o)),
    "iterator by its method": (lambda: iter([1, 2]), lambda o: o.__next__(), lambda o: o.__next__()),
    "iterator of the program": (Counting, step, step),
    "callable and sentinel": (lambda: iter([1, 2].pop, 1), step, step),
    "zip": (lambda: zip([1, 2], [3, 4], strict=True), step, step),
    "zip over a shared list": (
        list, lambda o: o.append(1), lambda o: list(zip(o, [5, 6], strict=False)),
    ),
    "map": (lambda: map(str, [1, 2]), step, step),
    "map over a shared list": (list, lambda o: o.append(1), lambda o: list(map(str, o))),
    "lazy map over a shared list": (list, lambda o: o.append(1), lambda o: [each for each in map(str, o)]),  # noqa: C416
    "filter": (lambda: filter(None, [1, 2]), step, step),
    "enumerate": (lambda: enumerate("ab"), step, step),
    "enumerate over a shared list": (list, lambda o: o.append(1), lambda o: [n for n, _ in enumerate(o)]),
    "reversed": (lambda: reversed([1, 2]), step, step),
    "backwards": (list, lambda o: list(reversed(o)), lambda o: o.append(1)),
    "backwards over a dictionary": (dict, lambda o: all_of(reversed(o)), lambda o: o.update(a=1)),
    "first of an iterator": (list, lambda o: next(iter(o), None), lambda o: o.append(1)),
    "islice": (lambda: itertools.islice([1, 2], 2), step, step),
    "islice over a shared list": (list, lambda o: list(itertools.islice(o, 2)), lambda o: o.append(1)),
    "chain": (lambda: itertools.chain([1], [2]), step, step),
    "chain over a shared list": (list, lambda o: list(itertools.chain(o, [1])), lambda o: o.append(1)),
    "chain over nested lists": (
        lambda: [[]], lambda o: list(itertools.chain.from_iterable(o)), lambda o: o[0].append(1),
    ),
    "chain walked in a loop": (
        list, lambda o: [each for each in itertools.chain(o, [1])], lambda o: o.append(1),  # noqa: C416
    ),
    "cycle": (lambda: itertools.cycle([1, 2]), step, step),
    "accumulate": (lambda: itertools.accumulate([1, 2]), step, step),
    "groupby": (list, lambda o: [key for key, _ in itertools.groupby(o)], lambda o: o.append(1)),
    "product": (list, lambda o: list(itertools.product(o, [1])), lambda o: o.append(1)),
    "tee": (
        lambda: itertools.tee([1, 2]), lambda o: step(o[0]), lambda o: setattr(collections, "_", 0) or step(o[0]),
    ),
    "pairwise": (lambda: itertools.pairwise([1, 2, 3]), step, step),
    "starmap": (lambda: itertools.starmap(pow, [(1, 2), (3, 2)]), step, step),
    "old protocol": (Indexed, lambda o: list(o), lambda o: o.items.append(3)),
    "reduced": (
        lambda: [1], lambda o: functools.reduce(lambda a, b: a + b, o), lambda o: o.append(2),
    ),
    "summed": (lambda: [1], lambda o: sum(o), lambda o: o.append(2)),
    "largest": (lambda: [1], lambda o: max(o), lambda o: o.append(2)),
    "largest by its value": (lambda: {"a": 1}, lambda o: tried(lambda: max(o, key=o.get)), lambda o: o.update(b=2)),
    "all of them": (lambda: [1], lambda o: all(o), lambda o: o.append(0)),
    "sorted by a callback": (lambda: [2, 1], lambda o: sorted(o, key=lambda each: -each), lambda o: o.append(3)),
    "filtered": (lambda: [1], lambda o: list(filter(None, o)), lambda o: o.append(2)),
}  # fmt: skip
