"""A token makes the same execution again, with everything that can be known about it, or says why it cannot."""

from __future__ import annotations

import asyncio
import dataclasses
import importlib
import linecache
import os
import random
import sys
import threading
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import harness
from harness.model.kind import Kind
from harness.model.token import Token
from tests.programs import Box, failure_of, in_threads

if TYPE_CHECKING:
    from collections.abc import Iterator


def loses_one() -> int:
    box = Box()

    def add() -> None:
        box.value += 1

    in_threads(add, add)
    assert box.value == 2, f"{box.value} is not 2"
    return box.value


def test_an_execution_has_the_failure_with_the_same_token() -> None:
    found = failure_of(loses_one)
    execution = harness.replay(loses_one, found.token)
    assert execution.failure is not None
    assert execution.failure.token == found.token
    assert (execution.failure.kind, execution.failure.message) == (found.kind, found.message)
    assert (execution.failure.place, execution.failure.preemptions) == (found.place, found.preemptions)
    assert execution.outcome is None
    assert execution.decisions > 0
    assert str(execution.failure) == str(found)


def test_an_execution_has_a_history_with_values_lines_and_names() -> None:
    history = harness.replay(loses_one, failure_of(loses_one).token).history
    accesses = [
        (index, event)
        for index, event in enumerate(map(history.event, range(len(history))))
        if event.kind in (Kind.READ, Kind.WRITE)
    ]
    assert [history.values[index] for index, event in accesses if event.key == "value"][:3] == ["0", "0", "0"]
    assert all(event.site is not None and event.site.line for _, event in accesses)
    assert {history.labels[event.object] for _, event in accesses if event.key == "value"} == {"Box"}
    assert [lane.name for lane in history.lanes] == ["main", "add", "add"]


def test_an_execution_has_its_lost_updates() -> None:
    (update,) = harness.replay(loses_one, failure_of(loses_one).token).lost_updates
    assert update.location == "box.value"
    assert update.read_event < update.lost_event < update.stale_event


def test_the_label_before_the_colon_may_be_left_out() -> None:
    token = failure_of(loses_one).token
    assert harness.replay(loses_one, token.rpartition(":")[2]).failure is not None
    assert harness.replay(loses_one, f"  {token}\n").failure is not None


def test_a_replay_that_passes_has_an_outcome_and_no_failure() -> None:
    def program() -> int:
        return loses_one() if broken else 7

    broken = True
    token = failure_of(program, strategy="random").token
    assert harness.replay(program, token).failure is not None

    def plain() -> int:
        return 7

    empty = failure_of_nothing(plain)
    execution = harness.replay(plain, empty)
    assert (execution.outcome, execution.failure, execution.lost_updates) == (7, None, ())


def failure_of_nothing(program: Any) -> str:
    """The token of the default order."""
    from harness.exploration.session import Session
    from harness.strategies.random import RandomStrategy

    with Session(program) as session:
        return str(session.token(session.run(RandomStrategy(0), detail=True)))


def test_what_was_detected_is_detected_again() -> None:
    def program() -> None:
        box = Box()

        def add() -> None:
            box.value += 1

        in_threads(add, add)

    found = failure_of(program, detect=("data-race", "lost-update"))
    again = harness.replay(program, found.token).failure
    assert again is not None
    assert (again.kind, again.token) == (found.kind, found.token)
    plain = str(dataclasses.replace(Token.parse(found.token), detect=()))
    assert harness.replay(program, plain).failure is None
    asked = harness.replay(program, plain, detect=(found.kind,)).failure
    assert asked is not None and asked.kind == found.kind
    with pytest.raises(harness.UsageError, match="cannot detect"):
        harness.replay(program, plain, detect=("lost",))


def test_what_was_instrumented_is_instrumented_again() -> None:
    found = failure_of(loses_one, instrument=("harness.stores.job",))
    again = harness.replay(loses_one, found.token).failure
    assert again is not None
    assert again.token == found.token != failure_of(loses_one).token


def test_a_long_execution_is_as_long_again() -> None:
    def program() -> None:
        box = Box()
        for _ in range(25_000):
            box.value = 1
        raise ValueError(box.value)

    found = failure_of(program, max_steps=100_000, strategy="random")
    assert found.kind == "exception"
    again = harness.replay(program, found.token).failure
    assert again is not None and again.kind == "exception"


def test_a_livelock_is_made_again() -> None:
    def program() -> None:
        while True:
            pass

    token = failure_of(program, max_steps=1000).token
    assert harness.replay(program, token).failure.kind == "livelock"


def test_an_order_of_ready_callbacks_is_made_again() -> None:
    async def program() -> None:
        order: list[int] = []
        for number in range(4):
            asyncio.get_running_loop().call_soon(order.append, number)
        await asyncio.sleep(0.1)
        assert order[0] != 3

    found = failure_of(program, order="any")
    assert found.token == harness.replay(program, found.token).failure.token


def test_a_token_that_is_damaged_or_of_another_program_is_refused() -> None:
    token = failure_of(loses_one).token
    with pytest.raises(harness.TokenError, match="damaged"):
        harness.replay(loses_one, token[:-2])
    with pytest.raises(harness.TokenError, match=r"made for .*loses_one, and this is .*<lambda>"):
        harness.replay(lambda: None, token)
    with pytest.raises(harness.TokenError):
        harness.replay(loses_one, "")


SOURCE = """
import threading


def program():
    counts = {"n": 0}

    def work():
        counts["n"] = counts["n"] + 1

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    assert counts["n"] == 2


def other():
    return 1
"""


@pytest.fixture
def edited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Writes a module anew, and returns its program."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    made = tmp_path / "changing.py"
    made.write_text(SOURCE)
    module = importlib.import_module("changing")

    def edit(text: str) -> Any:
        made.write_text(text)
        linecache.clearcache()
        return importlib.reload(module).program

    yield edit
    del sys.modules["changing"]


@pytest.mark.parametrize(
    "text",
    [
        SOURCE + "# a comment",
        SOURCE.replace("return 1", "return 2"),
        SOURCE + "\n\ndef third():\n    pass\n",
        '"""Races."""' + SOURCE,
        SOURCE.replace("def program():", 'def program():\n    """Adds."""\n'),
        SOURCE.replace("    def work", "\n    def work"),
        SOURCE.replace("for thread in threads: thread.start()", "for thread in threads:\n        thread.start()"),
    ],
)
def test_a_token_outlives_an_edit_that_its_execution_never_comes_to(edited: Any, text: str) -> None:
    token = failure_of(edited(SOURCE)).token
    assert harness.replay(edited(text), token).failure is not None


@pytest.mark.parametrize(
    "text",
    [
        SOURCE.replace('counts["n"] + 1', '1 + counts["n"]'),
        SOURCE.replace("range(2)", "range(3)"),
        SOURCE.replace("def work():", "def work(by=1):"),
        SOURCE.replace("    assert", "    counts.clear()\n    assert"),
    ],
)
def test_a_token_is_refused_when_a_function_of_its_execution_has_changed(edited: Any, text: str) -> None:
    token = failure_of(edited(SOURCE)).token
    with pytest.raises(harness.TokenError, match="has changed since"):
        harness.replay(edited(text), token)


numbers = iter(range(1_000_000))


def test_a_program_that_counts_its_executions_is_nondeterministic() -> None:
    def program() -> None:
        assert next(numbers) != 5

    with pytest.raises(harness.NondeterminismError, match=r"did not fail when it was made again.* not under control"):
        harness.explore(program, strategy="random")


def test_a_replay_that_cannot_follow_names_the_decision_and_who_can_go_on() -> None:
    def program() -> None:
        if threads:
            loses_one()

    threads = True
    token = failure_of(program).token

    def without(token: str) -> None:
        harness.replay(program, token)

    without(token)
    threads = False
    with pytest.raises(harness.NondeterminismError, match="recorded decisions were come to"):
        without(token)


@pytest.mark.parametrize(
    "draw",
    [
        lambda: os.urandom(4),
        random.random,
        lambda: random.Random().random(),
        lambda: uuid.uuid4().int,
        lambda: random.SystemRandom().random(),
    ],
    ids=["os.urandom", "random.random", "random.Random", "uuid.uuid4", "random.SystemRandom"],
)
def test_random_numbers_are_the_same_in_every_execution(draw: Any) -> None:
    def program() -> Any:
        return draw(), draw()

    result = harness.explore(program, strategy="random", schedules=5)
    assert len(result.outcomes) == 1
    ((first, second),) = result.outcomes
    assert first != second


def test_random_numbers_of_everybody_else_are_left_alone() -> None:
    random.seed(1)
    expected = random.Random(1)
    harness.explore(lambda: random.random(), schedules=3)
    assert random.random() == expected.random()


def test_sets_of_tasks_are_walked_in_the_same_order_in_every_execution() -> None:
    async def program() -> tuple[str, ...]:
        tasks = {asyncio.create_task(asyncio.sleep(0), name=str(number)) for number in range(20)}
        await asyncio.wait(tasks)
        return tuple(task.get_name() for task in tasks)

    assert len(harness.explore(program, strategy="random", schedules=20).outcomes) == 1


def test_a_token_does_not_depend_on_who_made_it() -> None:
    tokens = {failure_of(loses_one, strategy=name, seed=seed).token for name, seed in (("random", 1), ("pct", 2))}
    for token in tokens:
        failure = harness.replay(loses_one, token).failure
        assert failure is not None
        assert failure.preemptions == 1


def test_nobody_who_waits_is_a_kind_of_event_only_detail_knows_the_line_of() -> None:
    def program() -> None:
        lock = threading.Lock()
        lock.acquire()
        lock.acquire()

    history = harness.replay(program, failure_of(program).token).history
    (taken,) = [event for event in map(history.event, range(len(history))) if event.kind == Kind.ACQUIRE]
    assert taken.site is not None
    assert (taken.site.file, taken.site.op) == (__file__, "sync")
