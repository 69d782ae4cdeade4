"""The plugin beside other plugins, each the real one."""

import json
import sys

import pytest

pytest_plugins = ("pytester",)

JOBS = "@pytest.fixture\ndef jobs():\n    return Jobs()\n"
WRONG = "def test_wrong(jobs):\n    twice(jobs.wrong)\n    assert jobs.done == 2\n"
RIGHT = "def test_right(jobs):\n    twice(jobs.right)\n    assert jobs.done == 2\n"
ASYNC = (
    "async def test_wrong(jobs):\n    await twice_in_tasks(jobs.wrong)\n    assert jobs.done == 2\n"
    "async def test_right(jobs):\n    await twice_in_tasks(jobs.right)\n    assert jobs.done == 2\n"
)


def test_asyncio_tests_and_fixtures_run_on_a_loop_that_is_made_anew(run) -> None:
    tests = "import pytest_asyncio\n@pytest_asyncio.fixture\nasync def jobs():\n    await asyncio.sleep(0)\n"
    tests += "    yield Jobs()\n    await asyncio.sleep(0)\npytestmark = pytest.mark.asyncio\n" + ASYNC
    result = run(tests, "--race", "--race-schedules=8", plugins=("asyncio",))
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["LOST UPDATE*", "2 explored: 1 not found, 1 failed"])


@pytest.mark.slow
def test_asyncio_fixtures_of_a_wider_loop_are_made_anew_with_it(run) -> None:
    tests = "import pytest_asyncio\n@pytest_asyncio.fixture(scope='module', loop_scope='module')\nasync def jobs():\n"
    tests += "    yield Jobs()\npytestmark = pytest.mark.asyncio(loop_scope='module')\n" + ASYNC
    tests += "async def test_after(jobs):\n    assert jobs.done == 0\n"
    result = run(tests, "--race", "--race-schedules=8", plugins=("asyncio",))
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["LOST UPDATE*", "2 explored: 1 not found, 1 failed"])


@pytest.mark.slow
def test_anyio_tests_and_fixtures_run_under_control(run) -> None:
    tests = "@pytest.fixture\ndef anyio_backend():\n    return 'asyncio'\n@pytest.fixture\nasync def jobs():\n"
    tests += "    yield Jobs()\npytestmark = pytest.mark.anyio\n" + ASYNC
    result = run(tests, "--race", "--race-schedules=8", plugins=("anyio",))
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["LOST UPDATE*"])


@pytest.mark.slow
def test_workers_of_xdist_share_the_tests_and_the_database(run, pytester) -> None:
    result = run(JOBS + WRONG + RIGHT, "--race", "-n2", plugins=("xdist",))
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["LOST UPDATE*", "2 explored: 1 proved, 1 failed"])
    assert len(list((pytester.path / ".race").rglob("*.txt"))) == 2


@pytest.mark.slow
def test_a_benchmark_is_run_once_in_each_execution(run) -> None:
    tests = JOBS + "def test_speed(jobs, benchmark):\n    benchmark(twice, jobs.right)\n    assert jobs.done == 2\n"
    result = run(tests, "--race", "--benchmark-disable", plugins=("benchmark",), apart=True)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["1 explored: 1 proved"])


def test_the_timeout_of_a_test_covers_its_exploration(run) -> None:
    tests = JOBS + "@pytest.mark.timeout(60)\n" + RIGHT
    result = run(tests, "--race", plugins=("timeout",))
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["1 explored: 1 proved"])


def test_random_order_and_seeds_change_no_verdict(run) -> None:
    for seed in (1, 2):
        result = run(JOBS + WRONG + RIGHT, "--race", "-prandomly", f"--randomly-seed={seed}", plugins=("randomly",))
        result.assert_outcomes(passed=1, failed=1)


def test_a_race_is_found_in_each_rerun(run) -> None:
    result = run(JOBS + WRONG + RIGHT, "--race", "--reruns=1", plugins=("rerunfailures",))
    result.stdout.fnmatch_lines(["2 explored: 1 proved, 1 failed", "*1 failed, 1 passed, *1 rerun*"])


@pytest.mark.slow
@pytest.mark.parametrize(
    "core",
    [
        "ctrace",
        pytest.param("sysmon", marks=pytest.mark.skipif(sys.version_info < (3, 12), reason="new in Python 3.12")),
    ],
)
def test_the_coverage_of_rewritten_code_is_that_of_the_source(run, pytester, monkeypatch, core: str) -> None:
    monkeypatch.setenv("COVERAGE_CORE", core)
    tests = JOBS + RIGHT
    branches = [] if core == "sysmon" else ["--cov-branch"]
    found = []
    for more in ([], ["--race", "--race-schedules=20"]):
        run(tests, "--cov=jobs", "--cov-report=json", *branches, *more, plugins=("pytest_cov",))
        files = json.loads((pytester.path / "coverage.json").read_text())["files"]
        found.append({key: files["jobs.py"][key] for key in ("executed_lines", "missing_lines")})
    assert found[0] == found[1]
