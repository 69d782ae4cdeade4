"""The controlled world behaves as CPython's own tests of threads, locks, queues, executors and asyncio expect."""

from __future__ import annotations

import functools
import importlib.util
import json
import subprocess
import sys
import sysconfig
import tomllib
from collections import Counter
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
SECONDS: Final = 80.0
"""After which a suite is ended. On an idle machine the slowest needs 13."""
SUITES: Final = (
    "test.test_threading",
    "test.test_queue",
    "test.test_asyncio.test_locks",
    "test.test_asyncio.test_queues",
    "test.test_asyncio.test_tasks",
    "test.test_asyncio.test_taskgroups",
    "test.test_asyncio.test_timeouts",
    "test.test_asyncio.test_waitfor",
    "test.test_asyncio.test_runners",
    "test.test_asyncio.test_futures",
    "test.test_asyncio.test_base_events",
    "test.test_concurrent_futures.test_thread_pool",
    "test.test_concurrent_futures.test_as_completed",
    "test.test_concurrent_futures.test_future",
    "test.test_concurrent_futures.test_init",
    "test.test_concurrent_futures.test_shutdown",
    "test.test_concurrent_futures.test_wait",
)
OUTSIDE: Final = frozenset({"process", "signal", "socket"})
TAGS: Final = OUTSIDE | {"internals", "time", "spins", "size"}


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of ``expected.toml``."""

    suite: str
    tests: tuple[str, ...]
    tag: str
    reason: str
    executed: bool = True
    free_threaded: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one test: ``pass``, ``fail`` or ``skip``, and its last words."""

    verdict: str
    detail: str


LISTED: Final = tuple(
    Listed(**{**entry, "tests": tuple(entry["tests"])})
    for entry in tomllib.loads((Path(__file__).parent / "expected.toml").read_text())["listed"]
)
WITHOUT_GIL: Final = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
ENTRIES: Final = tuple(entry for entry in LISTED if WITHOUT_GIL or not entry.free_threaded)


def exists(suite: str) -> bool:
    try:
        return importlib.util.find_spec(suite) is not None
    except ImportError:  # no package that it would be in
        return False


def entry_of(suite: str, test: str) -> Listed | None:
    for entry in ENTRIES:
        if entry.suite == suite and any(fnmatchcase(test, pattern) for pattern in entry.tests):
            return entry
    return None


@functools.cache
def outcomes_of(suite: str) -> dict[str, Outcome]:
    """Run a suite in a process of its own, which is killed if it takes too long."""
    left_out = [name for entry in ENTRIES if entry.suite == suite and not entry.executed for name in entry.tests]
    options = [part for name in left_out for part in ("--without", name)]
    command = [sys.executable, "-m", "tests.cpython.runner", suite, *options]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        output, errors = process.communicate(timeout=SECONDS)
        ended = f"the runner ended with {process.returncode}"
    except subprocess.TimeoutExpired:
        process.kill()
        output, errors = process.communicate()
        ended = f"still running after {SECONDS:g} s"
    lines = [json.loads(line) for line in output.splitlines()]
    assert lines, f"{ended}, without a word: {errors}"
    assert process.returncode == 0, f"{ended}, last line {lines[-1]}: {errors[-2000:]}"
    return {line["id"]: Outcome(line["outcome"], line["detail"]) for line in lines if "id" in line}


@pytest.mark.parametrize("suite", SUITES)
def test_a_suite_passes_but_for_what_is_listed(suite: str) -> None:
    if not exists(suite):
        pytest.skip(f"this interpreter has no {suite}")
    problems = []
    for test, outcome in outcomes_of(suite).items():
        entry = entry_of(suite, test)
        if outcome.verdict == "fail" and entry is None:
            problems.append(f"{test} fails: {outcome.detail[-400:]}")
        if outcome.verdict == "pass" and entry is not None:
            problems.append(f"{test} passes: remove it from the list ({entry.reason})")
    assert not problems, "\n\n".join(problems)


def test_of_all_tests_that_stay_inside_the_world_at_least_95_percent_pass() -> None:
    suites = [suite for suite in SUITES if exists(suite)]
    if not suites:
        pytest.skip("this interpreter has no package test")
    counted: Counter[str] = Counter()
    for suite in suites:
        for test, outcome in outcomes_of(suite).items():
            entry = entry_of(suite, test)
            if entry is None or entry.tag not in OUTSIDE:
                counted[outcome.verdict] += 1
        counted["fail"] += sum(
            len(entry.tests)
            for entry in ENTRIES
            if entry.suite == suite and not entry.executed and entry.tag not in OUTSIDE
        )
    assert counted["pass"] >= 0.95 * (counted["pass"] + counted["fail"]), dict(counted)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.suite} {entry.reason[:30]}")
def test_every_entry_of_the_list_gives_a_suite_that_is_run_a_known_tag_and_a_reason(entry: Listed) -> None:
    assert entry.suite in SUITES
    assert entry.tag in TAGS
    assert entry.reason
    if entry.tag not in OUTSIDE and not entry.executed:
        assert not any(set(name) & set("*?[") for name in entry.tests), "each name counts as one failure"
