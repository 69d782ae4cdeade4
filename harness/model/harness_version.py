"""Which version of the harness this is."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

__all__ = ["installed_version"]


def installed_version() -> str:
    """Return the version of the harness; ``""`` if it is not installed but run from its folder."""
    try:
        return version("race-harness")
    except PackageNotFoundError:
        return ""
