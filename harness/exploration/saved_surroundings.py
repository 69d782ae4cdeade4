"""What surrounds a program, before an execution and after: caches, random numbers, the environment, decimal numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.exploration.saved_state import Saved

if TYPE_CHECKING:
    import random

__all__ = ["SavedCache", "SavedDecimalContext", "SavedEnvironment", "SavedGenerator"]


class SavedCache(Saved):
    """A ``functools.lru_cache``: it can be emptied, and no more. So it is empty before the first execution, too."""

    def __init__(self, obj: Any) -> None:
        self.obj = obj
        obj.cache_clear()

    def restore(self) -> bool:
        if self.obj.cache_info()[3] == 0:
            return False
        self.obj.cache_clear()
        return True


class SavedGenerator(Saved):
    """A generator of random numbers."""

    def __init__(self, obj: random.Random) -> None:
        self.obj = obj
        self._was = self._state()

    def _state(self) -> Any:
        try:
            return self.obj.getstate()
        except NotImplementedError:  # SystemRandom
            return None

    def restore(self) -> bool:
        if self._state() == self._was:
            return False
        self.obj.setstate(self._was)
        return True


class SavedEnvironment(Saved):
    """The environment of the process."""

    def __init__(self, obj: Any) -> None:
        self.obj = obj
        self._was = dict(obj)

    def restore(self) -> bool:
        now = dict(self.obj)
        for name in now.keys() - self._was.keys():
            del self.obj[name]
        for name, value in self._was.items():
            if now.get(name) != value:
                self.obj[name] = value
        return now != self._was


class SavedDecimalContext(Saved):
    """The context of decimal numbers."""

    _names = ("prec", "rounding", "Emin", "Emax", "capitals", "clamp")

    def __init__(self, obj: Any) -> None:
        self.obj = obj
        self._was = self._state()

    def _state(self) -> Any:
        return [getattr(self.obj, name) for name in self._names], dict(self.obj.flags), dict(self.obj.traps)

    def restore(self) -> bool:
        if self._state() == self._was:
            return False
        values, flags, traps = self._was
        for name, value in zip(self._names, values, strict=True):
            setattr(self.obj, name, value)
        self.obj.flags.update(flags)
        self.obj.traps.update(traps)
        return True
