"""The wheel: one top-level package, with the built-in scenarios in it under the names that a checkout gives them."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from harness import scenarios

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder into which the wheel was unpacked."""
    pytest.importorskip("hatchling", reason="builds the wheel")
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def race(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "harness", *arguments],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(installed)}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_wheel_installs_one_package(installed: Path) -> None:
    assert {path.name for path in installed.iterdir() if not path.name.endswith(".dist-info")} == {"harness"}


def test_an_installed_harness_is_the_one_that_runs(installed: Path, tmp_path: Path) -> None:
    code = "import harness.scenarios, harness.stores; print(harness.scenarios.__path__[0])"
    found = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(installed)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert found.stdout.strip() == str(installed / "harness" / "scenarios")


def test_all_scenarios_are_listed_and_one_runs_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    listed = race(installed, tmp_path, "list")
    assert listed.returncode == 0, listed.stderr
    names = [line.split()[0] for line in listed.stdout.splitlines() if line.startswith("  ")]
    assert set(scenarios.names()) <= set(names)
    ran = race(installed, tmp_path, "run", "progress-jumps-backward", "--store", "unlocked")
    assert ran.returncode == 0, ran.stderr
    assert "race replay progress-jumps-backward@unlocked:" in ran.stdout


def test_a_folder_called_scenarios_is_the_users_own(installed: Path, tmp_path: Path) -> None:
    mine = tmp_path / "scenarios"
    mine.mkdir()
    (mine / "__init__.py").write_text("WHOSE = 'mine'\n")
    (mine / "mine.py").write_text("from scenarios import WHOSE\n\ndef program():\n    return WHOSE\n")
    assert race(installed, tmp_path, "list").returncode == 0
    ran = race(installed, tmp_path, "run", "scenarios.mine:program")
    assert ran.returncode == 0, ran.stderr
    assert "progress-jumps-backward" in race(installed, tmp_path, "run", "progress-jumps-backward").stdout


def test_a_token_of_a_checkout_replays_in_an_installed_harness(installed: Path, tmp_path: Path) -> None:
    import harness
    from harness import stores

    program = scenarios.load("progress-jumps-backward").program(stores.load("unlocked"))
    failure = harness.explore(program).failure
    assert failure is not None
    replayed = race(installed, tmp_path, "replay", failure.token)
    assert replayed.returncode == 1, replayed.stderr
    assert failure.token in replayed.stdout
