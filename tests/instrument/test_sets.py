"""Sets are walked in the same order in every run, and do otherwise what they always do."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import textwrap
import weakref
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import harness
from harness.exploration.session import Session
from harness.instrument import sets
from harness.strategies.scripted import Scripted
from tests.programs import Box, failure_of, in_threads, outcomes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path


class Client:
    def __init__(self, number: int) -> None:
        self.number = number


SHARED: set[Client] = set()
BOX = Box()


def greet(clients: Iterable[Client]) -> None:
    for client in clients:
        setattr(BOX, f"client{client.number}", "greeted")


def walks_a_display() -> None:
    greet({Client(1), Client(2), Client(3), Client(4)})
    for client in {Client(5), Client(6), Client(7)}:
        greet([client])


def walks_a_comprehension() -> None:
    greet({Client(each) for each in range(5)})
    greet(client for client in {Client(each) for each in range(5)})


def walks_what_was_made_of_others() -> None:
    greet(set(Client(each) for each in range(5)))  # noqa: C401  it is the call that is tried
    greet(frozenset([Client(each) for each in range(5)]))
    for client in set([Client(each) for each in range(5)]):  # noqa: C403
        greet([client])


def walks_what_was_added() -> None:
    clients: set[Client] = set()
    for each in range(5):
        clients.add(Client(each))
    clients.update(Client(each) for each in range(5, 8))
    greet(clients | {Client(9)})
    greet([*clients])
    greet(list(clients))
    greet([min(clients, key=lambda client: 0)])
    known: list[Client] = []
    known.extend(clients)
    greet(known)
    while clients:
        greet([clients.pop()])


def walks_a_set_of_the_module() -> None:
    SHARED.clear()
    SHARED.update([Client(each) for each in range(5)])
    greet(SHARED)
    greet(iter(SHARED))


def walks_a_weak_set() -> None:
    clients, kept = weakref.WeakSet[Client](), [Client(each) for each in range(5)]
    for client in kept:
        clients.add(client)
    greet(clients)


async def walks_queues() -> None:
    queues: set[asyncio.Queue[int]] = {asyncio.Queue() for _ in range(5)}
    for number, queue in enumerate(queues):
        queue.put_nowait(number)
    greet([Client(await queue.get()) for queue in set(queues)])


PROGRAMS: list[Callable[[], Any]] = [
    walks_a_comprehension,
    walks_a_display,
    walks_a_set_of_the_module,
    walks_a_weak_set,
    walks_queues,
    walks_what_was_added,
    walks_what_was_made_of_others,
]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_every_run_of_a_schedule_is_the_same(program: Callable[[], Any]) -> None:
    kept: list[Any] = []
    seen = set()
    for index in range(12):
        kept.append([(Client, asyncio.Queue)[each % 2](each) for each in range(index * 7 % 11)])  # type: ignore[operator]
        with Session(program) as session:
            run = session.run(Scripted([]))
        assert run.problem is None
        seen.add(str([event[:4] for event in run.history.events]))
    assert len(seen) == 1


def test_a_token_is_the_same_execution_whatever_the_seed_of_the_hashes(tmp_path: Path) -> None:
    (tmp_path / "words.py").write_text(
        textwrap.dedent("""
            import threading

            class Box: ...

            def program():
                box = Box()
                def write():
                    for word in {"heartbeat", "main", "worker", "cleanup"}:
                        setattr(box, word, threading.current_thread().name)
                threads = [threading.Thread(target=write, name=name) for name in "ab"]
                for thread in threads: thread.start()
                for thread in threads: thread.join()
                raise LookupError(str(vars(box)))
        """)
    )
    script = "import harness, words; print(harness.explore(words.program, strategy='random', seed=3).failure)"
    answers = set()
    for seed in ("1", "2", "3"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
        done = subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
        )
        answers.add(done.stdout)
    assert len(answers) == 1
    assert "LookupError" in answers.pop()


def test_it_is_walked_so_on_real_threads_too() -> None:
    def program() -> None:
        walks_what_was_added()
        raise LookupError("at the end")

    answer = harness.confirm(program, failure_of(program).token)
    assert answer.confirmed, answer.reason


def test_a_set_that_grows_while_it_is_walked_fails_as_in_cpython() -> None:
    def program() -> None:
        clients = {Client(1), Client(2), Client(3)}
        in_threads(lambda: greet(clients), lambda: clients.add(Client(4)))

    assert "Set changed size during iteration" in failure_of(program).message


def test_who_left_before_its_turn_is_not_visited() -> None:
    def program() -> tuple[int, ...]:
        clients = {Client(1), Client(2), Client(3)}
        third = [client for client in clients if client.number == 3]
        seen = []
        for client in clients:
            seen.append(client.number)
            if len(seen) == 1:
                clients.discard(third[0])
                clients.add(Client(4))
        return tuple(sorted(seen))

    assert outcomes(program, schedules=1) <= {(1, 2), (1, 2, 4)}


def test_what_is_not_walked_is_left_alone() -> None:
    def program() -> bool:
        one, other = {"b", "a"}, {"b", "a", "c"}
        found = [min(one, other), repr({"a"}), str({"a"}), [{"a"}].count({"a"}), one.union(other), one < other]
        return found == [{"a", "b"}, "{'a'}", "{'a'}", 1, {"a", "b", "c"}, True]

    assert outcomes(program, schedules=1) == {True}


def errors() -> tuple[str, ...]:
    """What Python says of operations that make no sense."""
    wrong: list[Callable[[], Any]] = [
        lambda: set(5),  # type: ignore[call-overload]
        lambda: set([[]]),  # noqa: C405
        lambda: frozenset(each for each in [{}]),
        lambda: {1}.add(1, 2),  # type: ignore[call-arg]
        lambda: set().pop(),
        lambda: {1, 2}.pop(0),  # type: ignore[call-arg]
        lambda: {1}.update(3),  # type: ignore[arg-type]
        lambda: weakref.WeakSet([Client(1)]).add(5),  # type: ignore[arg-type]
        lambda: [].extend(5),  # type: ignore[arg-type]
        lambda: {[]},  # type: ignore[misc]
    ]
    said = []
    for each in wrong:
        try:
            each()
        except (TypeError, KeyError) as exc:
            said.append(repr(exc))
    return tuple(said)


def test_errors_are_those_of_cpython() -> None:
    assert outcomes(errors, schedules=1) == {errors()}
    assert len(errors()) == 10


@given(st.sets(st.one_of(st.text(max_size=3), st.integers(), st.none(), st.tuples(st.text(max_size=2), st.integers()))))
def test_a_walk_visits_every_member_once(members: set[Any]) -> None:
    assert sorted(map(repr, sets.steps(members))) == sorted(map(repr, members))
    assert len(list(sets.walk(members))) == len(members)


@given(st.sets(st.integers()))
def test_numbers_are_walked_as_cpython_walks_them(members: set[int]) -> None:
    assert list(sets.steps(members)) == list(members)
    assert sets.walk(members) is members


def test_a_member_is_not_kept_alive() -> None:
    client = Client(1)
    gone = weakref.ref(sets.join(client))
    del client
    assert gone() is None
