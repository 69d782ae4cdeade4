"""A walkthrough has what stands beside each step: the code, what changed, who holds which lock, who waits for whom."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from harness.timeline.records import record_failure
from tests.programs import Box, failure_of, in_threads

if TYPE_CHECKING:
    from harness.model.result import Failure
    from harness.model.walkthrough import Walkthrough


def walk_of(program: Any, **options: Any) -> tuple[Walkthrough, Failure]:
    failure = failure_of(program, **options)
    return record_failure(failure).walk, failure


def lossy() -> None:
    box = Box(0)

    def touch() -> None:
        before = box.value
        box.value = before + 1

    in_threads(touch, touch)
    assert box.value == 2


def test_every_step_of_the_timeline_is_unfolded_and_in_its_order() -> None:
    walk, failure = walk_of(lossy)
    rows = record_failure(failure).timeline.rows
    unfolded = [step for step in walk.steps if not step.folded]
    assert [step.line for step in unfolded] == [row.line for row in rows]
    assert [step.lost for step in unfolded] == [row.lost for row in rows]


def test_changes_add_up_to_the_values_that_the_history_has() -> None:
    walk, failure = walk_of(lossy)
    assert failure.history is not None
    assert [step.changes for step in walk.steps if step.access == "write"][-2:] == [(("box.value", "1"),), ()]
    assert {name for step in walk.steps for name, _ in step.changes} == {"box.value"}


def test_the_line_of_a_step_stands_in_its_snippet() -> None:
    walk, _ = walk_of(lossy)
    for step in walk.steps:
        snippet = walk.snippets[step.snippet]
        assert ".value" in snippet.lines[step.line - snippet.first]


def test_one_sentence_says_what_was_lost_and_why() -> None:
    _, failure = walk_of(lossy)
    assert record_failure(failure).why == (
        "Touch read box.value = 0, touch wrote 1, and then touch wrote 1 without reading again: "
        "what touch had written is lost."
    )


def crossing() -> None:
    first, second = threading.Lock(), threading.Lock()

    def take(one: threading.Lock, other: threading.Lock) -> None:
        with one, other:
            pass

    in_threads(lambda: take(first, second), lambda: take(second, first))


def test_in_a_deadlock_each_waits_for_what_the_other_holds() -> None:
    walk, failure = walk_of(crossing)
    assert failure.kind == "deadlock"
    waits = walk.steps[-1].waits
    assert len(waits) == 2
    assert (waits[0].lane, waits[0].holder) == (waits[1].holder, waits[1].lane)
    assert record_failure(failure).why.endswith("nobody can go on.")


def test_locks_that_are_taken_are_released_in_the_steps() -> None:
    def guarded() -> None:
        box, lock = Box(0), threading.Lock()

        def touch() -> None:
            with lock:
                before = box.value
            box.value = before + 1

        in_threads(touch, touch)
        assert box.value == 2

    walk, _ = walk_of(guarded)
    held: dict[str, int] = {}
    for step in walk.steps:
        if step.takes:
            assert step.takes not in held, "two hold one lock"
            held[step.takes] = step.lane
        if step.releases:
            assert held.pop(step.releases) == step.lane
    assert held == {}


def test_a_read_knows_the_step_of_another_lane_that_wrote_what_it_reads() -> None:
    walk, _ = walk_of(lossy)
    for number, step in enumerate(walk.steps):
        if step.reads >= 0:
            written = walk.steps[step.reads]
            assert step.reads < number and written.access == "write" and written.lane != step.lane
    assert walk.steps[-1].reads >= 0, "the check reads what a thread wrote"


def test_a_walkthrough_of_thousands_of_steps_keeps_those_that_explain_it() -> None:
    def long() -> None:
        box, other = Box(0), Box(0)

        def touch() -> None:
            before = box.value
            for number in range(200):
                other.value = number
            box.value = before + 1

        in_threads(touch, touch)
        assert box.value == 2

    walk, failure = walk_of(long)
    assert len(walk.steps) <= 241
    assert {step.mark for step in walk.steps} >= {"stale", "lost"}
    assert len(record_failure(failure).timeline.rows) <= sum(not step.folded for step in walk.steps)
