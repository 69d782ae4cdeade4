"""The version is that of the installed package, where there is one."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from harness.model import harness_version
from harness.model.harness_version import installed_version

if TYPE_CHECKING:
    import pytest


def test_it_is_what_the_installer_says() -> None:
    assert installed_version() == version("race-harness")


def test_a_checkout_that_is_not_installed_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(harness_version, "version", missing)
    assert installed_version() == ""
