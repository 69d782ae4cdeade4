"""Random numbers, the same ones in every execution: a schedule alone decides what a program does."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Chance"]

_real_seed: Final = random.Random.seed


class Chance:
    """What stands behind ``random``, ``secrets``, ``uuid`` and ``os.urandom``.

    Args:
        reseed: The program uses :mod:`random`: seed it anew for each execution.
    """

    def __init__(self, reseed: bool) -> None:
        self._reseed = reseed
        self._state: Any = None
        self._bytes: random.Random | None = None

    def open(self) -> None:
        """Remember the numbers that were to come."""
        self._state = random.getstate() if self._reseed else None

    def close(self) -> None:
        """Go on with them."""
        if self._state is not None:
            random.setstate(self._state)

    def begin_again(self) -> None:
        """An execution begins."""
        self._bytes = random.Random(0) if self._reseed else None
        if self._reseed:
            random.seed(0)

    def functions(self) -> Iterator[tuple[Any, str, Callable[..., Any]]]:
        """``(module, name, what stands in for it)``."""
        yield os, "urandom", self._urandom
        yield random, "_urandom", self._urandom  # of SystemRandom, and so of secrets
        yield random.Random, "seed", self._seed

    def _urandom(self, size: int) -> bytes:
        source = self._bytes
        if source is None:
            source = self._bytes = random.Random(0)
        return source.randbytes(size)

    def _seed(self, generator: random.Random, a: Any = None, version: int = 2) -> None:
        """``random.Random()`` without a seed asks the operating system for one, below all names."""
        _real_seed(generator, int.from_bytes(self._urandom(16)) if a is None else a, version)
