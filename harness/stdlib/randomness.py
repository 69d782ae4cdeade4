"""Random numbers, the same ones in every execution: a schedule alone decides what a program does."""

from __future__ import annotations

import os
import random
from typing import Any, Final

from harness.stdlib.patch import guarded

__all__ = ["PATCHES", "Reseeding"]

_real_seed: Final = random.Random.seed
_source: list[random.Random] = []  # one; made when it is first asked, for seeding is slow
"""What stands behind ``os.urandom`` and with it ``secrets``, ``uuid`` and generators without a seed."""


class Reseeding:
    """Context manager: the global generator of :mod:`random` goes on afterwards as if nothing had happened.

    Args:
        is_used: The program uses :mod:`random`: seed it anew for each execution.
    """

    def __init__(self, is_used: bool) -> None:
        self._is_used = is_used
        self._state: Any = None

    def __enter__(self) -> Reseeding:
        self._state = random.getstate() if self._is_used else None
        return self

    def __exit__(self, *exc: object) -> None:
        if self._state is not None:
            random.setstate(self._state)

    def begin_again(self) -> None:
        """An execution begins."""
        _source.clear()
        if self._is_used:
            random.seed(0)


def _urandom(size: int) -> bytes:
    if not _source:
        _source.append(random.Random(0))
    return _source[0].randbytes(size)


def _seed(generator: random.Random, a: Any = None, version: int = 2) -> None:
    """``random.Random()`` without a seed asks the operating system for one, below all names."""
    _real_seed(generator, int.from_bytes(_urandom(16)) if a is None else a, version)


PATCHES: Final = (
    guarded(os, "urandom", _urandom),
    guarded(random, "_urandom", _urandom),  # of SystemRandom, and so of secrets
    guarded(random.Random, "seed", _seed),
)
