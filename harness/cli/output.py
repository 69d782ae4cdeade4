"""Consoles: colour where a person looks, plain text everywhere else (pipes, files, ``NO_COLOR``)."""

from __future__ import annotations

import sys

from rich.console import Console

__all__ = ["make_console", "make_error_console"]


def make_console() -> Console:
    """For results, on standard output. A pipe has no width: it gets 100 columns."""
    width = None if sys.stdout.isatty() else 100
    return Console(highlight=False, markup=False, emoji=False, width=width, soft_wrap=False)


def make_error_console() -> Console:
    """For progress, on standard error."""
    return Console(stderr=True, highlight=False, markup=False, emoji=False)
