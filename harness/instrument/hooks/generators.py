"""Generators that two threads share: another thread may ask for the next value while the body runs.

CPython then raises "generator already executing", even if the body touches nothing but its own variables. So the body
of a generator in other hands comes to a switch point each time that it begins or goes on.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from types import GeneratorType
from typing import TYPE_CHECKING, Any

from harness.instrument.hooks.listener import WRITE
from harness.model.event import WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from harness.instrument.hooks.listener import Access
    from harness.model.site import Site

__all__ = ["Delegated", "begin_again", "resumed", "running"]

_access: Access | None = None
_shared: dict[FrameType, Any] = {}  # the frame of a generator that others may have -> the generator, while it runs


def begin_again() -> None:
    """An execution begins: no generator runs."""
    _shared.clear()


@contextmanager
def running(iterator: Any) -> Iterator[None]:
    """The body of ``iterator``, if it is a generator, runs meanwhile, and others may have it."""
    frame = iterator.gi_frame if type(iterator) is GeneratorType else None
    if frame is None or frame in _shared:
        yield
        return
    _shared[frame] = iterator
    try:
        yield
    finally:
        _shared.pop(frame, None)


def resumed(value: Any, site: Site) -> Any:
    """The body of a generator begins, or goes on with ``value``."""
    if _shared and _access is not None:
        generator = _shared.get(sys._getframe(1))
        if generator is not None:
            _access(generator, WHOLE, WRITE, site)
    return value


class Delegated:
    """A generator that ``yield from`` drives, and that others may have, too."""

    __slots__ = ("_generator", "_site")

    def __init__(self, generator: Any, site: Site) -> None:
        self._generator, self._site = generator, site

    def __iter__(self) -> Delegated:
        return self

    def __next__(self) -> Any:
        return self._driven(self._generator.__next__)

    def send(self, value: Any) -> Any:
        return self._driven(self._generator.send, value)

    def throw(self, *exc: Any) -> Any:
        return self._driven(self._generator.throw, *exc)

    def close(self) -> None:
        self._driven(self._generator.close)

    def _driven(self, method: Any, *args: Any) -> Any:
        if _access is not None:
            _access(self._generator, WHOLE, WRITE, self._site)
        with running(self._generator):
            return method(*args)
