"""A lost update: read, overwritten by somebody else, written from the stale read."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings

import harness
from harness.model.event import SIZE, WHOLE, History
from harness.model.kind import Kind
from harness.oracles import LostUpdateEvents, find_lost_updates
from tests.programs import Box, in_threads
from tests.timeline.made import events, history, made


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("0 reads x, 1 writes x, 0 writes x", [(0, 1, 2)]),
        ("0 reads x, 1 writes x, 0 reads x, 0 writes x", []),
        ("0 reads x, 0 writes x, 1 writes x", []),
        ("0 reads x, 1 writes y, 0 writes x", []),
        ("1 writes x, 0 reads x, 0 writes x", []),
        ("0 reads x, 1 writes x, 0 writes y", []),
        ("0 reads x, 1 writes x, 0 writes x, 0 writes x", [(0, 1, 2)]),
        ("0 reads x, 1 writes x, 2 writes x, 0 writes x", [(0, 2, 3)]),
        ("0 reads x, 1 reads x, 1 writes x, 0 writes x", [(0, 2, 3)]),
        ("0 reads x, 1 reads x, 0 writes x, 1 writes x", [(1, 2, 3)]),
        ("0 reads x, 0 reads x, 1 writes x, 0 writes x", [(1, 2, 3)]),
        ("0 reads x, 1 writes x, 0 writes x, 1 writes x", [(0, 1, 2)]),
        ("0 reads x, 1 writes x, 1 writes x, 0 writes x", [(0, 2, 3)]),
        ("0 writes x, 1 writes x, 0 writes x", []),
    ],
)
def test_is_found_where_it_is(text: str, found: list[tuple[int, int, int]]) -> None:
    assert find_lost_updates(made(text)) == [LostUpdateEvents(*each) for each in found]


def by_definition(past: History) -> list[tuple[int, int, int]]:
    """The definition, word for word and without a thought for its cost."""
    found = []
    for stale, (lane, kind, serial, key, _) in enumerate(past.events):
        if kind not in (Kind.WRITE, Kind.RESIZE) or key in (WHOLE, SIZE):
            continue
        here = [
            (index, each)
            for index, each in enumerate(past.events[:stale])
            if each[2:4] == (serial, key) and each[1] < 3
        ]
        mine = [(index, each[1]) for index, each in here if each[0] == lane]
        if not mine or mine[-1][1] != Kind.READ:
            continue
        lost = [index for index, each in here if each[0] != lane and each[1] != Kind.READ and index > mine[-1][0]]
        if lost:
            found.append((mine[-1][0], lost[-1], stale))
    return found


@settings(max_examples=300)
@given(events)
def test_is_what_the_definition_says(found: list[Any]) -> None:
    past = history(found)
    assert find_lost_updates(past) == by_definition(past)


def outcome(program: Any) -> harness.Exploration:
    return harness.explore(program, strategy="exhaustive")


def test_two_tasks_of_one_loop_lose_updates_only_across_an_await() -> None:
    def program(pause: bool) -> Any:
        async def run() -> None:
            box = Box()

            async def add() -> None:
                seen = box.value
                if pause:
                    await asyncio.sleep(0)
                box.value = seen + 1

            await asyncio.gather(add(), add())

        return run

    assert outcome(program(pause=False)).lost_update_count == 0
    assert outcome(program(pause=True)).lost_update_count == 1


def test_items_and_attributes_of_different_names_are_different_places() -> None:
    def program() -> None:
        jobs = {"a": 0, "b": 0}

        def add(name: str) -> Any:
            def add() -> None:
                jobs[name] += 1

            return add

        in_threads(add("a"), add("b"))

    assert outcome(program).lost_updates == ()


def test_values_that_are_equal_are_lost_all_the_same() -> None:
    def program() -> None:
        box = Box()

        def touch() -> None:
            box.value = box.value

        in_threads(touch, touch)

    assert outcome(program).lost_update_count > 0


def test_a_list_loses_nothing_when_two_append_to_it() -> None:
    def program() -> int:
        items: list[int] = []

        def append() -> None:
            if len(items) < 2:
                items.append(1)

        in_threads(append, append)
        return len(items)

    result = outcome(program)
    assert set(result.outcomes) == {2}
    assert result.lost_updates == ()


def test_a_dictionary_loses_what_two_get_and_set() -> None:
    def program() -> int:
        counts: dict[str, int] = {}

        def count() -> None:
            counts["a"] = counts.get("a", 0) + 1

        in_threads(count, count)
        return counts["a"]

    result = outcome(program)
    assert set(result.outcomes) == {1, 2}
    assert [update.location for update in result.lost_updates] == ["counts['a']"]
