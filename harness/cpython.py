"""What differs between the versions of CPython, as far as the controlled standard library has to know it.

Each constant says what a version has, and where that stands in CPython's source. Known up to 3.15; a later version is
taken for the last known one, and :func:`warn_if_unknown` says so.
"""

from __future__ import annotations

import sys
import warnings
from typing import Final

__all__ = ["CURRENT_TASK_IN_THREAD", "LAST_KNOWN", "THREAD_HAS_CONTEXT", "THREAD_HAS_HANDLE", "warn_if_unknown"]

LAST_KNOWN: Final = (3, 15)
THREAD_HAS_HANDLE: Final = sys.version_info >= (3, 13)
"""``Thread`` keeps a ``_handle`` of its OS thread in place of ``_is_stopped`` (``Lib/threading.py``)."""
THREAD_HAS_CONTEXT: Final = sys.version_info >= (3, 14)
"""``Thread(context=...)`` and ``sys.flags.thread_inherit_context`` (``Lib/threading.py``)."""
CURRENT_TASK_IN_THREAD: Final = sys.version_info >= (3, 14)
"""The current task moved from a dictionary of loops into the thread state (``Modules/_asynciomodule.c``)."""


def warn_if_unknown() -> None:
    """Say that this CPython is newer than what is known here, and what is assumed."""
    if sys.version_info[:2] > LAST_KNOWN:
        assumed = ".".join(map(str, LAST_KNOWN))
        warnings.warn(
            "CPython {}.{} is newer than this harness, which takes it for {}".format(*sys.version_info[:2], assumed),
            UserWarning,
            stacklevel=2,
        )
