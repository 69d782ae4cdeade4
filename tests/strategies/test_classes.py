"""The exhaustive search held against one that executes every schedule there is, one by one."""

from __future__ import annotations

import functools
import queue
import threading
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import harness
from harness.engine.run import Abandoned
from harness.exploration.session import Session
from harness.strategies.dpor.dependence import conflict
from harness.strategies.dpor.search import ExhaustiveStrategy
from harness.strategies.uninstrumented import UninstrumentedStrategy
from tests.programs import Box, in_threads
from tests.strategies.dpor.test_search import writers

if TYPE_CHECKING:
    from collections.abc import Callable

Behaviour = frozenset[tuple[tuple[int, int], tuple[int, int]]]


class EverySchedule:
    """Depth first through all decisions; nothing is left out."""

    name = "every"

    def __init__(self) -> None:
        self._path: list[tuple[int, int]] = []  # (choice, how many there were)
        self._depth = 0

    def begin(self, number: int) -> bool:
        self._depth = 0
        if number == 0:
            return True
        while self._path:
            choice, count = self._path.pop()
            if choice + 1 < count:
                self._path.append((choice + 1, count))
                return True
        return False

    def choose(self, current: Any, enabled: Any) -> Any:
        if self._depth == len(self._path):
            self._path.append((0, len(enabled)))
        self._depth += 1
        return enabled[self._path[self._depth - 1][0]]

    def pick(self, current: Any, count: int) -> int:
        return 0

    def end(self, run: Any) -> None: ...


def behaviour(run: Any) -> Behaviour:
    """All that tells two executions apart: the order of events that depend on each other, and how far everybody got."""
    actor_of = [lane.actor for lane in run.history.lanes]
    made: dict[int, int] = {}
    events = []
    for lane, kind, serial, key, _ in run.history.events:
        actor = actor_of[lane]
        made[actor] = made.get(actor, 0) + 1
        events.append(((actor, made[actor]), (kind, serial, key)))
    order = {
        (first, second)
        for index, (second, its) in enumerate(events)
        for first, other in events[:index]
        if first[0] != second[0] and conflict(its, other)
    }
    return frozenset(order | {(last, last) for last in made.items()})


def executed(program: Callable[[], Any], strategy: Any, limit: int) -> tuple[list[Behaviour], set[Any]] | None:
    """The behaviour of each execution, and the outcomes; None if there are too many."""
    found, outcomes = [], set()
    with Session(program) as session:
        if isinstance(strategy, ExhaustiveStrategy):
            strategy.watch(session.engine)
        else:
            strategy = UninstrumentedStrategy(strategy, session.engine)  # this file is rewritten as well
        number = 0
        while strategy.begin(number):
            number += 1
            if number > limit:
                return None
            try:
                run = session.run(strategy)
            except Abandoned:
                continue
            strategy.end(run)
            found.append(behaviour(run))
            outcomes.add((run.problem.kind, run.problem.message) if run.problem else run.outcome)
    return found, outcomes


def assert_each_class_once(program: Callable[[], Any], every: tuple[list[Behaviour], set[Any]]) -> None:
    search = ExhaustiveStrategy()
    classes = executed(program, search, len(every[0]))
    assert classes is not None and search.exhausted
    assert classes[1] == every[1]
    assert set(classes[0]) == set(every[0])
    assert len(classes[0]) == len(set(classes[0])) == search.classes


def program_of(steps: list[list[str]]) -> Callable[[], Any]:
    """Threads that do these steps and keep nothing to themselves."""

    def program() -> Any:
        box, lock, event, semaphore = Box(), threading.Lock(), threading.Event(), threading.Semaphore()
        items: queue.SimpleQueue[int] = queue.SimpleQueue()

        def work(mine: list[str]) -> None:
            for step in mine:
                if step == "read":
                    box.value
                elif step == "write":
                    box.value = 7
                elif step == "add":
                    box.value += 1
                elif step == "locked":
                    with lock:
                        box.value = 5
                elif step == "try" and lock.acquire(blocking=False):
                    lock.release()
                elif step == "keep":
                    semaphore.acquire(blocking=False)
                elif step == "take":
                    semaphore.acquire()
                elif step == "give":
                    semaphore.release()
                elif step == "put":
                    items.put(1)
                elif step == "get":
                    items.get()
                elif step == "get now" and not items.empty():
                    items.get_nowait()
                elif step == "wait":
                    event.wait()
                elif step == "clear":
                    event.clear()
                elif step == "set":
                    event.set()
                elif step == "is set":
                    event.is_set()

        in_threads(*[functools.partial(work, tuple(mine)) for mine in steps])
        return box.value

    return program


STEPS = st.sampled_from(
    [
        "read",
        "write",
        "add",
        "locked",
        "try",
        "keep",
        "take",
        "set",
        "is set",
        "give",
        "put",
        "get",
        "get now",
        "wait",
        "clear",
    ]
)


@pytest.mark.slow
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(STEPS, min_size=1, max_size=2), min_size=2, max_size=2))
def test_of_two_threads_each_class_is_executed_once_and_none_is_missed(steps: list[list[str]]) -> None:
    every = executed(program_of(steps), EverySchedule(), 2000)
    assume(every is not None)
    assert every is not None
    assert_each_class_once(program_of(steps), every)


@pytest.mark.slow
def test_of_three_threads_each_class_is_executed_once_and_none_is_missed() -> None:
    every = executed(writers(3), EverySchedule(), 30_000)
    assert every is not None
    assert_each_class_once(writers(3), every)


@pytest.mark.parametrize("kind", [threading.Lock, threading.RLock, threading.Semaphore])
def test_whoever_tries_first_has_it(kind: Callable[[], Any]) -> None:
    """What a thread that came too late did says nothing of what it does if it comes first."""

    def program() -> int:
        lock = kind()
        had: list[int] = []

        def attempt(number: int) -> None:
            if lock.acquire(blocking=False):
                had.append(number)

        in_threads(*[functools.partial(attempt, number) for number in range(3)])
        (first,) = had
        return first

    result = harness.explore(program, strategy="exhaustive")
    assert result.exhausted
    assert set(result.outcomes) == {0, 1, 2}


def unpaired(lock: Any) -> tuple[Callable[[], object], Callable[[], object]]:
    return functools.partial(lock.acquire, blocking=False), lock.acquire


def cleared(event: threading.Event) -> tuple[Callable[[], object], Callable[[], object]]:
    def pulse() -> None:
        event.set()
        event.clear()

    return pulse, event.wait


@pytest.mark.parametrize(
    "make",
    [
        lambda: unpaired(threading.Lock()),
        lambda: unpaired(threading.RLock()),
        lambda: unpaired(threading.Semaphore()),
        lambda: cleared(threading.Event()),
    ],
)
def test_who_waits_for_ever_might_have_come_earlier(make: Callable[[], Any]) -> None:
    """The step that never was is in no execution, and yet it races."""
    result = harness.explore(lambda: in_threads(*make()), strategy="exhaustive", stop_on_failure=False)
    assert result.exhausted
    assert [failure.kind for failure in result.distinct_failures] == ["deadlock"]
    assert result.outcomes[None] > 0


def test_daemons_that_wait_for_ever_might_have_come_earlier() -> None:
    def program() -> int:
        box, semaphore = Box(), threading.Semaphore()

        def take(number: int) -> None:
            semaphore.acquire()
            box.value += number

        threads = [threading.Thread(target=take, args=(number,), daemon=True) for number in (1, 2)]
        for thread in threads:
            thread.start()
        semaphore.acquire()
        return int(box.value)

    every = executed(program, EverySchedule(), 20_000)
    assert every is not None
    search = ExhaustiveStrategy()
    classes = executed(program, search, 1000)
    assert classes is not None and search.exhausted
    assert classes[1] == every[1]  # how far daemons are that nobody saw when the program ends is of no interest
