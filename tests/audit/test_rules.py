"""Each rule at its edge: the code that it reports, and the nearest code that it must leave alone."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from harness.audit import audit
from harness.model.errors import UsageError


def rules(tmp_path: Path, source: str, **options: bool) -> list[tuple[int, str]]:
    path = tmp_path / "service.py"
    path.write_text(textwrap.dedent(source).lstrip("\n"), encoding="utf-8")
    return [(finding.line, finding.rule) for finding in audit([path], **options).findings]


THREADS = """
import threading

class Meter:
    def __init__(self):
        self.lock = threading.Lock()
        self.value = 0

    def add(self, by):
        {body}

def main():
    meter = Meter()
    for by in range(3):
        threading.Thread(target=meter.add, args=(by,)).start()
"""


@pytest.mark.parametrize(
    "body", ["self.value += by", "self.value = self.value + by", "new = self.value; self.value = new"]
)
def test_a_read_modify_write_of_threads_is_found_however_it_is_written(tmp_path: Path, body: str) -> None:
    assert rules(tmp_path, THREADS.format(body=body)) == [(9, "read-modify-write")]


def test_a_lock_that_ends_between_read_and_write_guards_neither(tmp_path: Path) -> None:
    body = "with self.lock: now = self.value\n        with self.lock: self.value = now + by"
    assert rules(tmp_path, THREADS.format(body=body)) == [(10, "read-modify-write")]


def test_a_look_into_a_container_is_made_where_it_is_written_not_where_the_variable_got_it(tmp_path: Path) -> None:
    body = "known = self.value\n        with self.lock:\n            if by not in known: known[by] = 1"
    source = THREADS.format(body=body).replace("self.value = 0", "self.value = {}")
    assert rules(tmp_path, source) == []
    assert rules(tmp_path, source.replace("with self.lock", "if True")) == [(11, "check-then-act")]


def test_a_timeout_around_quick_work_is_not_slow(tmp_path: Path) -> None:
    source = """
    import asyncio

    class Store:
        def __init__(self):
            self.lock = asyncio.Lock()
            self.jobs = {}

        async def add(self, key):
            async with self.lock:
                async with asyncio.timeout(1):
                    self.jobs[key] = 1

        async def drop(self, key):
            async with self.lock:
                self.jobs.pop(key, None)
    """
    assert rules(tmp_path, source) == []


def test_a_value_that_is_only_set_is_no_read_modify_write(tmp_path: Path) -> None:
    assert rules(tmp_path, THREADS.format(body="self.value = by")) == []


LOOP = """
class Cache:
    def __init__(self, load):
        self.load = load
        self.found = {{}}

    async def get(self, key):
        {body}
"""


def test_in_one_loop_only_an_await_lets_others_in(tmp_path: Path) -> None:
    waits = "if key not in self.found:\n            self.found[key] = await self.load(key)"
    assert rules(tmp_path, LOOP.format(body=waits)) == [(8, "check-then-act")]
    does_not = "value = await self.load(key)\n        if key not in self.found:\n            self.found[key] = value"
    assert rules(tmp_path, LOOP.format(body=does_not)) == []


def test_awaiting_a_coroutine_of_the_same_file_that_never_waits_lets_nobody_in(tmp_path: Path) -> None:
    body = """if key not in self.found:
            self.found[key] = await self.make(key)

    async def make(self, key):
        return key * 2"""
    assert rules(tmp_path, LOOP.format(body=body)) == []


def test_a_lock_of_the_caller_counts_in_its_helper_and_a_caller_without_one_is_found(tmp_path: Path) -> None:
    locked = "with self.lock: self._add(by)\n\n    def _add(self, by):\n        self.value += by"
    assert rules(tmp_path, THREADS.format(body=locked)) == []
    also_bare = f"{locked}\n\n    def other(self, by):\n        self._add(by)"
    assert [rule for _, rule in rules(tmp_path, THREADS.format(body=also_bare))] == ["read-modify-write"]


def test_a_base_class_in_a_file_nearby_brings_its_locks_and_its_state(tmp_path: Path) -> None:
    (tmp_path / "base.py").write_text(THREADS.format(body="with self.lock: self.value += by"), encoding="utf-8")
    source = """
    from base import Meter

    class Better(Meter):
        def double(self):
            self.value *= 2

        def half(self):
            with self.lock:
                self.value //= 2
    """
    assert rules(tmp_path, source) == [(5, "read-modify-write")]


def test_a_plain_method_beside_coroutines_is_assumed_to_be_called_by_threads_unless_told_otherwise(
    tmp_path: Path,
) -> None:
    source = """
    class Stats:
        def __init__(self):
            self.hits = 0

        def hit(self):
            self.hits += 1

        async def read(self):
            return self.hits
    """
    assert rules(tmp_path, source) == [(6, "read-modify-write")]
    assert rules(tmp_path, source, assume_threads=False) == []


def test_taking_a_lock_that_is_held_is_a_deadlock_unless_it_is_an_rlock(tmp_path: Path) -> None:
    body = "with self.lock: self.reset()\n\n    def reset(self):\n        with self.lock: self.value = 0"
    assert rules(tmp_path, THREADS.format(body=body)) == [(12, "lock-order")]
    assert rules(tmp_path, THREADS.format(body=body).replace("Lock()", "RLock()")) == []


def test_a_semaphore_for_several_is_no_lock(tmp_path: Path) -> None:
    source = THREADS.format(body="with self.lock: self.value += by")
    assert rules(tmp_path, source.replace("Lock()", "Semaphore(3)")) == [(9, "read-modify-write")]
    assert rules(tmp_path, source.replace("Lock()", "Semaphore(1)")) == []


def test_a_file_that_is_no_python_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("x = 1\ndef f(:\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"broken\.py:2: not Python"):
        audit([tmp_path / "broken.py"])


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"x = '\x00'"])
def test_a_file_that_is_no_text_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "binary.py").write_bytes(content)
    with pytest.raises(UsageError, match=r"binary\.py:1"):
        audit([tmp_path / "binary.py"])


def test_a_function_that_is_too_long_to_be_looked_at_to_the_end_is_named(tmp_path: Path) -> None:
    path = tmp_path / "long.py"
    path.write_text("x = 0\ndef f():\n    global x\n" + "    x = 1\n" * 5000, encoding="utf-8")
    assert audit([path]).cut_short == ["f"]
    path.write_text("x = 0\ndef f():\n    global x\n    x = 1\n", encoding="utf-8")
    assert audit([path]).cut_short == []


def test_every_statement_of_the_language_can_be_walked(tmp_path: Path) -> None:
    source = """
    import asyncio
    state = {}
    async def everything(*args, key=None, **rest):
        global state
        match args:
            case [first, *others] if first: state[first] = others
            case {"a": value}: state |= value
            case _: pass
        try:
            async with asyncio.timeout(1) as scope, asyncio.TaskGroup() as group:
                async for item in agen():
                    yield item
        except* ValueError as exc:
            raise KeyError from exc
        else:
            del state["x"], (state["y"])
        finally:
            assert (n := len(state)), f"{n!r:>{10}}"
        while n:
            n -= 1
            if n: continue
            break
        else:
            lambda: [x async for x in agen() if x]
        for a, (b, *c) in state.items(): a[b].c = c
        async def inner():
            nonlocal n
            n += 1
            return (await inner()) if n else None
        await asyncio.gather(*[inner() for _ in range(3)], return_exceptions=True)
    async def agen():
        yield 1
    """
    assert isinstance(rules(tmp_path, source), list)
