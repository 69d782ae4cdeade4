"""The greenlets in which virtual threads live. They outlive executions.

A new greenlet costs more than a whole small execution (CPython maps a stack for it), so none is thrown away.
"""

from __future__ import annotations

from typing import Protocol

from greenlet import GreenletExit, getcurrent, greenlet

__all__ = ["GreenletPool", "Tenant"]


class Tenant(Protocol):
    """The execution whose actors live in the pool."""

    def live(self) -> None:
        """Live as the actor that has the turn, to its end. May raise ``GreenletExit``."""


class GreenletPool:
    """Hands out greenlets, and takes them back when the actors in them have ended.

    Attributes:
        hub: The greenlet that starts all others: how deep one may recurse counts from where it was started.
        wanted: A greenlet that the hub is to start, for an actor that has the turn and waits for it.
    """

    __slots__ = ("_abandoned", "_idle", "_tenant", "hub", "wanted")

    def __init__(self) -> None:
        self.hub: greenlet = getcurrent()
        self.wanted: greenlet | None = None
        self._tenant: Tenant | None = None
        self._idle: list[greenlet] = []
        self._abandoned: list[greenlet] = []

    def begin(self, tenant: Tenant) -> None:
        """An execution begins."""
        self._tenant = tenant
        self.hub = getcurrent()
        self.wanted = None

    def end(self) -> None:
        """An execution is over."""
        self._tenant = None

    def take(self) -> greenlet:
        """A greenlet that waits for its first turn."""
        return self._idle.pop() if self._idle else self._grow()

    def give_back(self, target: greenlet) -> None:
        """Take back a greenlet whose actor never had the turn."""
        self._idle.append(target)

    def abandon(self, target: greenlet) -> None:
        """Keep a greenlet that cannot be unwound where it is, for ever."""
        self._abandoned.append(target)

    def close(self) -> None:
        """Let the idle greenlets go."""
        self._idle.clear()

    def start_wanted(self) -> bool:
        """In the hub: start the greenlet that was asked for; False if none was."""
        new, self.wanted = self.wanted, None
        if new is None:
            return False
        new.switch()
        return True

    def _grow(self) -> greenlet:
        new = greenlet(self._work, self.hub)
        if getcurrent() is self.hub:
            new.switch()
        else:
            self.wanted = new
            self.hub.switch()
        return new

    def _work(self) -> None:
        """Live as one actor after the other."""
        while True:
            self.hub.switch()
            assert self._tenant is not None
            try:  # noqa: SIM105  a context manager here would be paid for in every execution
                self._tenant.live()
            except GreenletExit:
                pass
            self._idle.append(getcurrent())
