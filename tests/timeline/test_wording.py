"""Every step of a program has its words."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import harness
from harness.model.kind import Kind
from harness.timeline.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.model.event import Event


def words(program: Callable[[], None]) -> list[str]:
    failure = harness.explore(program, schedules=1).failure
    assert failure is not None
    history = failure.history
    assert history is not None

    def short_name(event: Event) -> str:
        return str(event.site.text) if event.site is not None else ""

    wording = Wording(history, short_name)
    events = [(index, history.event(index)) for index in range(len(history))]
    return [
        wording.text(index, event)
        for index, event in events
        if event.kind <= Kind.RESIZE
        and event.site is not None
        and event.site.function.endswith("_used")
        and event.key != "cell_contents"
    ]


def containers() -> None:
    names: list[int] = []
    jobs = {"a": 1}
    seen: set[str] = set()

    def containers_used() -> None:
        names.append(3)
        names.pop()
        jobs["b"] = 2
        "a" in jobs  # noqa: B015
        jobs.pop("a")
        del jobs["b"]
        jobs.clear()
        seen.add("x")
        seen.discard("x")
        if seen:
            pass
        raise AssertionError

    thread = threading.Thread(target=containers_used)
    thread.start()
    thread.join()


def test_a_container_s_method_is_the_verb() -> None:
    assert words(containers) == [
        "append names: 3",
        "pop   names: 3",
        'write jobs["b"]=2',
        "check 'a' in jobs: True",
        'pop   jobs.pop("a")',
        'delete jobs["b"]',
        "clear jobs",
        "add   seen: 'x'",
        "discard seen: 'x'",
        "check seen",
    ]
