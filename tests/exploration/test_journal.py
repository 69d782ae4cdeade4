"""Each execution begins as the first one did, whatever an execution changes of what is older than it."""

from __future__ import annotations

import collections
import contextvars
import decimal
import enum
import functools
import importlib
import itertools
import os
import random
import threading
import weakref
from array import array
from pathlib import Path
from typing import Any

import pytest

import harness
from tests.programs import in_threads

INSTANCE: Any = None
CACHE: dict[str, object] = {}
DEFAULTS: collections.defaultdict[str, list[int]] = collections.defaultdict(list)
ORDERED: collections.OrderedDict[str, int] = collections.OrderedDict()
COUNTS: collections.Counter[str] = collections.Counter()
REGISTRY: set[str] = set()
LISTENERS: list[str] = []
PENDING: collections.deque[int] = collections.deque()
FLAGS = bytearray(1)
NUMBERS = array("i", [0])
IDS = itertools.count(1)
NEXT_ID = itertools.count(1).__next__
DICE = random.Random(7)
USER: contextvars.ContextVar[str] = contextvars.ContextVar("USER", default="")
READY = threading.Event()
MADE: list[int] = []


class Service:
    instance: Any = None
    made = 0
    names: dict[str, int] = {}  # noqa: RUF012

    @functools.cached_property
    def value(self) -> object:
        Service.made += 1
        return object()


class Slotted:
    __slots__ = ("owner",)


class Color(enum.Enum):
    RED = 1


class Weak:
    pass


SERVICE, SLOTTED, OWNED = Service(), Slotted(), Weak()
WEAK: weakref.WeakValueDictionary[str, Weak] = weakref.WeakValueDictionary()


@functools.cache
def cached() -> object:
    MADE.append(1)
    return object()


def with_default(known: list[int] = []) -> bool:  # noqa: B006
    is_new = not known
    known.append(1)
    return is_new


def module_global() -> bool:
    global INSTANCE
    is_new = INSTANCE is None
    if is_new:
        INSTANCE = object()
    return is_new


def module_dict() -> bool:
    is_new = "k" not in CACHE
    if is_new:
        CACHE["k"] = object()
    return is_new


def class_attribute() -> bool:
    is_new = Service.instance is None
    if is_new:
        Service.instance = object()
    return is_new


def class_dict() -> bool:
    is_new = "a" not in Service.names
    Service.names["a"] = 1
    return is_new


def new_class_attribute() -> bool:
    is_new = not hasattr(Service, "later")
    Service.later = 1  # type: ignore[attr-defined]
    return is_new


def counter_of_class() -> bool:
    Service.made += 1
    return Service.made == 1


def registry() -> bool:
    is_new = "plugin" not in REGISTRY
    REGISTRY.add("plugin")
    return is_new


def list_of_listeners() -> bool:
    is_new = not LISTENERS
    LISTENERS.append("one")
    return is_new


def taken_from_a_deque() -> bool:
    PENDING.append(1)
    return len(PENDING) == 1


def default_dict() -> bool:
    DEFAULTS["a"].append(1)
    return DEFAULTS["a"] == [1]


def ordered_dict() -> bool:
    ORDERED["a"] = ORDERED.get("a", 0) + 1
    return ORDERED["a"] == 1


def counter() -> bool:
    COUNTS["a"] += 1
    return COUNTS["a"] == 1


def bytes_in_place() -> bool:
    FLAGS[0] += 1
    return FLAGS[0] == 1


def numbers_in_place() -> bool:
    NUMBERS[0] += 1
    return NUMBERS[0] == 1


def ids() -> bool:
    return next(IDS) == 1


def ids_by_method() -> bool:
    return NEXT_ID() == 1


def dice() -> bool:
    return DICE.random() == random.Random(7).random()


def function_attribute() -> bool:
    is_new = not hasattr(function_attribute, "seen")
    function_attribute.seen = True  # type: ignore[attr-defined]
    return is_new


def enum_member() -> bool:
    is_new = not hasattr(Color.RED, "seen")
    Color.RED.seen = True  # type: ignore[attr-defined]
    return is_new


def slot() -> bool:
    is_new = not hasattr(SLOTTED, "owner")
    SLOTTED.owner = 1  # type: ignore[attr-defined]
    return is_new


def environment() -> bool:
    is_new = "RACE_TEST_OF_JOURNAL" not in os.environ
    os.environ["RACE_TEST_OF_JOURNAL"] = "1"
    return is_new


def weak_values() -> bool:
    is_new = "a" not in WEAK
    WEAK["a"] = OWNED
    return is_new


def lru_cache() -> bool:
    before = cached.cache_info().currsize
    cached()
    return before == 0


def cached_property_of_a_module() -> bool:
    is_new = "value" not in vars(SERVICE)
    assert SERVICE.value is not None
    return is_new


def context_variable() -> bool:
    is_new = not USER.get()
    USER.set("somebody")
    return is_new


def decimal_context() -> bool:
    is_new = decimal.getcontext().prec == 28
    decimal.getcontext().prec = 5
    return is_new


def event_of_a_module() -> bool:
    is_new = not READY.is_set()
    READY.set()
    return is_new


FORMS = (
    module_global, module_dict, class_attribute, class_dict, new_class_attribute, counter_of_class, registry,
    list_of_listeners, taken_from_a_deque, default_dict, ordered_dict, counter, bytes_in_place, numbers_in_place, ids,
    ids_by_method, dice, function_attribute, enum_member, slot, environment, weak_values, lru_cache,
    cached_property_of_a_module, context_variable, decimal_context, event_of_a_module, with_default,
)  # fmt: skip


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_every_execution_finds_what_the_first_one_found_and_so_does_the_caller(form: Any) -> None:
    def program() -> bool:
        in_threads(lambda: None)
        return bool(form())

    for strategy in ("random", "auto"):
        result = harness.explore(program, strategy=strategy, schedules=4)
        assert set(result.outcomes) == {True}, strategy


ONCE = (
    module_global, module_dict, class_attribute, class_dict, new_class_attribute, registry, list_of_listeners,
    with_default, slot, weak_values, environment,
)  # fmt: skip


@pytest.mark.parametrize("form", ONCE, ids=lambda form: form.__name__)
@pytest.mark.parametrize("strategy", ["exhaustive", "auto", "random"])
def test_the_race_to_be_the_first_is_found(form: Any, strategy: str) -> None:
    def program() -> None:
        made: list[bool] = []
        in_threads(*[lambda: made.append(form())] * 2)
        assert made.count(True) == 1

    assert harness.explore(program, strategy=strategy, schedules=300).verdict == "failed"


def test_what_is_only_collected_is_left_to_who_collects_it() -> None:
    seen: list[int] = []

    def program() -> None:
        seen.append(1)

    result = harness.explore(program, strategy="random", schedules=7)
    assert result.schedules == 7
    assert len(seen) >= 7


def test_a_counter_of_a_closure_begins_anew() -> None:
    count = 0

    def program() -> int:
        nonlocal count
        count += 1
        return count

    assert set(harness.explore(program, strategy="random", schedules=5).outcomes) == {1}
    assert count == 0


def test_what_an_import_does_belongs_to_no_execution(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "plugin_of_journal.py").write_text(
        "import tests.exploration.test_journal as t\nt.CACHE['plugin'] = 1\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))

    def program() -> bool:
        known = "plugin" in CACHE
        importlib.import_module("plugin_of_journal")
        CACHE["other"] = 2
        return known and "plugin" in CACHE

    try:
        result = harness.explore(program, strategy="random", schedules=5)
        assert dict(result.outcomes) == {True: 5}
        assert "other" not in CACHE
    finally:
        CACHE.clear()


def test_an_import_that_fails_is_the_programs() -> None:
    def program() -> str:
        try:
            importlib.import_module("there_is_no_such_module")
        except ImportError as error:
            return str(error)
        return ""

    assert set(harness.explore(program).outcomes) == {"No module named 'there_is_no_such_module'"}


def test_a_log_that_a_failure_alone_reads_is_no_obstacle_to_the_failure() -> None:
    log: list[int] = []

    def program() -> None:
        made: list[int] = []

        def work() -> None:
            log.append(1)
            made.append(len(made))

        in_threads(work, work)
        assert made == [0, 1], list(log)

    found = harness.explore(program, strategy="random")
    assert found.failure is not None
    assert found.failure.message.endswith("[1, 1]")


def test_nothing_is_proved_of_executions_that_read_what_others_left() -> None:
    log: list[int] = []

    def program() -> None:
        turns: list[str] = []
        in_threads(lambda: turns.append("a"), lambda: turns.append("b"))
        if turns == ["b", "a"] and len(log) > 1_000:
            raise LookupError("never reached")
        log.append(1)

    with pytest.raises(harness.NondeterminismError, match="a list that is older than the executions was written by"):
        harness.explore(program, strategy="exhaustive")
