"""A generator in two threads: the one may ask for a value while the other runs its body."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import harness

if TYPE_CHECKING:
    from collections.abc import Iterator


def numbers() -> Iterator[int]:
    number = 1
    while True:
        yield number
        number += 1


def test_a_generator_may_already_be_executing_even_if_its_body_touches_its_own_variables_only() -> None:
    def program() -> None:
        shared, seen = numbers(), []
        threads = [threading.Thread(target=lambda: seen.append(next(shared))) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    failure = harness.explore(program, strategy="exhaustive").failure
    assert failure is not None
    assert failure.message == "ValueError: generator already executing"


def test_a_generator_of_one_thread_has_no_switch_point_of_its_own() -> None:
    def program() -> None:
        for number in numbers():
            if number == 3:
                break

    def two() -> None:
        threads = [threading.Thread(target=program) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert harness.explore(two, strategy="exhaustive").schedules == 1
