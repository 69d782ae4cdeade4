"""What the guide shows is run as a stranger would paste it."""

import re
import tomllib
from pathlib import Path

import pytest

from harness.integrations.pytest.race_settings import PROFILES, read_settings
from harness.model.errors import UsageError

pytest_plugins = ("pytester",)

GUIDE = (Path(__file__).parents[3] / "docs" / "pytest.md").read_text()
TESTS, PROGRAM = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
(SETTINGS,) = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)


def test_the_tests_of_the_guide_do_what_it_says(run) -> None:
    result = run(TESTS)
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["LOST UPDATE*Jobs.done*", "3 explored: * 1 failed"])


def test_the_settings_of_the_guide_are_read(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(SETTINGS)
    assert read_settings(tmp_path, None) == ({"schedules": 200}, ".race")
    assert read_settings(tmp_path, "nightly") == ({"schedules": 100000, "detect": ["data-race"]}, ".race")


def test_the_guide_lists_every_option_and_profile(pytester: pytest.Pytester) -> None:
    said = pytester.runpytest_inprocess("--help", "-p", "no:asyncio").stdout.str()
    for option in re.findall(r"--race[a-z-]*", said):
        assert option in GUIDE
    for name, profile in PROFILES.items():
        assert re.search(rf"`{name}` \([\d,]*{profile['schedules']:,}", GUIDE)


def test_the_program_of_the_guide_is_checked(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(jobs=PROGRAM)
    result = pytester.runpython_c("import jobs; jobs.show()")
    result.stdout.fnmatch_lines(["LOST UPDATE*"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[tool.race", "cannot read"),
        ("[tool]\nrace = 3", "is a table"),
        ("[tool.race]\nprofile = 'weekly'", "there is no profile 'weekly'; there are: ci, dev, nightly"),
        ("[tool.race]\ndatabase = 3", "database is a folder"),
        ("[tool.race]\nprofiles = 3", "has a table for each profile"),
        ("[tool.race.profiles.dev]\nschedule = 3", "has no setting 'schedule'"),
    ],
)
def test_settings_that_make_no_sense_are_refused_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    with pytest.raises(UsageError, match=re.escape(said)) as caught:
        read_settings(tmp_path, None if "profile =" in text else "dev")
    assert "\n" not in str(caught.value)


def test_a_profile_that_does_not_exist_ends_the_run_as_wrong_usage(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess("--race", "--race-profile=weekly", "-p", "no:asyncio")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: race: there is no profile 'weekly'; there are: ci, dev, nightly"])


def test_the_database_can_be_left_out(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.race]\ndatabase = false")
    assert read_settings(tmp_path, None) == ({}, None)
    assert tomllib.loads(SETTINGS)["tool"]["race"]["database"] == ".race"
