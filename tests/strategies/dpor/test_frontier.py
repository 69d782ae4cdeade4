"""A search that is shared comes to the same classes as one worker, whoever does which part and in whatever order."""

from __future__ import annotations

import pickle
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.engine.run import Abandoned
from harness.exploration.discovery import open_session
from harness.model.options import Options
from harness.strategies.dpor.frontier import Frontier
from harness.strategies.dpor.search import ExhaustiveStrategy
from harness.strategies.dpor.subtree import Subtree, pack, unpack
from harness.strategies.dpor.wakeup_tree import WakeupTree
from tests.strategies.dpor.sequences import sequence, write
from tests.strategies.dpor.test_search import (
    THREAD_STEPS,
    in_parallel,
    increments,
    readers,
    tasks_program,
    threads_program,
)
from tests.strategies.test_known_counts import filesystem, indexer, last_zero

TASK_STEPS = ["read", "write", "stale add", "locked stale add", "sleep", "timeout"]


def searched(session: Any, strategy: ExhaustiveStrategy, budget: float = float("inf")) -> list[int]:
    """The signatures of the classes that a search executes, in at most so many executions."""
    strategy.watch(session.engine)
    found: list[int] = []
    number = 0
    while number < budget and strategy.begin(number):
        number += 1
        try:
            run = session.run(strategy)
        except Abandoned:
            continue
        strategy.end(run)
        executed = strategy.executed()
        if executed is None:
            found.clear()
        else:
            assert executed.signature is not None
            found.append(executed.signature)
    return found


def shared(session: Any, random: Random, workers: int, lossy: bool) -> list[int]:
    """The same of a search whose parts are out with several workers, who answer in any order, or never."""
    frontier, found = Frontier(), list[int]()
    out: list[tuple[int, bytes, list[int]]] = []
    while not frontier.finished:
        taken = frontier.take(wanted=random.randint(1, workers)) if len(out) < workers else None
        if taken is not None:
            number, data = taken
            strategy = ExhaustiveStrategy(unpack(data, Subtree))
            classes = searched(session, strategy, random.randint(1, 6))
            out.append((number, pack(strategy.remainder()), classes))
            if len(out) < workers and random.random() < 0.5:
                continue
        number, answer, classes = out.pop(random.randrange(len(out)))
        if lossy and random.random() < 0.2:
            frontier.give_back(number)
            continue
        frontier.accept(number, answer)
        frontier.accept(number, answer)
        if frontier.begun_anew:
            frontier.begun_anew = False
            out, found = [], []
        else:
            found += classes
    assert frontier.complete
    return found


def compare(program: Any, seed: int, workers: int = 3, lossy: bool = True) -> int:
    with open_session(program, Options()) as session:
        before = session.engine.settings
        alone = searched(session, ExhaustiveStrategy())
        session.engine.settings = before
        together = shared(session, Random(seed), workers, lossy)
    assert set(together) == set(alone)
    if len(set(alone)) == len(alone):
        assert len(together) == len(alone)
    return len(alone)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "program",
    [
        pytest.param(increments(2, 2), id="increments of 2"),
        pytest.param(increments(3, 1), id="increments of 3"),
        pytest.param(readers(4), id="readers"),
        pytest.param(last_zero(5), id="last zero"),
        pytest.param(indexer(12), id="indexer"),
        pytest.param(filesystem(16), id="file system"),
    ],
)
def test_every_class_is_executed_once_by_some_worker(program: Any, seed: int) -> None:
    assert compare(program, seed) > 1


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    st.lists(st.lists(st.sampled_from(THREAD_STEPS), min_size=1, max_size=3), min_size=2, max_size=3),
    st.integers(0, 99),
)
def test_no_class_of_threads_is_missed(steps: list[list[str]], seed: int) -> None:
    compare(threads_program(steps), seed)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(
    st.lists(st.lists(st.sampled_from(TASK_STEPS), min_size=1, max_size=2), min_size=1, max_size=2),
    st.lists(st.sampled_from(["read", "add", "locked add"]), max_size=2),
    st.integers(0, 99),
)
def test_no_class_of_tasks_beside_a_thread_is_missed(steps: list[list[str]], thread: list[str], seed: int) -> None:
    compare(tasks_program(steps, thread), seed)


def test_a_program_without_decisions_has_one_part() -> None:
    assert compare(lambda: None, 0) == 1


def test_all_parts_begin_anew_when_an_order_of_insertions_is_told() -> None:
    def program() -> list[str]:
        table: dict[str, int] = {}
        in_parallel(lambda: table.setdefault("a", 1), lambda: table.setdefault("b", 2))
        return list(table)

    assert compare(program, 1) > 1


def test_a_key_of_the_users_own_kind_stands_for_any_key() -> None:
    class Key:
        """Found by no name in another process."""

    def program() -> int:
        first, second = Key(), Key()
        table: dict[Any, int] = {first: 0, second: 0}

        def add(key: Key) -> Any:
            def work() -> None:
                table[key] += 1

            return work

        in_parallel(add(first), add(first), add(second))
        return table[first]

    with open_session(program, Options()) as session:
        alone = searched(session, ExhaustiveStrategy())
        together = shared(session, Random(0), workers=3, lossy=True)
    assert set(together) == set(alone)


def test_a_deep_tree_can_be_sent() -> None:
    tree = WakeupTree()
    tree.insert(sequence(*[(1, write(1))] * 1_500), 9, {1}, lambda way: True)
    back = pickle.loads(pickle.dumps(tree))
    depth = 0
    while back:
        (branch,) = back.branches
        depth, back = depth + 1, branch.subtree
    assert depth == 1_500
