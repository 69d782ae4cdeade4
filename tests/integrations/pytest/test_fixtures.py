"""Fixtures of a test that is explored: which are made anew, in which order, and which are shared."""

pytest_plugins = ("pytester",)

BODY = "    twice(jobs.right)\n    assert jobs.done == 2\n"
JOBS = "@pytest.fixture\ndef jobs():\n    return Jobs()\n"


def test_function_scoped_fixtures_are_made_anew_in_pytests_order(run) -> None:
    tests = JOBS + (
        "log = []\n"
        "@pytest.fixture(autouse=True)\ndef first():\n    log.append('first')\n    yield\n    log.append('-first')\n"
        "@pytest.fixture\ndef second(first, jobs):\n    log.append('second')\n    yield\n    log.append('-second')\n"
        "@pytest.mark.race\ndef test_order(second, jobs):\n    assert log[-2:] == ['first', 'second']\n"
        "    assert log[-3:-2] in ([], ['-first'])\n" + BODY
    )
    result = run(tests, "--race")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["1 explored: 1 proved"])


def test_wider_ones_are_shared_and_said_to_be(run) -> None:
    tests = JOBS + "@pytest.fixture(scope='module')\ndef names():\n    return ['a']\n"
    tests += "def test_names(jobs, names):\n    names.append('b')\n    assert names == ['a', 'b']\n" + BODY
    result = run(tests.replace("['a', 'b']", "['a', 'b'] or len(names) == 3"), "--race")
    result.stdout.fnmatch_lines(["shared by all executions of a test, for their scope is wider: names"])


def test_a_fixture_that_cannot_be_made_again_is_refused_by_name(run) -> None:
    tests = JOBS + "made = open('made', 'w')\n@pytest.fixture\ndef port():\n    import os\n    os.rmdir('once')\n"
    tests += "def test_port(port, jobs):\n" + BODY
    tests = tests.replace("made = open('made', 'w')", "import os\nos.mkdir('once')")
    result = run(tests, "--race")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["refused test_jobs.py::test_port: fixture 'port' cannot be made again: *"])


def test_the_fixtures_of_pytest_work_in_every_execution(run) -> None:
    tests = JOBS + (
        "import logging, os\n"
        "@pytest.mark.parametrize('n', [1, 2])\nclass TestAll:\n"
        "    def test_all(self, jobs, n, tmp_path, monkeypatch, caplog, capsys):\n"
        "        assert not hasattr(self, 'seen')\n        self.seen = n\n"
        "        assert 'RACE_TEST' not in os.environ and not list(tmp_path.iterdir())\n"
        "        monkeypatch.setenv('RACE_TEST', '1')\n        (tmp_path / 'file').write_text('text')\n"
        "        logging.warning('warned')\n        print('printed')\n        twice(jobs.right)\n"
        "        assert jobs.done == 2 and capsys.readouterr().out == 'printed\\n'\n"
        "        assert [each.getMessage() for each in caplog.records] == ['warned']\n"
    )
    result = run(tests, "--race", "--race-schedules=20", apart=True)
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["2 explored: 2 proved"])


def test_unittest_and_skips_work(run) -> None:
    tests = (
        "import unittest\nclass TestOld(unittest.TestCase):\n    def setUp(self):\n        self.jobs = Jobs()\n"
        "    def test_wrong(self):\n        twice(self.jobs.wrong)\n        self.assertEqual(self.jobs.done, 2)\n"
        "def test_skipped():\n    twice(Jobs().right)\n    pytest.skip('why')\n"
    )
    result = run(tests, "--race", apart=True)
    result.assert_outcomes(failed=1, skipped=1)
    result.stdout.fnmatch_lines(["LOST UPDATE*"])
