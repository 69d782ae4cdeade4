"""A token makes the same execution again, with everything that can be known about it, or says why it cannot."""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import sys
import threading
import uuid
from pathlib import Path
from typing import Any

import pytest

import harness
from harness.model.kind import Kind
from tests.programs import Box, failure_of, in_threads


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
    accesses = [(index, event) for index, event in enumerate(map(history.event, range(len(history)))) if event.kind < 3]
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
    assert (execution.outcome, execution.failure, execution.lost_updates) == (7, None, [])


def failure_of_nothing(program: Any) -> str:
    """The token of the default order."""
    from harness.exploration.session import Session
    from harness.strategies.random import RandomStrategy

    with Session(program) as session:
        return session.token(session.run(RandomStrategy(0)))


def test_what_was_detected_is_detected_again_if_asked_for() -> None:
    def program() -> None:
        box = Box()

        def add() -> None:
            box.value += 1

        in_threads(add, add)

    token = failure_of(program, detect=("lost-update",)).token
    assert harness.replay(program, token).failure is None
    assert harness.replay(program, token, detect=("lost-update",)).failure.kind == "lost-update"
    with pytest.raises(harness.UsageError, match="cannot detect"):
        harness.replay(program, token, detect=("lost",))


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
    with pytest.raises(harness.TokenError, match="made for other source"):
        harness.replay(loses_one, token, instrument=("harness.stores.record",))
    with pytest.raises(harness.TokenError):
        harness.replay(loses_one, "")


def test_source_that_has_changed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = "def program():\n    assert 1 == 2\n"
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "changing.py").write_text(source)
    module: Any = __import__("changing")
    token = failure_of(module.program).token
    assert harness.replay(module.program, token).failure is not None
    (tmp_path / "changing.py").write_text(source + "# changed\n")
    with pytest.raises(harness.TokenError, match="the program has changed since"):
        harness.replay(module.program, token)
    del sys.modules["changing"]


numbers = itertools.count()


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
