import subprocess
import sys
from pathlib import Path

import pytest

pytest_plugins = ("pytester",)

WRONG = "def test_wrong():\n    jobs = Jobs()\n    twice(jobs.wrong)\n    assert jobs.done == 2\n"
RIGHT = "def test_right():\n    jobs = Jobs()\n    twice(jobs.right)\n    assert jobs.done == 2\n"
ALONE = "def test_alone():\n    Jobs().wrong()\n"
MARK = "@pytest.mark.race\n"


def test_nothing_of_the_harness_is_loaded_where_it_is_not_used() -> None:
    code = "import sys; import harness.integrations.pytest.plugin; print(*[n for n in sys.modules if 'harness' in n])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert set(loaded) == {
        "harness", "harness.integrations", "harness.integrations.pytest", "harness.integrations.pytest.plugin",
    }  # fmt: skip


def test_without_the_option_a_suite_runs_as_ever(run, pytester) -> None:
    result = run(WRONG + RIGHT)
    result.assert_outcomes(passed=2)
    result.stdout.no_fnmatch_line("*race*explored*")
    assert not (pytester.path / ".race").exists()


def test_a_suite_is_explored_as_it_stands_and_the_summary_counts(run) -> None:
    result = run(WRONG + RIGHT + ALONE, "--race")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(
        [
            "LOST UPDATE*Jobs.done*",
            "*lost*",
            "replay: pytest '--race-replay=test_jobs.py::test_wrong:*",
            "2 explored: 1 proved, 1 failed",
            "1 run once*",
        ]
    )
    assert "item_program" not in result.stdout.str()  # no traceback of ours


def test_a_marked_test_is_explored_without_the_option(run) -> None:
    result = run(MARK + WRONG + "@pytest.mark.race(schedules=50)\n" + RIGHT + WRONG.replace("wrong()", "free()"))
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["2 explored: 1 proved, 1 failed"])


def test_an_async_test_that_no_plugin_runs_is_a_program_too(run) -> None:
    body = "    jobs = Jobs()\n    await twice_in_tasks(jobs.{0})\n    assert jobs.done == 2\n"
    tests = "".join(f"{MARK}async def test_{how}():\n{body.format(how)}" for how in ("wrong", "right"))
    result = run(tests, "--race-schedules=60")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["LOST UPDATE*", "2 explored: 1 not found, 1 failed"])


def test_the_fixture_explores_a_program_of_its_own(run) -> None:
    program = "def program():\n        jobs = Jobs()\n        twice(jobs.{})\n        assert jobs.done == 2\n    "
    tests = f"def test_wrong(race):\n    {program.format('wrong')}race(program)\n"
    tests += (
        f"def test_right(race):\n    {program.format('right')}assert race(program, schedules=50).verdict == 'proved'\n"
    )
    result = run(tests)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["LOST UPDATE*", "2 explored: 1 proved, 1 failed"])


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ("race(schedule=3)", "race has no argument 'schedule'; there are: *"),
        ("race(schedules=0)", "schedules must be at least 1, not 0"),
        ("race(strategy='best')", "there is no strategy 'best'*"),
        ("race(100)", "the mark race takes arguments by name*"),
    ],
)
def test_a_mark_that_makes_no_sense_fails_in_one_line(run, mark: str, said: str) -> None:
    result = run(f"@pytest.mark.{mark}\n" + RIGHT)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"race: {said}"])


def test_what_is_refused_is_no_failure_of_an_existing_suite_and_its_reason_is_shown(run) -> None:
    tests = "import socket\ndef test_socket():\n    twice(lambda: socket.socket().close())\n"
    result = run(tests, "--race")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["1 explored: 1 refused", "refused test_jobs.py::test_socket: *socket*"])
    run(MARK + tests.split("\n", 1)[1].replace("socket.socket", "__import__('socket').socket")).assert_outcomes(
        failed=1
    )


def test_one_schedule_is_replayed_and_the_token_chooses_its_test(run, pytester) -> None:
    run(WRONG + RIGHT, "--race")
    (entry,) = (pytester.path / ".race" / "failures").iterdir()
    token = next(line[7:] for line in entry.read_text().splitlines() if line.startswith("token: "))
    result = run(None, f"--race-replay={token}")
    result.assert_outcomes(failed=1, deselected=1)
    result.stdout.fnmatch_lines(["LOST UPDATE*", "replayed test_jobs.py::test_wrong: assertion"])
    result = run(None, f"--race-replay={token}", "--race-step")
    result.stdout.fnmatch_lines(["*Thread-1 (wrong)*read self.done = 0*jobs.py:11*"])
    assert run(None, "--race-replay=nonsense").ret == pytest.ExitCode.USAGE_ERROR


@pytest.mark.slow
def test_with_the_debugger_a_replay_stands_at_the_failing_step(run, pytester) -> None:
    run("def test_wrong():\n    where = 'here'\n" + "\n".join(WRONG.splitlines()[1:]), "--race")
    (entry,) = (pytester.path / ".race" / "failures").iterdir()
    token = next(line[7:] for line in entry.read_text().splitlines() if line.startswith("token: "))
    result = pytester.run(
        sys.executable,
        "-m",
        "pytest",
        f"--race-replay={token}",
        "--pdb",
        "-p",
        "no:randomly",
        stdin=b"p where, jobs.done\nq\n",
    )
    result.stdout.fnmatch_lines(["*test_jobs.py(7)test_wrong()", "*('here', 1)*"])


@pytest.mark.slow
def test_what_is_kept_is_tried_first_and_proofs_are_not_made_twice(run) -> None:
    run(WRONG + RIGHT, "--race")
    again = run(None, "--race")
    again.stdout.fnmatch_lines(["2 explored: 1 proved (kept), 1 failed", "*a kept assertion failure still happens"])
    forced = run(None, "--race", "--race-update")
    forced.stdout.fnmatch_lines(["2 explored: 1 proved, 1 failed"])


def test_an_entry_whose_test_is_gone_is_said_and_dropped_when_asked(run, pytester) -> None:
    run(WRONG + RIGHT, "--race")
    result = run(RIGHT, "--race")
    result.stdout.fnmatch_lines(["*there is no test test_jobs.py::test_wrong any more (stale: --race-update drops it)"])
    run(None, "--race", "-k", "nothing")
    assert len(list((pytester.path / ".race" / "failures").iterdir())) == 1
    run(None, "--race", "--race-update").stdout.fnmatch_lines(["*any more (dropped)"])
    assert not list((pytester.path / ".race" / "failures").iterdir())


def test_a_damaged_entry_is_said_in_one_line(run, pytester) -> None:
    folder: Path = pytester.path / ".race" / "failures"
    folder.mkdir(parents=True)
    (folder / "x.txt").write_bytes(b"\xff")
    result = run(RIGHT, "--race")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*x.txt: cannot be read*mend it, or delete it"])


def test_the_time_of_a_run_is_shared_and_what_has_none_is_not_found(run) -> None:
    result = run(RIGHT, "--race", "--race-time=0.000001")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["1 explored: 1 not found"])
    assert run(None, "--race", "--race-time=0").ret == pytest.ExitCode.USAGE_ERROR


def test_two_programs_of_one_name_in_one_test_share_no_proof(run) -> None:
    tests = "def test_both(race):\n    for work in (Jobs.right, Jobs.wrong):\n"
    tests += "        def program():\n            jobs = Jobs()\n            twice(lambda: work(jobs))\n"
    tests += "            assert jobs.done == 2\n        race(program)\n"
    run(tests).assert_outcomes(failed=1)
    run(None).assert_outcomes(failed=1)
