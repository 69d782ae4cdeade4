"""Threads: what should be one step is several, and another thread comes in between."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING

from tests.programs import in_threads

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["PROGRAMS"]


def bank_account() -> None:
    """Atomicity violation: a deposit and a withdrawal each read, compute and write."""
    account = SimpleNamespace(balance=100)

    def deposit() -> None:
        account.balance = account.balance + 50

    def withdraw() -> None:
        account.balance = account.balance - 30

    in_threads(deposit, withdraw)
    assert account.balance == 120, account.balance


def transfer() -> None:
    """Atomicity violation: the sum of two accounts is read while money is on its way."""
    accounts = {"a": 100, "b": 0}
    lock = threading.Lock()
    seen = []

    def move() -> None:
        with lock:
            accounts["a"] -= 60
        with lock:
            accounts["b"] += 60

    def audit() -> None:
        with lock:
            seen.append(accounts["a"] + accounts["b"])

    in_threads(audit, move)
    assert seen == [100], seen


def string_buffer() -> None:
    """Atomicity violation: the length is asked for, the buffer is cut, and then that many characters are copied."""
    buffer = SimpleNamespace(text="abc", lock=threading.Lock())

    def length() -> int:
        with buffer.lock:
            return len(buffer.text)

    def characters(count: int) -> list[str]:
        with buffer.lock:
            return [buffer.text[index] for index in range(count)]

    def copy() -> None:
        copied.extend(characters(length()))

    def cut() -> None:
        with buffer.lock:
            buffer.text = ""

    copied: list[str] = []
    failed = []

    def guarded_copy() -> None:
        try:
            copy()
        except IndexError:
            failed.append("copied more than there is")

    in_threads(guarded_copy, cut)
    assert not failed, failed


def stack() -> None:
    """A stack of two fields: the top is raised and the element stored in two steps, under no common lock."""
    shared = SimpleNamespace(top=0)
    slots: list[int | None] = [None] * 4
    popped = []

    def push() -> None:
        for item in (1, 2):
            shared.top = shared.top + 1
            slots[shared.top] = item

    def pop() -> None:
        if shared.top > 0:
            popped.append(slots[shared.top])

    in_threads(push, pop)
    assert None not in popped, popped


def ring_buffer() -> None:
    """A queue: two producers read the same tail, and one element overwrites the other."""
    queue = SimpleNamespace(tail=0)
    slots: list[int | None] = [None] * 4

    def put(first: int) -> Callable[[], None]:
        def work() -> None:
            for item in (first, first + 1):
                tail = queue.tail
                slots[tail] = item
                queue.tail = tail + 1

        return work

    in_threads(put(1), put(3))
    assert None not in slots, slots


def wrong_lock() -> None:
    """Both sides lock, and not the same lock."""
    data = SimpleNamespace(value=0)
    mine, yours = threading.Lock(), threading.Lock()

    def increment(lock: threading.Lock) -> Callable[[], None]:
        def work() -> None:
            with lock:
                data.value += 1

        return work

    in_threads(increment(mine), increment(mine), increment(yours))
    assert data.value == 3, data.value


def two_stages() -> None:
    """The second value is computed from the first under another lock: in between, the two do not belong together."""
    data = SimpleNamespace(first=0, second=0)
    one, two = threading.Lock(), threading.Lock()
    seen = []

    def write() -> None:
        with one:
            data.first = 1
        with two:
            data.second = data.first + 1

    def read() -> None:
        with one:
            first = data.first
        if first:
            with two:
                seen.append((first, data.second))

    in_threads(read, write)
    assert (1, 0) not in seen, seen


def reorder() -> None:
    """Readers and writers: two values that belong together are set one after the other, by three writers."""
    pair = SimpleNamespace(a=0, b=0)
    seen = []

    def write() -> None:
        pair.a = 1
        pair.b = -1

    def check() -> None:
        seen.append((pair.a, pair.b))

    in_threads(write, write, write, check)
    assert seen[0] in {(0, 0), (1, -1)}, seen


def fibonacci() -> None:
    """Two sums that feed each other reach their greatest value only if the threads take turns at every step."""
    numbers = SimpleNamespace(i=1, j=1)

    def add_i() -> None:
        for _ in range(3):
            numbers.i = numbers.i + numbers.j

    def add_j() -> None:
        for _ in range(3):
            numbers.j = numbers.j + numbers.i

    in_threads(add_i, add_j)
    assert max(numbers.i, numbers.j) < 21, numbers


PROGRAMS = {
    bank_account: "assertion",
    transfer: "assertion",
    string_buffer: "assertion",
    stack: "assertion",
    ring_buffer: "assertion",
    wrong_lock: "assertion",
    two_stages: "assertion",
    reorder: "assertion",
    fibonacci: "assertion",
}
