"""Each access of the source is announced once, before it happens, by object, key, kind and line."""

from __future__ import annotations

import collections
import copy
import dataclasses
import functools
from typing import Any

import pytest

from harness.instrument import hooks
from harness.model.event import SIZE, WHOLE
from harness.model.kind import Kind
from tests.recorder import recorded, told

READ, WRITE, RESIZE = Kind.READ, Kind.WRITE, Kind.RESIZE


class Thing:
    shared = 1
    cached_calls = 0

    def __init__(self) -> None:
        self.x = 1
        self.items = [1, 2]

    def method(self) -> int:
        return 1

    @property
    def twice(self) -> int:
        return self.x * 2

    @functools.cached_property
    def cached(self) -> int:
        return 3

    @staticmethod
    def static() -> int:
        return 1


class Slotted:
    __slots__ = ("x",)

    def __init__(self) -> None:
        self.x = 1


class Jobs(dict[str, int]):
    pass


@dataclasses.dataclass
class Record:
    x: int = 1


def assign(target: Any) -> None:
    target.x = 2


def augment(target: Any) -> None:
    target.x += 2


def delete(target: Any) -> None:
    del target.x


@pytest.mark.parametrize("make", [Thing, Slotted])
def test_attributes_are_read_written_and_deleted(make: Any) -> None:
    assert told(lambda thing: thing.x, make()) == [("x", READ)]
    assert told(assign, make()) == [("x", WRITE)]
    assert told(augment, make()) == [("x", READ), ("x", WRITE)]
    assert told(delete, make()) == [("x", WRITE)]
    assert told(lambda thing: setattr(thing, "x", 3), make()) == [("x", WRITE)]
    assert told(lambda thing: (getattr(thing, "x"), hasattr(thing, "x")), make()) == [("x", READ)] * 2  # noqa: B009
    assert told(lambda thing: getattr(thing, "y", 1), Thing()) == [("y", READ)] * 2  # nor has the class one


def test_what_never_changes_is_no_access() -> None:
    thing = Thing()
    assert told(lambda: thing.method()) == []
    assert told(lambda: (thing.__class__, thing.static(), len((1, 2)), "x".upper())) == []


def test_a_property_is_what_its_body_does() -> None:
    thing = Thing()
    assert told(lambda: thing.twice) == [("x", READ)]


def test_a_value_of_the_class_is_read_from_object_and_class_and_written_to_the_object() -> None:
    thing = Thing()
    both = [(thing, "shared"), (Thing, "shared")]
    assert [(obj, key) for obj, key, _ in recorded(lambda: thing.shared).told] == both
    recorder = recorded(lambda: setattr(thing, "shared", 5))
    assert recorder.told == [(thing, "shared", WRITE)]
    assert [(obj, key) for obj, key, _ in recorded(lambda: thing.shared).told] == [(thing, "shared")]
    assert recorded(lambda: Thing.shared).told == [(Thing, "shared", READ)]


def item(jobs: Any) -> None:
    jobs["a"]


def set_item(jobs: Any) -> None:
    jobs["a"] = 2


def new_item(jobs: Any) -> None:
    jobs["new"] = 2


def add_item(jobs: Any) -> None:
    jobs["a"] += 2


def delete_item(jobs: Any) -> None:
    del jobs["a"]


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (item, [("a", READ)]),
        (set_item, [("a", WRITE)]),
        (new_item, [("new", RESIZE)]),
        (add_item, [("a", READ), ("a", WRITE)]),
        (delete_item, [("a", RESIZE)]),
        (lambda jobs: jobs.get("a"), [("a", READ)]),
        (lambda jobs: "a" in jobs, [("a", READ)]),
        (lambda jobs: "a" not in jobs, [("a", READ)]),
        (lambda jobs: len(jobs), [(SIZE, READ)]),
        (lambda jobs: bool(jobs), [(SIZE, READ)]),
        (lambda jobs: 1 if jobs else 2, [(SIZE, READ)]),
        (lambda jobs: not jobs, [(SIZE, READ)]),
        (lambda jobs: jobs.pop("a"), [("a", RESIZE)]),
        (lambda jobs: jobs.setdefault("a", 1), [("a", RESIZE)]),
        (lambda jobs: jobs.update(b=2), [(WHOLE, RESIZE)]),
        (lambda jobs: jobs.clear(), [(WHOLE, RESIZE)]),
        (lambda jobs: list(jobs), [(WHOLE, READ)]),
        (lambda jobs: list(jobs.values()), [(WHOLE, READ)]),
        (lambda jobs: sorted(jobs.keys()), [(SIZE, READ)]),
        (lambda jobs: [*jobs], [(WHOLE, READ)]),
        (lambda jobs: dict(jobs), [(WHOLE, READ)]),
        (lambda jobs: copy.copy(jobs), [(WHOLE, READ)]),
        (lambda jobs: [key for key in jobs], [(SIZE, READ)] * 3),  # noqa: C416
        (lambda jobs: [value for value in jobs.values()], [(SIZE, READ), *[(WHOLE, READ)] * 2]),  # noqa: C416
    ],
)
def test_a_dictionary_is_accessed_by_key_size_or_whole(function: Any, expected: list[Any]) -> None:
    assert told(function, {"a": 1}) == expected


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda numbers: numbers[0], [(0, READ)]),
        (lambda numbers: numbers[-1], [(WHOLE, READ)]),
        (lambda numbers: numbers[0:1], [(WHOLE, READ)]),
        (lambda numbers: numbers.append(3), [(WHOLE, RESIZE)]),
        (lambda numbers: numbers.pop(), [(WHOLE, RESIZE)]),
        (lambda numbers: 1 in numbers, [(WHOLE, READ)]),
        (lambda numbers: sum(numbers), [(WHOLE, READ)]),
        (lambda numbers: max(*numbers), [(WHOLE, READ)]),
        (lambda numbers: [number for number in numbers], [(WHOLE, READ)] * 3),  # noqa: C416
    ],
)
def test_a_list_is_accessed_by_index_size_or_whole(function: Any, expected: list[Any]) -> None:
    assert told(function, [1, 2]) == expected


def test_reading_a_defaultdict_may_make_the_item() -> None:
    assert told(item, collections.defaultdict(int)) == [("a", RESIZE)]
    assert told(item, collections.defaultdict(int, a=1)) == [("a", READ)]


def test_items_of_a_subclass_of_dict_are_not_its_attributes() -> None:
    jobs = Jobs(a=1)
    assert told(item, jobs) == [(("[]", "a"), READ)]
    assert told(lambda: jobs.get("a")) == [(("[]", "a"), READ)]


@pytest.mark.parametrize(
    "copied",
    [
        lambda record: copy.copy(record),
        lambda record: copy.deepcopy(record),
        lambda record: dataclasses.asdict(record),
        lambda record: dataclasses.replace(record, x=2),
    ],
)
def test_copying_an_object_reads_all_its_fields(copied: Any) -> None:
    record = Record()
    assert recorded(copied, record).told == [(record, WHOLE, READ)]


@pytest.mark.parametrize("given", [lambda record: vars(record), lambda record: record.__dict__])
def test_whoever_has_the_dictionary_of_an_object_may_write_to_it(given: Any) -> None:
    record = Record()
    assert recorded(given, record).told == [(record, WHOLE, WRITE)]


counter = 0


def count() -> None:
    global counter
    counter += 1


def test_a_global_that_a_function_rebinds_is_read_and_written() -> None:
    assert told(count) == [("counter", READ), ("counter", WRITE)]
    assert counter == 1


def test_a_closure_variable_that_is_rebound_is_read_and_written() -> None:
    value = 1

    def change() -> None:
        nonlocal value
        value += 1

    recorder = recorded(change)
    assert [(key, kind) for _, key, kind in recorder.told] == [("value", READ), ("value", WRITE)]
    assert recorder.values == [1, 2]
    assert value == 2


def test_each_round_of_a_while_loop_is_a_step() -> None:
    def loop() -> None:
        number = 0
        while number < 5:
            number += 1

    assert recorded(loop).steps == 6


def test_a_listener_learns_the_value_that_was_read_or_written() -> None:
    thing = Thing()
    assert recorded(augment, thing).values == [1, 3]
    assert recorded(add_item, {"a": 5}).values == [5, 7]
    assert recorded(lambda: len(thing.items)).values == [[1, 2], 2]


def test_a_site_says_where_and_what_the_source_does() -> None:
    site = recorded(augment, Thing()).sites[1]
    assert (site.file, site.line, site.function) == (__file__, augment.__code__.co_firstlineno + 1, "augment")
    assert (site.op, site.text, site.base) == ("write", "target.x", "target")


def test_without_a_listener_hooks_are_the_plain_operations() -> None:
    hooks.listen(None)
    thing, site = Thing(), None
    assert hooks.load_attr(thing, "x", site) == 1  # type: ignore[arg-type]
    hooks.store_attr(5, thing, "x", site)  # type: ignore[arg-type]
    assert hooks.load_item([7], 0, site) == 7  # type: ignore[arg-type]
    assert thing.x == 5
