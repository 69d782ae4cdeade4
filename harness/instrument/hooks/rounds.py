"""Rounds of ``while`` loops, by which those who spin are told from those who work."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.model.site import Site

__all__ = ["step"]

_step: Callable[[Site], None] | None = None


def step(site: Site) -> bool:
    """One more round of a ``while`` loop."""
    if _step is not None:
        _step(site)
    return True
