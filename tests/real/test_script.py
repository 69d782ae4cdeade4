"""The script of a re-enactment is the execution that a token means, step by step."""

from __future__ import annotations

import pytest

from harness.catalog import program_of_token
from harness.exploration.session import Session
from harness.model.kind import Kind
from harness.real.script import ROUND, RecordingExecution
from harness.strategies.random import RandomStrategy
from harness.strategies.scripted import Scripted
from tests.programs import Box, in_threads

LABELS = ["stuck-at-old-progress@unlocked", "lost-worker-error@asyncio-lock", "heartbeat-outlives-its-job@sqlite"]


@pytest.mark.parametrize("label", LABELS)
def test_to_write_an_execution_down_changes_none_of_its_decisions(label: str) -> None:
    program = program_of_token(f"{label}:")
    strategy = RandomStrategy(0)
    for number in range(10):
        with Session(program) as session:
            strategy.begin(number)
            run = session.run(strategy)
        with Session(program, kind=RecordingExecution) as session:
            script = Scripted(run.deviations, strict=True)
            recorded = session.run(script)
            script.end(recorded)
        assert (recorded.deviations, recorded.problem) == (run.deviations, run.problem)
        accesses = [event[:4] for event in run.history.events if event[1] <= Kind.RESIZE]
        assert [event[:4] for event in recorded.history.events if event[1] <= Kind.RESIZE] == accesses


def test_every_thread_begins_and_ends_and_knows_who_started_it() -> None:
    def nothing() -> None: ...

    def program() -> None:
        in_threads(nothing, nothing)

    with Session(program, kind=RecordingExecution) as session:
        session.run(Scripted([]))
        recorded = session.engine.execution
    assert isinstance(recorded, RecordingExecution)
    assert recorded.names == {0: "main", 1: "nothing", 2: "nothing"}
    assert [(step.actor, step.child) for step in recorded.script if step.kind == Kind.START] == [(0, 1), (0, 2)]
    for kind in (Kind.BEGIN, Kind.EXIT):
        assert sorted(step.actor for step in recorded.script if step.kind == kind) == [0, 1, 2]


def test_a_round_of_a_loop_is_a_step_and_an_access_has_its_place() -> None:
    box = Box(0)

    def program() -> None:
        while box.value < 2:
            box.value += 1
        box.value = 0

    with Session(program, kind=RecordingExecution) as session:
        session.run(Scripted([]))
        recorded = session.engine.execution
    assert isinstance(recorded, RecordingExecution)
    assert [step.kind for step in recorded.script].count(ROUND) == 3  # the condition is asked once more
    places = {step.place for step in recorded.script if step.kind == Kind.WRITE}
    assert all(place is not None and place[0] == __file__ for place in places)
    assert len(places) == 2
    assert not recorded.reads_clock
