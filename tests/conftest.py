"""Tests give the same answer in every run, on a machine of any speed, in a terminal of any width."""

from __future__ import annotations

import pytest
from hypothesis import settings

settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("nightly", deadline=None, max_examples=10_000)  # pytest --hypothesis-profile=nightly
settings.load_profile("steady")


@pytest.fixture(autouse=True)
def _no_width_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
