"""When operations were called and when they had ended, as state that the actors share.

This is code of the program under test: it is rewritten like the user's own, so the search knows that the order of a
call and of another actor's return matters. Otherwise it would take two executions for equivalent that differ in nothing
but whether two operations overlap, and what is linearizable depends on that.
"""

from __future__ import annotations

__all__ = ["CallLog"]


class CallLog:
    """How many operations of each actor have ended.

    Args:
        actors: Their number.
    """

    def __init__(self, actors: int) -> None:
        self.ended = [0] * actors

    def called(self) -> tuple[int, ...]:
        """Return what has ended before the call that is about to be made."""
        return tuple(self.ended)

    def returned(self, actor: int, count: int) -> None:
        """Note that an actor has made so many calls."""
        self.ended[actor] = count
