"""What executions show of a program: which events are worth sampling, and how many of them each actor has."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from harness.exploration.session import Session
from harness.strategies.event_profile import ALL, KEY, OBJECT, Interest, Profile
from harness.strategies.random import RandomStrategy
from tests.programs import Box, in_threads

if TYPE_CHECKING:
    from collections.abc import Callable

VALUE = Interest(KEY, "value")


def profile_of(program: Callable[[], object], executions: int = 1) -> Profile:
    profile, strategy = Profile(), RandomStrategy(0)
    with Session(program) as session:
        for _ in range(executions):
            profile.learn(session.run(strategy))
    return profile


def adds(*times: int) -> Callable[[], None]:
    """The main thread touches the box before and after; the others read and write it so many times."""

    def program() -> None:
        box = Box()
        box.value = 0

        def add(count: int) -> Callable[[], None]:
            def work() -> None:
                for _ in range(count):
                    box.value += 1

            return work

        in_threads(*[add(count) for count in times])
        assert box.value <= sum(times)

    return program


def test_a_key_and_an_object_that_threads_share_and_all_there_is_are_of_interest() -> None:
    kinds = [interest.slot for interest in profile_of(adds(1, 1)).interests]
    assert sorted(kinds) == [ALL, OBJECT, KEY]


def test_counts_are_of_each_actor_and_those_of_the_threads_that_it_starts() -> None:
    profile = profile_of(adds(1, 3))
    assert profile.parents == {1: 0, 2: 0}
    assert profile.counts(VALUE) == {0: 8, 1: 2, 2: 6}, "nothing that the main thread does alone"


def test_counts_are_the_greatest_that_were_seen() -> None:
    def program() -> None:
        box = Box()
        box.value = box.seen = 0

        def work() -> None:
            box.seen = 1
            box.value = 1

        def maybe() -> None:
            if box.seen:
                for _ in range(5):
                    box.value = 2

        in_threads(work, maybe)

    assert profile_of(program, 60).counts(VALUE) == {0: 6, 1: 1, 2: 5}


def test_grandchildren_are_counted_with_their_grandparents() -> None:
    def program() -> None:
        box = Box()
        box.value = 0

        def write() -> None:
            box.value = 1

        in_threads(lambda: in_threads(write, write))

    profile = profile_of(program)
    assert profile.parents == {1: 0, 2: 1, 3: 1}
    assert profile.counts(VALUE) == {0: 2, 1: 2, 2: 1, 3: 1}


def test_what_only_one_actor_uses_or_everybody_only_reads_is_of_no_interest() -> None:
    def program() -> None:
        box = Box()
        box.value = box.mine = 0

        def read() -> None:
            assert box.value == 0

        def mine() -> None:
            box.mine = box.value

        in_threads(read, mine)

    interests = profile_of(program).interests
    assert VALUE not in interests
    assert Interest(KEY, "mine") not in interests


def test_a_lock_made_beforehand_is_of_interest_as_an_object() -> None:
    def program() -> None:
        lock = threading.Lock()
        with lock:
            pass

        def work() -> None:
            with lock:
                pass

        in_threads(work, work)

    profile = profile_of(program)
    (lock,) = (interest for interest in profile.interests if interest.slot == OBJECT)
    assert profile.counts(lock) == {0: 4, 1: 2, 2: 2}


def test_what_is_learned_later_counts_too() -> None:
    profile = Profile()
    assert profile.counts(VALUE) == {}
    with Session(adds(1, 1)) as session:
        profile.learn(session.run(RandomStrategy(0)))
    assert profile.counts(VALUE) == {0: 4, 1: 2, 2: 2}
