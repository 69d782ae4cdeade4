"""Programs of the literature, of which it is known how many classes they have.

The figures are those of table 1 of Abdulla, Aronis, Jonsson, Sagonas: "Source Sets: A Foundation for Optimal Dynamic
Partial Order Reduction" (JACM 2017), column "optimal". *Indexer* and *filesystem* are from Flanagan and Godefroid:
"Dynamic Partial-Order Reduction for Model Checking Software" (POPL 2005).
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable

import pytest

import harness
from harness.strategies.dpor.search import ExhaustiveStrategy
from tests.strategies.dpor.test_search import in_parallel, increments, readers


def last_zero(count: int) -> Callable[[], None]:
    """Each of ``count`` threads sets its place to the one before it plus 1; one more looks for the last 0."""

    def program() -> None:
        array = [0] * (count + 1)

        def search() -> None:
            index = count
            while array[index] != 0:
                index -= 1

        def set_place(index: int) -> Callable[[], None]:
            def work() -> None:
                array[index] = array[index - 1] + 1

            return work

        in_parallel(search, *[set_place(index) for index in range(1, count + 1)])

    return program


def indexer(count: int) -> Callable[[], None]:
    """Each thread puts four messages into one hash table; only where two meet at a slot does their order matter."""

    def program() -> None:
        table: dict[int, int] = {}

        def insert(thread: int) -> Callable[[], None]:
            def work() -> None:
                for message in range(4):
                    word = message * 11 + thread + 1
                    slot = word * 7 % 128
                    while table.setdefault(slot, word) != word:
                        slot = (slot + 1) % 128

            return work

        in_parallel(*[insert(thread) for thread in range(count)])

    return program


def filesystem(count: int) -> Callable[[], None]:
    """Each thread gives a block to an inode, each with a lock of its own."""
    blocks, inodes = 26, 32

    def program() -> None:
        inode, busy = [0] * inodes, [False] * blocks
        inode_locks = [threading.Lock() for _ in range(inodes)]
        block_locks = [threading.Lock() for _ in range(blocks)]

        def allocate(thread: int) -> Callable[[], None]:
            def work() -> None:
                mine = thread % inodes
                with inode_locks[mine]:
                    if inode[mine] == 0:
                        block = mine * 2 % blocks
                        while True:
                            with block_locks[block]:
                                if not busy[block]:
                                    busy[block] = True
                                    inode[mine] = block + 1
                                    return
                            block = (block + 1) % blocks

            return work

        in_parallel(*[allocate(thread) for thread in range(count)])

    return program


@pytest.mark.parametrize(
    ("program", "classes"),
    [
        pytest.param(last_zero(5), 64, id="lastzero(5)"),
        pytest.param(indexer(12), 8, id="indexer(12)"),
        pytest.param(filesystem(14), 2, id="filesystem(14)"),
        pytest.param(filesystem(16), 8, id="filesystem(16)"),
        pytest.param(filesystem(18), 32, id="filesystem(18)"),
        pytest.param(readers(8), 256, id="readers(8)"),
        pytest.param(increments(2, 3, locked=True), math.comb(6, 3), id="2 threads, 3 locked increments each"),
        pytest.param(increments(3, 2, locked=True), 90, id="3 threads, 2 locked increments each: 6! / 2!^3"),
    ],
)
def test_each_class_is_executed_once_and_no_execution_is_begun_in_vain(
    program: Callable[[], None], classes: int
) -> None:
    search = ExhaustiveStrategy()
    result = harness.explore(program, strategy=search, schedules=1000, max_steps=100_000)
    assert result.verdict == "proved"
    assert result.schedules == classes
    assert search.abandoned == 0
