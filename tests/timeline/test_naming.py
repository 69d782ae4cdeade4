"""Locations have the names that people gave them in the source."""

from __future__ import annotations

from typing import Any

import pytest

import harness
from harness.model.event import SIZE, WHOLE
from harness.model.site import Site
from harness.timeline.naming import location_name
from tests.programs import in_threads


def site(text: str, base: str) -> Site:
    return Site("file.py", 1, 0, 1, 9, "f", "write", text, base)


@pytest.mark.parametrize(
    ("text", "base", "key", "name"),
    [
        ("job.progress", "job", "progress", "job.progress"),
        ("self.progress", "self", "progress", "Job.progress"),
        ("cls.count", "cls", "count", "Job.count"),
        ("self.jobs['a']", "self.jobs", "a", "jobs['a']"),
        ("jobs[3]", "jobs", 3, "jobs[3]"),
        ("setattr(job, name, 1)", "job", "progress", "job.progress"),
        ("jobs.clear()", "jobs", WHOLE, "jobs"),
        ("len(jobs)", "jobs", SIZE, "len(jobs)"),
        ("self.data['k']", "self.data", ("[]", "k"), "data['k']"),
        ("TOTAL", "", "TOTAL", "TOTAL"),
        ("make().x", "make()", "x", "make().x"),
        ("jobs.get(1.5)", "jobs", 1.5, "jobs[1.5]"),
    ],
)
def test_a_location_is_called(text: str, base: str, key: Any, name: str) -> None:
    assert location_name(site(text, base), 4, key, {4: "Job"}) == name


def test_without_labels_self_stays_self_and_without_a_site_there_is_a_number() -> None:
    assert location_name(site("self.progress", "self"), 4, "progress") == "self.progress"
    assert location_name(None, 4, "progress") == "object 4['progress']"


TOTAL = 0


class Counter:
    shared = 0

    def __init__(self) -> None:
        self.value = 0
        self.by_name: dict[str, int] = {"a": 0}

    def add(self) -> None:
        self.value += 1

    def add_by_name(self) -> None:
        self.by_name["a"] += 1

    def add_shared(self) -> None:
        Counter.shared += 1


def add_global() -> None:
    global TOTAL
    TOTAL += 1


def twice(function: Any) -> None:
    in_threads(function, function)


def closure() -> None:
    count = 0

    def add() -> None:
        nonlocal count
        count += 1

    twice(add)


@pytest.mark.parametrize(
    ("program", "name"),
    [
        (lambda: twice(Counter().add), "Counter.value"),
        (lambda: twice(Counter().add_by_name), "by_name['a']"),
        (lambda: twice(Counter().add_shared), "Counter.shared"),
        (lambda: twice(add_global), "TOTAL"),
        (closure, "count"),
    ],
)
def test_a_lost_update_names_what_was_lost(program: Any, name: str) -> None:
    failure = harness.explore(program, detect=("lost-update",)).failure
    assert failure is not None and failure.lost_update is not None
    assert failure.lost_update.location == name


def test_the_state_of_a_closure_variable_is_not_called_after_the_cell_that_holds_it() -> None:
    failure = harness.explore(closure, detect=("lost-update",)).failure
    assert failure is not None
    assert str(failure).startswith("LOST UPDATE  count: add's 1 was overwritten with 1 ")
    assert "state after" in str(failure)
    assert "cell" not in str(failure)
