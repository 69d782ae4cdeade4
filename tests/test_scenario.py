from __future__ import annotations

import asyncio
import copy
import threading
from functools import partial
from typing import Any

import pytest

from harness.model.errors import ScenarioError
from harness.scenario import Scenario
from harness.stores import STORES, UnlockedStore


class Log:
    """A store that only writes down who called it, from where."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, str | None]] = []

    def note(self, what: str) -> None:
        try:
            task = asyncio.current_task()
        except RuntimeError:
            task = None
        self.lines.append((what, threading.current_thread().name, task.get_name() if task else None))


def note(what: str, store: Log) -> None:
    store.note(what)


async def note_async(what: str, store: Log) -> None:
    store.note(what)


def passes(store: Any) -> None:
    pass


def run(**parts: Any) -> Log:
    logs: list[Log] = []
    check = parts.pop("check", passes)

    def keep(store: Log) -> None:
        logs.append(store)
        check(store)

    Scenario("example", check=keep, **parts).program(Log)()
    return logs[0]


def test_each_part_runs_where_its_name_says() -> None:
    log = run(
        setup=partial(note, "setup"),
        main_task=partial(note_async, "work"),
        heartbeat=partial(note_async, "beat"),
        workers=(partial(note, "thread"),),
        check=partial(note, "check"),
    )
    main = threading.current_thread().name
    assert log.lines[0] == ("setup", main, None)
    assert log.lines[-1] == ("check", main, None)
    assert sorted(log.lines[1:-1]) == [
        ("beat", main, "heartbeat"),
        ("thread", "worker", None),
        ("work", main, "main task"),
    ]


def test_several_workers_are_numbered() -> None:
    log = run(workers=(partial(note, "a"), partial(note, "b")))
    assert sorted(log.lines) == [("a", "worker-1", None), ("b", "worker-2", None)]


def test_without_tasks_no_loop_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asyncio, "run", None)
    assert len(run(workers=(partial(note, "a"),)).lines) == 1


def test_any_part_may_be_missing() -> None:
    assert len(run(heartbeat=partial(note_async, "beat")).lines) == 1
    assert len(run(main_task=partial(note_async, "work")).lines) == 1


def test_each_run_has_a_store_of_its_own() -> None:
    stores: list[Log] = []
    program = Scenario("example", main_task=partial(note_async, "work"), check=stores.append).program(Log)
    program()
    program()
    assert [len(store.lines) for store in stores] == [1, 1]


def fails(store: Any) -> None:
    raise ValueError("broken")


async def fails_async(store: Any) -> None:
    raise ValueError("broken")


@pytest.mark.parametrize(
    "parts",
    [
        {"main_task": fails_async},
        {"heartbeat": fails_async},
        {"workers": (fails,)},
        {"workers": (passes,), "check": fails},
    ],
    ids=["main_task", "heartbeat", "worker", "check"],
)
def test_an_error_in_any_part_is_the_programs_error(parts: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="broken"):
        Scenario("example", **({"check": passes} | parts)).program(Log)()


def test_an_error_in_setup_is_the_scenarios_with_its_place() -> None:
    scenario = Scenario("example", workers=(passes,), setup=fails, check=passes)
    with pytest.raises(ScenarioError, match=r"its setup failed with ValueError: broken \(.*test_scenario\.py:\d+\)"):
        scenario.program(Log)()


def test_a_store_that_needs_arguments_is_refused_clearly() -> None:
    with pytest.raises(ScenarioError, match="could not be made with TypeError"):
        Scenario("example", workers=(passes,), check=passes).program(partial)()


def test_a_check_that_returns_false_does_not_pass() -> None:
    with pytest.raises(AssertionError, match="returned False"):
        Scenario("example", workers=(passes,), check=lambda store: False).program(Log)()


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"check": passes}, "does nothing"),
        ({"workers": (passes,)}, "checks nothing"),
        ({"main_task": passes, "check": passes}, "main_task must be an async function"),
        ({"heartbeat": passes, "check": passes}, "heartbeat must be an async function"),
        ({"workers": (fails_async,), "check": passes}, "fails_async must be a plain function"),
        ({"workers": (passes,), "check": fails_async}, "fails_async must be a plain function"),
    ],
)
def test_a_scenario_that_cannot_work_says_why_when_it_is_made(parts: dict[str, Any], message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        Scenario("example", **parts)


class Renamed(UnlockedStore):
    pass


def test_a_store_of_ones_own_announces_its_bases_too() -> None:
    program = Scenario("example", workers=(passes,), check=passes, instrument=("colorsys",)).program(Renamed)
    assert program.instrument == (__name__, "colorsys", "harness.stores.unlocked", "harness.stores.job")
    assert program.label == f"example@{__name__}:Renamed"


def test_programs_of_the_same_scenario_and_store_are_equal() -> None:
    scenario = Scenario("example", workers=(passes,), check=passes)
    assert copy.copy(scenario.program(Log)) == scenario.program(Log)
    assert scenario.program(Log) != scenario.program(STORES["unlocked"])


def test_the_lesson_is_the_docstring_of_its_module() -> None:
    assert Scenario("example", workers=(passes,), check=passes).lesson == ""
