"""What belongs to a loop, what blocks it, what comes too early or too late: the wrong code, and its mend."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

from harness.audit import audit
from harness.audit.entry_points import find_entries
from harness.audit.index import index_module
from harness.audit.rules import check_then_act
from harness.audit.sharing import Sharing
from harness.audit.source_files import Project

if TYPE_CHECKING:
    from pathlib import Path


def rules(tmp_path: Path, source: str) -> list[tuple[int, str]]:
    path = tmp_path / "service.py"
    path.write_text(textwrap.dedent(source).lstrip("\n"), encoding="utf-8")
    return [(finding.line, finding.rule) for finding in audit([path]).findings]


BOT = """
import asyncio, threading
from concurrent.futures import ThreadPoolExecutor

class Bot:
    def __init__(self, pool: ThreadPoolExecutor):
        self.loop = asyncio.get_running_loop()
        self.ready = asyncio.Event()
        self.queue: asyncio.Queue[str] = asyncio.Queue()
        self.answer = self.loop.create_future()
        self.beat = asyncio.create_task(self.send("beat"))
        self.pool = ThreadPoolExecutor()

    async def send(self, text):
        return await self.queue.get()

    async def listen(self):
        await self.ready.wait()

    def work(self):
        {work}

    def start(self):
        {start}
"""
THREAD = "threading.Thread(target=self.work).start()"


@pytest.mark.parametrize(
    "work",
    [
        "self.ready.set()",
        "self.queue.put_nowait('x')",
        "self.loop.call_soon(print)",
        "self.loop.create_task(self.send('x'))",
        "self.answer.set_result(1)",
        "self.beat.cancel()",
        "asyncio.ensure_future(self.send('x'))",
    ],
)
def test_what_belongs_to_a_loop_is_not_for_a_thread(tmp_path: Path, work: str) -> None:
    assert rules(tmp_path, BOT.format(work=work, start=THREAD)) == [(20, "foreign-thread")]


@pytest.mark.parametrize(
    "work",
    [
        "self.loop.call_soon_threadsafe(self.ready.set)",
        "asyncio.run_coroutine_threadsafe(self.send('x'), self.loop).result()",
        "self.loop.call_soon_threadsafe(self.queue.put_nowait, 'x')",
        "asyncio.run(self.mine())\n\n    async def mine(self):\n        asyncio.Queue().put_nowait(1)",
        "loop = asyncio.new_event_loop()\n        loop.create_task(self.send('x'))\n        loop.run_forever()",
    ],
)
def test_a_thread_may_ask_the_loop_and_have_one_of_its_own(tmp_path: Path, work: str) -> None:
    assert rules(tmp_path, BOT.format(work=work, start=THREAD)) == []


@pytest.mark.parametrize(
    "start",
    [
        "self.pool.submit(self.work)",
        "self.loop.run_in_executor(None, self.work)",
        "threading.Timer(1, self.work).start()",
        "self.pool.submit(print).add_done_callback(lambda future: self.ready.set())",
    ],
)
def test_however_the_thread_is_started(tmp_path: Path, start: str) -> None:
    found = rules(tmp_path, BOT.format(work="self.ready.set()", start=start))
    assert [rule for _, rule in found if rule == "foreign-thread"]


def test_a_callback_of_the_loop_may_do_what_a_thread_may_not(tmp_path: Path) -> None:
    start = "self.loop.call_later(1, self.work)"
    assert rules(tmp_path, BOT.format(work="self.ready.set()", start=start)) == []


def test_an_object_that_a_thread_is_given_is_still_the_loops(tmp_path: Path) -> None:
    source = """
    import asyncio, threading

    def feed(loop, queue):
        {how}

    async def main():
        queue = asyncio.Queue()
        loop = asyncio.get_running_loop()
        threading.Thread(target=feed, args=(loop, queue)).start()
        return await queue.get()
    """
    assert rules(tmp_path, source.format(how="queue.put_nowait(1)")) == [(4, "foreign-thread")]
    assert rules(tmp_path, source.format(how="loop.call_soon_threadsafe(queue.put_nowait, 1)")) == []


def test_a_closure_that_a_thread_runs_has_the_loops_objects_too(tmp_path: Path) -> None:
    source = """
    import asyncio, threading

    async def main():
        done = asyncio.Event()
        def work():
            done.set()
        threading.Thread(target=work).start()
        await done.wait()
    """
    assert rules(tmp_path, source) == [(6, "foreign-thread")]
    assert rules(tmp_path, source.replace("asyncio.Event", "threading.Event").replace("await done", "done")) == [
        (8, "blocked-loop")
    ]


def test_a_thread_class_that_feeds_a_queue_of_the_loop(tmp_path: Path) -> None:
    source = """
    import asyncio, threading

    class Reader(threading.Thread):
        def __init__(self, queue: asyncio.Queue, loop: asyncio.AbstractEventLoop):
            super().__init__()
            self.queue = queue
            self.loop = loop

        def run(self):
            self.queue.put_nowait(1)
            self.loop.call_soon_threadsafe(self.queue.put_nowait, 2)
    """
    assert rules(tmp_path, source) == [(10, "foreign-thread")]


def test_a_queue_that_two_loops_wait_for(tmp_path: Path) -> None:
    source = """
    import asyncio, threading

    class Hub:
        def __init__(self):
            self.queue = asyncio.Queue()

        async def take(self):
            return await self.queue.get()

        async def feed(self):
            await self.queue.put(1)

        def work(self):
            asyncio.run(self.feed())

        def start(self):
            threading.Thread(target=self.work).start()
    """
    assert (11, "foreign-thread") in rules(tmp_path, source)


def test_an_event_of_the_module_in_the_loops_of_two_threads(tmp_path: Path) -> None:
    source = """
    import asyncio, threading

    ready = asyncio.Event()

    async def wait():
        await ready.wait()

    async def go():
        ready.set()

    def main():
        threading.Thread(target=lambda: asyncio.run(wait())).start()
        threading.Thread(target=lambda: asyncio.run(go())).start()
    """
    assert rules(tmp_path, source) == [(6, "foreign-thread"), (9, "foreign-thread")]


def test_threads_of_a_class_share_its_class_attributes_and_the_containers_that_they_are_given(tmp_path: Path) -> None:
    source = """
    import threading

    class Worker(threading.Thread):
        total = 0

        def __init__(self, results, size):
            super().__init__()
            self.results = results
            self.left = size

        def run(self):
            self.left -= 1
            Worker.total += 1
            self.results["sum"] = self.results["sum"] + 1

    def main():
        results = {}
        for _ in range(3):
            Worker(results, 5).start()
    """
    assert rules(tmp_path, source) == [(13, "read-modify-write"), (14, "read-modify-write")]


BLOCKED = """
import asyncio, queue, subprocess, threading, time, requests
from concurrent.futures import ThreadPoolExecutor

class Service:
    def __init__(self):
        self.pool = ThreadPoolExecutor()
        self.jobs = queue.Queue()
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=print)

    async def handle(self):
        {body}
"""


@pytest.mark.parametrize(
    "body",
    [
        "time.sleep(1)",
        "requests.get('https://example.org')",
        "subprocess.run(['ls'])",
        "self.jobs.get()",
        "self.jobs.get(timeout=5)",
        "self.stopped.wait()",
        "self.thread.join()",
        "self.pool.submit(print).result()",
        "asyncio.run_coroutine_threadsafe(self.other(), asyncio.get_running_loop()).result()",
        "futures = [self.pool.submit(print) for _ in range(3)]; [each.result() for each in futures]",
        "input('?')",
    ],
)
def test_a_call_that_blocks_in_a_coroutine_blocks_the_loop(tmp_path: Path, body: str) -> None:
    assert (12, "blocked-loop") in rules(tmp_path, BLOCKED.format(body=body))


@pytest.mark.parametrize(
    "body",
    [
        "await asyncio.sleep(1)",
        "await asyncio.to_thread(time.sleep, 1)",
        "self.jobs.get(block=False)",
        "self.jobs.get_nowait()",
        "await asyncio.wrap_future(self.pool.submit(print))",
        "await asyncio.to_thread(self.slow)\n\n    def slow(self):\n        time.sleep(1)",
    ],
)
def test_what_waits_elsewhere_does_not_block_the_loop(tmp_path: Path, body: str) -> None:
    assert [rule for _, rule in rules(tmp_path, BLOCKED.format(body=body)) if rule == "blocked-loop"] == []


SINGLETON = """
import threading

class Pool:
    _instance = None
    _lock = threading.{lock}()

    @classmethod
    def get(cls):
        {body}
        return cls._instance

def worker():
    Pool.get()

def main():
    for _ in range(2):
        threading.Thread(target=worker).start()
"""


def test_a_lazy_singleton_is_a_check_then_act_on_the_class(tmp_path: Path) -> None:
    bare = SINGLETON.format(lock="Lock", body="if cls._instance is None:\n            cls._instance = cls()")
    assert rules(tmp_path, bare) == [(10, "check-then-act")]
    assert rules(tmp_path, bare.replace("cls._instance", "Pool._instance")) == [(10, "check-then-act")]
    locked = "with cls._lock:\n            if cls._instance is None:\n                cls._instance = cls()"
    assert rules(tmp_path, SINGLETON.format(lock="Lock", body=locked)) == []
    double = "if cls._instance is None:\n            " + locked.replace("\n", "\n    ")
    assert rules(tmp_path, SINGLETON.format(lock="Lock", body=double)) == []


@pytest.mark.parametrize(("how", "line"), [("__new__", 8), ("metaclass", 8)])
def test_a_singleton_that_is_made_by_its_class(tmp_path: Path, how: str, line: int) -> None:
    new = """
    import threading

    class Pool:
        _instance = None

        def __new__(cls):
            if cls._instance is None:
                cls._instance = super().__new__(cls)
            return cls._instance
    """
    metaclass = """
    import threading

    class Once(type):
        made = {}

        def __call__(cls, *args):
            if cls not in cls.made:
                cls.made[cls] = super().__call__(*args)
            return cls.made[cls]

    class Pool(metaclass=Once):
        pass
    """
    use = """
    def worker():
        Pool()

    def main():
        threads = [threading.Thread(target=worker) for _ in range(2)]
    """
    assert rules(tmp_path, (new if how == "__new__" else metaclass) + use) == [(line, "check-then-act")]


def test_a_lock_in_a_class_of_its_own_is_a_lock(tmp_path: Path) -> None:
    source = """
    import threading

    class Guard:
        def __init__(self):
            self._lock = threading.Lock()

        def __enter__(self):
            self._lock.acquire()
            return self

        def __exit__(self, *error):
            self._lock.release()

    class Meter:
        def __init__(self):
            self.guard = Guard()
            self.value = 0

        def add(self):
            {with_guard}
                self.value += 1

    def main():
        meter = Meter()
        for _ in range(2):
            threading.Thread(target=meter.add).start()
    """
    assert rules(tmp_path, source.format(with_guard="with self.guard:")) == []
    assert rules(tmp_path, source.format(with_guard="if True:")) == [(21, "read-modify-write")]


WORKER = """
import threading
from concurrent.futures import ThreadPoolExecutor

class Worker:
    def __init__(self):
        self.pool = ThreadPoolExecutor()
        self.lock = threading.Lock()
        self.running = {{}}

    def submit(self, job):
        {submit}

    def _run(self, job):
        {end}
"""
LATE = "future = self.pool.submit(self._run, job)\n        self.running[job] = future"


def late(found: list[tuple[int, str]]) -> list[int]:
    return [line for line, rule in found if rule == "add-after-start"]


def test_an_entry_made_after_the_thread_began_may_come_after_the_thread_removed_it(tmp_path: Path) -> None:
    end = "del self.running[job]"
    assert late(rules(tmp_path, WORKER.format(submit=LATE, end=end))) == [12]
    direct = "self.running[job] = self.pool.submit(self._run, job)"
    assert late(rules(tmp_path, WORKER.format(submit=direct, end="self.running.pop(job, None)"))) == [11]
    thread = "thread = threading.Thread(target=self._run, args=(job,))\n        thread.start()\n        "
    assert late(rules(tmp_path, WORKER.format(submit=f"{thread}self.running[job] = thread", end=end))) == [13]


def test_an_entry_made_before_the_start_or_under_the_lock_of_the_removal_is_in_time(tmp_path: Path) -> None:
    locked_end = "with self.lock:\n            del self.running[job]"
    locked = LATE.replace("\n", "\n    ")
    assert late(rules(tmp_path, WORKER.format(submit=f"with self.lock:\n            {locked}", end=locked_end))) == []
    before = "thread = threading.Thread(target=self._run, args=(job,))\n        self.running[job] = thread\n        "
    assert late(rules(tmp_path, WORKER.format(submit=f"{before}thread.start()", end="del self.running[job]"))) == []
    assert late(rules(tmp_path, WORKER.format(submit=LATE, end="print(job)"))) == []


STATUS = """
import asyncio
from enum import Enum, auto

class Status(Enum):
    RUNNING = auto()
    COMPLETED = auto()
    CANCELLED = auto()

class Jobs:
    def __init__(self):
        self.jobs = {{}}
        self.lock = asyncio.Lock()

    async def finish(self, key):
        result = await self.work(key)
        {check}
        self.jobs[key].status = {completed}

    async def cancel(self, key):
        await self.tell(key)
        {check}
        self.jobs[key].status = {cancelled}
"""


@pytest.mark.parametrize(
    ("completed", "cancelled"), [("Status.COMPLETED", "Status.CANCELLED"), ("'completed'", "'cancelled'")]
)
def test_a_final_status_that_is_set_without_a_look_may_overwrite_another(
    tmp_path: Path, completed: str, cancelled: str
) -> None:
    source = STATUS.format(check="pass", completed=completed, cancelled=cancelled)
    assert rules(tmp_path, source) == [(17, "final-status"), (22, "final-status")]
    check = "if self.jobs[key].status is not Status.RUNNING: return"
    assert rules(tmp_path, STATUS.format(check=check, completed=completed, cancelled=cancelled)) == []
    assert rules(tmp_path, STATUS.format(check="pass", completed="Status.RUNNING", cancelled=cancelled)) == []


CONNECTION = """
class Client:
    def __init__(self):
        self.connection = None
        self.sessions = {{}}

    async def send(self, text):
        {body}

    async def close(self):
        await self.flush()
        self.connection = None
        self.sessions.pop("x")
"""


def test_what_was_checked_before_an_await_may_be_gone_after_it(tmp_path: Path) -> None:
    check, indent = "if self.connection is not None:", "\n            "
    wrong = f"{check}{indent}await self.sign(text){indent}await self.connection.send(text)"
    assert rules(tmp_path, CONNECTION.format(body=wrong)) == [(9, "stale-value")]
    kept = (
        "connection = self.connection\n        if connection is not None:\n"
        "            await self.sign(text)\n            await connection.send(text)"
    )
    assert rules(tmp_path, CONNECTION.format(body=kept)) == []
    at_once = "await self.sign(text)\n        if self.connection is not None:\n            self.connection.write(text)"
    assert rules(tmp_path, CONNECTION.format(body=at_once)) == []


def test_a_chain_of_500_elif_and_a_sum_of_500_terms_are_audited(tmp_path: Path) -> None:
    chain = "".join(f"    elif x == {number}:\n        total += {number}\n" for number in range(500))
    terms = " + ".join(f"a{number}" for number in range(500))
    source = f"total = 0\ndef f(x):\n    global total\n    if x is None:\n        total = 0\n{chain}    y = {terms}\n"
    assert isinstance(rules(tmp_path, source), list)


def test_what_is_too_deep_to_be_walked_is_named_and_the_rest_is_audited(tmp_path: Path) -> None:
    path = tmp_path / "deep.py"
    calls = "x" + ".a()" * 700
    path.write_text(f"def f(x):\n    return {calls}\n\ntotal = 0\n", encoding="utf-8")
    assert audit([path]).cut_short == ["f"]


def test_the_gaps_of_a_chain_grow_with_its_length_and_not_with_its_square(tmp_path: Path) -> None:
    def count(length: int) -> int:
        chain = "".join(
            f"        elif self.kind == {number} and self.jobs[x]:\n            self.jobs[x] = {number}\n"
            for number in range(length)
        )
        path = tmp_path / f"chain{length}.py"
        path.write_text(
            "import threading\n\nclass Store:\n    def __init__(self):\n        self.jobs = {}\n\n"
            f"    def put(self, x):\n        if x is None:\n            pass\n{chain}\n"
            "def main():\n    for _ in range(3):\n        threading.Thread(target=Store().put).start()\n",
            encoding="utf-8",
        )
        sharing = Sharing(find_entries(Project([path], index_module), assume_threads=True))
        return len(list(check_then_act.gaps(sharing)))

    assert 0 < count(200) == 4 * count(50)
