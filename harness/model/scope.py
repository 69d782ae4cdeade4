"""What an exploration looked at, and what it did not."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Scope"]


@dataclass(frozen=True, slots=True)
class Scope:
    """The modules that a program came to, by name.

    Attributes:
        rewritten: Their accesses are switch points.
        opaque: Python code that ran as single steps: it was reached, is not rewritten, and its state is not known to
            the harness.
        shared: Those of ``opaque`` that two actors ran, so that state may pass between them unseen. With any of them, a
            program is not called proved.

    Example:
        >>> print(Scope(("service.jobs",), ("cachetools",), ("cachetools",)))
        cachetools ran as single steps in more than one thread; to look inside: instrument=('cachetools',)
    """

    rewritten: tuple[str, ...] = ()
    opaque: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()

    def __str__(self) -> str:
        named = self.shared or self.opaque
        if not named:
            return ""
        where = " in more than one thread" if self.shared else ""
        packages = tuple(dict.fromkeys(name.partition(".")[0] for name in named if name[0] not in "</"))
        inside = f"; to look inside: instrument={packages!r}" if packages else ""
        return f"{', '.join(named)} ran as single steps{where}{inside}"
