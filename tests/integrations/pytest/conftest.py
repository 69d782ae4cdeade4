"""A project of pytest's own, in which the plugin is used as a stranger would use it."""

from collections.abc import Callable

import pytest

import harness.integrations.pytest.exploring
import harness.integrations.pytest.race_fixture
import harness.integrations.pytest.replayed
import harness.integrations.pytest.run_plan
import harness.integrations.pytest.stepping  # noqa: F401  loaded once, not anew by each run in this process

RunRace = Callable[..., pytest.RunResult]

JOBS = """
import asyncio
import threading


class Jobs:
    def __init__(self):
        self.done = 0
        self.lock = threading.Lock()

    def wrong(self):
        self.done = self.done + int("1")

    def right(self):
        with self.lock:
            self.done += 1


def twice(work):
    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


async def twice_in_tasks(work):
    await asyncio.gather(asyncio.to_thread(work), asyncio.to_thread(work))
"""


@pytest.fixture
def run(pytester: pytest.Pytester) -> RunRace:
    """Run pytest on one file of tests, with the named plugins and no others; ``apart``: in a process of its own."""

    def run(tests: str | None, *arguments: str, plugins: tuple[str, ...] = (), apart: bool = False) -> pytest.RunResult:
        pytester.makepyprojecttoml("[tool.pytest.ini_options]\nasyncio_default_fixture_loop_scope = 'function'")
        if tests is not None:
            pytester.makepyfile(jobs=JOBS, test_jobs="import asyncio, threading, pytest\nfrom jobs import *\n" + tests)
        known = (
            "anyio",
            "asyncio",
            "benchmark",
            "pytest_cov",
            "hypothesispytest",
            "randomly",
            "rerunfailures",
            "timeout",
        )
        others = [plugin for plugin in known if plugin not in plugins]
        without = [argument for plugin in others for argument in ("-p", f"no:{plugin}")]
        run_here_or_apart = pytester.runpytest_subprocess if apart else pytester.runpytest_inprocess
        return run_here_or_apart("-p", "no:cacheprovider", "--color=no", *without, *arguments)

    return run
