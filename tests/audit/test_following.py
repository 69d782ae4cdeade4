"""What the audit follows to see who runs what under which lock: decorators, stacks, subclasses, futures."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

from harness.audit import audit

if TYPE_CHECKING:
    from pathlib import Path


def rules(tmp_path: Path, source: str) -> list[tuple[int, str]]:
    path = tmp_path / "service.py"
    path.write_text(textwrap.dedent(source).lstrip("\n"), encoding="utf-8")
    return [(finding.line, finding.rule) for finding in audit([path]).findings]


@pytest.mark.parametrize("call", ["return await function(*args, **kwargs)", "await function(args[0], *args[1:])"])
def test_a_decorator_that_passes_everything_on_passes_self_on(tmp_path: Path, call: str) -> None:
    source = f"""
    import functools

    def logged(function):
        @functools.wraps(function)
        async def wrapper(*args, **kwargs):
            {call}
        return wrapper

    class Service:
        async def drop(self, user):
            await self.db.drop(user)

        @logged
        async def rename(self, user):
            self.drop(user)
    """
    assert rules(tmp_path, source) == [(15, "missing-await")]


COUNTER = """
import threading

lock = threading.Lock()
total = 0

def guarded({parameter}):
    def decorate(function):
        def wrapper(*args, **kwargs):
            {enter}
                return function(*args, **kwargs)
        return wrapper
    return decorate

@guarded(lock)
def add(*, by):
    global total
    total += by

def main():
    for by in range(3):
        threading.Thread(target=add, kwargs=dict(by=by)).start()
"""


def test_a_lock_that_is_given_to_a_decorator_is_held_in_what_it_decorates(tmp_path: Path) -> None:
    assert rules(tmp_path, COUNTER.format(parameter="mutex", enter="with mutex:")) == []
    assert rules(tmp_path, COUNTER.format(parameter="mutex", enter="if True:")) == [(17, "read-modify-write")]


STACK = """
import contextlib, threading

class Meter:
    def __init__(self):
        self.lock = threading.Lock()
        self.value = 0

    @contextlib.contextmanager
    def alone(self):
        with self.lock:
            yield

    def add(self, by):
        with contextlib.ExitStack() as stack:
            stack.{inside}
            self.value += by
        {after}
"""


@pytest.mark.parametrize("inside", ["enter_context(self.lock)", "enter_context(self.alone())"])
def test_what_is_entered_into_a_stack_is_held_until_the_stack_ends(tmp_path: Path, inside: str) -> None:
    assert rules(tmp_path, STACK.format(inside=inside, after="pass")) == []
    assert rules(tmp_path, STACK.format(inside=inside, after="self.value += 1")) == [(17, "read-modify-write")]
    assert rules(tmp_path, STACK.format(inside="callback(print)", after="pass")) == [(16, "read-modify-write")]


def test_locks_of_one_family_are_entered_in_order_only_if_their_keys_are_sorted(tmp_path: Path) -> None:
    source = """
    import contextlib, threading

    class Ledger:
        def __init__(self):
            self.locks = {"a": threading.Lock(), "b": threading.Lock()}
            self.balances = {}

        def settle(self, first, second):
            with contextlib.ExitStack() as stack:
                stack.enter_context(self.locks[first])
                stack.enter_context(self.locks[second])
                self.balances[first] = self.balances[second]
    """
    assert (11, "lock-order") in rules(tmp_path, source)


def test_an_asyncio_lock_in_an_async_stack_is_held_over_the_awaits_that_follow(tmp_path: Path) -> None:
    source = """
    import asyncio, contextlib

    class Meter:
        def __init__(self):
            self.lock = asyncio.Lock()
            self.value = 0

        async def add(self, by):
            async with contextlib.AsyncExitStack() as stack:
                {enter}
                now = self.value
                await asyncio.sleep(0)
                self.value = now + by
    """
    enter = "await stack.enter_async_context(self.lock)"
    assert rules(tmp_path, source.format(enter=enter)) == []
    assert rules(tmp_path, source.format(enter="pass")) == [(13, "read-modify-write")]


WORKERS = """
import threading

class Totals:
    def __init__(self):
        self.done = 0

class Worker(threading.Thread):
    def __init__(self, totals: Totals):
        super().__init__()
        self.totals = totals
        self.mine = 0

    def run(self):
        self.mine += 1
        self.totals.done += 1

def main():
    totals = Totals()
    {start}
"""


def test_threads_of_a_class_share_what_they_were_given_and_not_their_own_attributes(tmp_path: Path) -> None:
    several = WORKERS.format(start="for _ in range(3): Worker(totals).start()")
    assert rules(tmp_path, several) == [(15, "read-modify-write")]
    assert rules(tmp_path, WORKERS.format(start="Worker(totals).start()")) == []


def test_a_thread_class_that_nothing_makes_is_still_run_by_a_thread(tmp_path: Path) -> None:
    source = """
    import threading

    class Poller(threading.Thread):
        def __init__(self):
            self.seen = 0

        def run(self):
            self.seen += 1

        async def reset(self):
            self.seen = 0
    """
    assert rules(tmp_path, source) == [(8, "read-modify-write")]


FUTURES = """
import asyncio
from concurrent.futures import ThreadPoolExecutor

class Relay:
    def __init__(self):
        self.pool = ThreadPoolExecutor()
        self.loop = asyncio.get_running_loop()
        self.done = 0

    async def send(self, job):
        {start}
        future.add_done_callback(self.count)

    def count(self, future):
        self.done += 1
"""


def test_a_callback_of_a_pools_future_runs_in_a_thread_and_one_of_the_loops_in_the_loop(tmp_path: Path) -> None:
    known = FUTURES.format(start="future = self.pool.submit(self.work, job)") + "    def work(self, job): job()\n"
    loop = known.replace("self.pool.submit(", "self.loop.run_in_executor(None, ")
    assert rules(tmp_path, known) == [(15, "read-modify-write")]
    assert rules(tmp_path, known.replace("self.work, job", "job")) == [(15, "read-modify-write")]
    assert rules(tmp_path, loop) == []


CACHE = """
class Base:
    def __init__(self):
        self.open = {{}}

    async def make(self, key):
        {body}

    async def get(self, key):
        if key not in self.open:
            self.open[key] = await self.make(key)
        return self.open[key]

class Cache(Base):
    async def make(self, key):
        return await self.connect(key)

    async def send(self, key):
        await self.get(key)
"""


@pytest.mark.parametrize("body", ["...", "pass", "'''For subclasses.'''", "raise NotImplementedError(key)"])
def test_a_coroutine_that_is_left_to_subclasses_may_wait_and_its_caller_is_named_once(
    tmp_path: Path, body: str
) -> None:
    assert rules(tmp_path, CACHE.format(body=body)) == [(10, "check-then-act")]


def test_a_request_under_a_lock_is_slow_and_its_answer_is_not(tmp_path: Path) -> None:
    source = """
    import threading, requests

    lock = threading.Lock()
    flags = {}

    def refresh(url):
        answer = requests.get(url).json()
        with lock:
            flags.update(answer.items())

    def refresh_slowly(url):
        with lock:
            flags.update(requests.get(url).json())
    """
    assert rules(tmp_path, source) == [(13, "slow-in-lock")]
