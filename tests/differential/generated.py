"""Programs made at random from a seed: threads, tasks beside them, and operations of many kinds on shared objects.

A program is source text, so that one that fails can be kept, read and made smaller by hand.
"""

from __future__ import annotations

from random import Random
from typing import Final

__all__ = ["source_of"]

_HEAD: Final = """\
import asyncio, collections, dataclasses, functools, heapq, queue, threading


@dataclasses.dataclass
class Point:
    x: int = 0
    y: int = 0


class Shared:
    def __init__(self):
        self.x = 0
        self.items, self.by_key, self.seen = [3, 1, 2], {"a": 1, "b": 2}, {1, 2}
        self.deque, self.counts = collections.deque([1, 2]), collections.Counter()
        self.made = collections.defaultdict(list)
        self.point, self.other = Point(), Point()
        self.lock, self.rlock, self.condition = threading.Lock(), threading.RLock(), threading.Condition()
        self.event, self.semaphore, self.queue = threading.Event(), threading.Semaphore(1), queue.Queue()
        self.simple = queue.SimpleQueue()

    @functools.cached_property
    def cached(self):
        self.x += 1
        return self.x


def attempt(function):
    try:
        return function()
    except (RuntimeError, LookupError, ValueError, TypeError, queue.Empty, TimeoutError) as exc:
        return type(exc).__name__


def matched(point):
    match point:
        case Point(x=0):
            return "zero"
        case Point(y=1):
            return "one"
    return "other"


def program():
    s = Shared()
    logs = []
"""

_OPERATIONS: Final = (
    "s.x", "setattr(s, 'x', 5)", "add(s)", "locked(s)", "s.items[0]", "s.items[-1]", "s.items.append(9)",
    "s.items.pop()", "s.items.sort(key=lambda each: each + s.x)", "list(s.items)", "sum(s.items)", "len(s.items)",
    "s.items.index(2)", "heapq.heappush(s.items, 0)", "s.by_key['a']", "s.by_key.pop('a', None)",
    "s.by_key.update(a=7, c=8)", "[*s.by_key]", "str(s.by_key)", "s.by_key == {'a': 1, 'b': 2}", "'c' in s.by_key",
    "s.by_key.setdefault('c', 0)", "s.seen.add(3)", "s.seen.discard(1)", "len(s.seen)", "sorted(s.seen)",
    "s.deque.append(3)", "s.deque.popleft()", "[*s.deque]", "s.counts.update('a')", "s.counts.most_common()",
    "s.made['k'].append(1)", "len(s.made)", "s.point == s.other", "repr(s.point)", "setattr(s.point, 'x', 1)",
    "setattr(s.other, 'y', 1)", "matched(s.point)", "dataclasses.replace(s.point, y=4)", "s.cached",
    "s.lock.acquire(blocking=False)", "s.lock.locked()", "s.event.set()", "s.event.is_set()", "s.event.wait(0.1)",
    "s.event.clear()", "s.semaphore.acquire(blocking=False)", "s.semaphore.release()", "s.queue.put(1)",
    "s.queue.get_nowait()", "s.queue.qsize()", "s.queue.get(timeout=0.1)", "s.simple.put(1)", "s.simple.get_nowait()",
    "s.simple.empty()", "notified(s)", "waited(s)", "functools.reduce(lambda a, b: a + b, s.items)",
    "next(s.numbers, None)",
)  # fmt: skip

_AWAITED: Final = (
    "await asyncio.sleep(0)", "await asyncio.sleep(0.01)", "await limited(s)", "await in_thread(s)",
    "await locked_task(s)",
)  # fmt: skip

_TAIL: Final = """
    s.numbers = iter([1, 2, 3])

    def add(s):
        s.x += 1

    def locked(s):
        with s.rlock:
            s.x += 1

    def notified(s):
        with s.condition:
            s.condition.notify()

    def waited(s):
        with s.condition:
            return s.condition.wait(0.1)

    async def limited(s):
        try:
            async with asyncio.timeout(0.01):
                await asyncio.sleep(0.02)
                s.x += 1
        except TimeoutError:
            return "late"

    async def in_thread(s):
        return await asyncio.to_thread(add, s)

    async def locked_task(s):
        async with s.task_lock:
            seen = s.x
            await asyncio.sleep(0)
            s.x = seen + 1
"""


def source_of(seed: int) -> str:
    """Return the source of the program of a seed: a module with a function ``program``."""
    random = Random(seed)
    text = _HEAD + _TAIL
    threads = random.choice((2, 2, 2, 3))
    loop = random.random() < 0.3
    for number in range(threads):
        text += f"\n    def thread_{number}():\n        log = []\n        logs.append(({number}, log))\n"
        for _ in range(random.choice((1, 1, 2, 2, 3)) if threads == 2 else 1):
            text += f"        log.append(attempt(lambda: {random.choice(_OPERATIONS)}))\n"
    if loop:
        for number in range(2):
            text += f"\n    async def task_{number}(log):\n"
            for _ in range(random.choice((1, 2))):
                if random.random() < 0.5:
                    text += f"        log.append({random.choice(_AWAITED)})\n"
                else:
                    text += f"        log.append(attempt(lambda: {random.choice(_OPERATIONS)}))\n"
        text += "\n    async def main():\n        s.task_lock, first, second = asyncio.Lock(), [], []\n"
        text += "        await asyncio.gather(task_0(first), task_1(second))\n        return first, second\n"
    names = ", ".join(f"thread_{number}" for number in range(threads))
    text += f"\n    threads = [threading.Thread(target=each) for each in ({names})]\n"
    text += "    for each in threads:\n        each.start()\n"
    text += f"    found = {'asyncio.run(main())' if loop else 'None'}\n"
    text += "    for each in threads:\n        each.join()\n"
    text += "    return repr((s.x, s.items, s.by_key, sorted(s.seen), s.point, s.other, sorted(logs), found))\n"
    return text
