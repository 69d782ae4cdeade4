"""What pytest loads: options, the mark, the fixture. It imports nothing heavy, for most runs explore nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from harness.integrations.pytest.run_plan import Plan

__all__ = [
    "pytest_addoption",
    "pytest_collection_finish",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_pyfunc_call",
    "pytest_runtest_call",
    "pytest_runtest_makereport",
    "pytest_runtest_setup",
    "pytest_terminal_summary",
    "pytest_xdist_node_collection_finished",
    "race",
]

_PLAN = pytest.StashKey["Plan"]()

_MARK = (
    "race(strategy=, schedules=, seed=, switching=, order=, preemptions=, detect=, instrument=, max_steps=, "
    "time_limit=): explore the schedules of this test: its body, with its fixtures, is the program"
)


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Add what ``pytest --help`` says of us."""
    # Pytest would rewrite the assertions of all our modules, for seconds where no bytecode is written.
    getattr(pluginmanager.rewrite_hook, "_must_rewrite", set()).discard("harness")
    group = parser.getgroup("race", "race conditions (race-harness)")
    add = group.addoption
    add("--race", action="store_true", help="explore every selected test that starts a second thread or task")
    add("--race-schedules", type=int, metavar="N", help="make at most N executions of each test")
    add("--race-seed", type=int, metavar="N", help="equal seeds explore equal schedules")
    add("--race-time", type=float, metavar="SECONDS", help="for the whole run; each test has its share of what is left")
    add("--race-switching", choices=("free-threaded", "gil"), help="where the turn may go to another thread")
    add("--race-profile", metavar="NAME", help="settings: dev, ci, nightly, or one of [tool.race.profiles]")
    add("--race-replay", metavar="TOKEN", help="execute just this schedule of the test that it names; goes with --pdb")
    add("--race-step", action="store_true", help="with --race-replay: show the execution step by step, Enter goes on")
    add("--race-update", action="store_true", help="explore although proofs are kept, and drop entries that are stale")


def pytest_configure(config: pytest.Config) -> None:
    """Register the mark."""
    config.addinivalue_line("markers", _MARK)


def _plan_of(config: pytest.Config) -> Plan:
    if _PLAN not in config.stash:
        from harness.integrations.pytest.run_plan import Plan

        config.stash[_PLAN] = Plan(config)
    return config.stash[_PLAN]


def _is_asked_for(config: pytest.Config) -> bool:
    return bool(config.option.race or config.option.race_replay)


def _is_explored(item: pytest.Item) -> bool:
    """Whether a test is to be explored: it is marked, or all are, and it does not explore by itself."""
    if not isinstance(item, pytest.Function) or "race" in item.fixturenames:
        return False
    return _is_asked_for(item.config) or item.get_closest_marker("race") is not None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Choose the test that a token is for, and see which tests there are, before ``-k`` takes some away."""
    if _is_asked_for(config):
        _plan_of(config).select(items)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Count the tests that share the time."""
    if session.config.option.race_time is not None:
        _plan_of(session.config).share_time(sum(map(_is_explored, session.items)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node: Any, ids: list[str]) -> None:
    """See which tests there are, where workers collect them."""
    if _is_asked_for(node.config):
        _plan_of(node.config).note_tests(ids)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, Any, Any]:
    """Look whether a fixture starts a thread or a task."""
    if not _is_explored(item):
        return (yield)
    with _plan_of(item.config).watch(item):
        return (yield)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Explore a test in the place where it would be run."""
    if not _is_explored(item):
        return (yield)
    with _plan_of(item.config).in_place(item):
        return (yield)


def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> object | None:
    """Run an async test that is marked, and that no other plugin runs."""
    if pyfuncitem.get_closest_marker("race") is None:
        return None
    import asyncio
    import inspect

    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = pyfuncitem._fixtureinfo.argnames
    asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show a race as its timeline, not as a traceback of ours."""
    report = yield
    if report.outcome == "failed" and call.excinfo is not None and _PLAN in item.config.stash:
        text = item.config.stash[_PLAN].text_of(item, call.excinfo.value)
        if text:
            report.longrepr = text
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how many tests were explored, and what came out."""
    reports = [report for kind in terminalreporter.stats.values() for report in kind]
    if _PLAN in config.stash or any(_is_ours(report) for report in reports):
        from harness.integrations.pytest.tally import lines_of

        lines = lines_of(reports, _plan_of(config))
        if lines:
            terminalreporter.section("race")
            for line in lines:
                terminalreporter.line(line)


def _is_ours(report: object) -> bool:
    return any(name == "race" for name, _ in getattr(report, "user_properties", ()))


@pytest.fixture
def race(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Explore a program: ``race(program, schedules=1000)`` fails the test with the timeline of what it finds.

    It takes the arguments of :func:`harness.explore`, and returns what :func:`harness.database.check` does.
    """
    from harness.integrations.pytest.race_fixture import make_race

    return make_race(request.node, _plan_of(request.config))
