"""Makes executions of generated programs and prints a digest of each: ``python -m tests.determinism.digests COUNT``.

A program is executed twice under one random schedule and once more from the token of it; the three have to be the same
event for event. Another process with other hashes has to print the same lines.
"""

from __future__ import annotations

import hashlib
import random
import sys
from typing import Any

from harness.exploration.session import Session
from harness.model.token import Token
from harness.strategies.random import RandomStrategy
from harness.strategies.scripted import Scripted
from tests.strategies.dpor.test_search import THREAD_STEPS, tasks_program, threads_program

TASK_STEPS = ["read", "write", "stale add", "locked stale add", "sleep", "timeout"]


def generated(number: int) -> Any:
    """The program with a number: threads, or tasks beside a thread."""
    draw = random.Random(number)

    def some(steps: list[str], most: int) -> list[str]:
        return [draw.choice(steps) for _ in range(draw.randint(1, most))]

    if number % 2:
        return threads_program([some(THREAD_STEPS, 4) for _ in range(draw.randint(2, 4))])
    return tasks_program([some(TASK_STEPS, 3) for _ in range(draw.randint(1, 3))], some(["read", "add"], 3))


def events_of(run: Any) -> list[str]:
    """An execution as text: who did what to which object, where; and how it ended."""
    events = [f"{lane} {int(kind)} {serial} {key} {site}" for lane, kind, serial, key, site in run.history.events]
    names = [f"{lane.actor} {lane.name}" for lane in run.history.lanes]
    return [*events, *names, str(run.outcome), str(run.problem)]


def digest_of(number: int) -> str:
    """The digest of a program's execution; raises AssertionError if it is not the same three times."""
    with Session(generated(number)) as session:
        first = session.run(RandomStrategy(number))
        again = session.run(RandomStrategy(number))
        token = session.token(session.run(RandomStrategy(number), detail=True))
        script = Scripted(Token.parse(str(token)).schedule, strict=True)
        replayed = session.run(script)
        script.end(replayed)
    events = events_of(first)
    assert events_of(again) == events, f"program {number}: two runs of one schedule differ"
    assert events_of(replayed) == events, f"program {number}: the replay of {token} differs"
    return hashlib.sha256("\n".join(events).encode()).hexdigest()


if __name__ == "__main__":
    for number in range(int(sys.argv[1])):
        print(digest_of(number))
