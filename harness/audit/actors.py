"""Defines an entry point: a function with the thread or task that runs it, and what was met on the walk through it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from harness.audit.events import Event
    from harness.audit.symbols import Class, Function
    from harness.audit.values import Callee, Value

__all__ = ["MAX_EVENTS", "Context", "Entry", "Note"]

MAX_EVENTS = 4000  # of one entry point: what comes after them is not looked at

Context = Literal["loop", "thread", "main", "init"]


@dataclass(slots=True, eq=False)
class Entry:
    """Describes a function with the actor that runs it.

    Attributes:
        context: ``loop``: a task or callback of the event loop; ``thread``: a thread; ``main``: the program's own
            thread, before and after its loop; ``init``: a constructor or a module's body, with nothing shared yet.
        many: Two of it may run at once.
        assumed: Why it is taken for that, if the source does not say it.
    """

    callee: Callee
    context: Context
    many: bool
    assumed: str = ""
    arguments: tuple[Value, ...] = ()
    keywords: tuple[tuple[str, Value], ...] = ()
    events: list[Event] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    too_deep: bool = False

    @property
    def function(self) -> Function:
        return self.callee.function

    @property
    def cut_short(self) -> bool:
        """It does more than is looked at."""
        return self.too_deep or len(self.events) >= MAX_EVENTS

    @property
    def receiver(self) -> Class | None:
        """The class of the object that it is a method of."""
        value = self.callee.receiver
        return value.cls if value is not None else None

    def __str__(self) -> str:
        who = {"loop": "tasks", "thread": "threads", "main": "the main thread", "init": "no other"}
        one = {"loop": "a task", "thread": "a thread", "main": "the main thread", "init": "no other"}
        return f"{self.function.qualname} ({(who if self.many else one)[self.context]})"


@dataclass(frozen=True, slots=True)
class Note:
    """Records something that is wrong whatever else runs: a rule's name, and where."""

    rule: str
    path: str
    function: str
    line: int
    text: str
