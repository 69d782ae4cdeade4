"""Runs executions, one after the other: what lives on when each of them is over."""

from __future__ import annotations

import _thread
import itertools
from typing import TYPE_CHECKING, Any, Final

from harness.engine.default_order import DefaultOrder
from harness.engine.execution import Execution
from harness.engine.pool import GreenletPool
from harness.engine.protocol import door

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.engine.protocol import Interpreter
    from harness.engine.run import Decider, Run
    from harness.engine.settings import Settings

__all__ = ["Engine"]

_epochs: Final = itertools.count(1)
"""Numbers of executions. They never begin again: a lock may outlive its engine, too."""
_get_ident = _thread.get_ident


class Engine:
    """Runs executions.

    Args:
        settings: How executions are made.
        interpreter: What CPython does around a program.
        listen: Lets rewritten code announce its accesses to an execution, or to none.
        kind: The class of its executions.

    Attributes:
        settings: For the executions to come.
        execution: The execution that is under way, or else the last one.
    """

    def __init__(
        self,
        settings: Settings,
        interpreter: Interpreter,
        listen: Callable[[Any], None],
        kind: type[Execution] = Execution,
    ) -> None:
        self.settings = settings
        self._interpreter = interpreter
        self._listen = listen
        self._kind = kind
        self._pool = GreenletPool()
        self.execution = self._make(DefaultOrder(), detail=False)

    def _make(self, decider: Decider, detail: bool) -> Execution:
        return self._kind(
            next(_epochs), self.settings, self._interpreter, self._pool, decider, self._listen, detail
        )  # fmt: skip

    def execute(self, program: Callable[[], Any], decider: Decider, detail: bool = False) -> Run:
        """Run a program once.

        Args:
            program: Zero-argument callable, sync or async.
            decider: Makes every decision.
            detail: Values and lines are recorded too.

        Raises:
            HarnessError: Something ended the exploration, and not the execution alone.
            KeyboardInterrupt: Ctrl-C.
        """
        execution = self.execution = self._make(decider, detail)
        pool, status = self._pool, execution.status
        door.execution = execution
        door.os_thread = _get_ident()
        pool.begin(execution)
        execution.begin(program)
        following = execution.following
        try:
            while following is not None:
                execution.following = None
                assert following.greenlet is not None
                following.greenlet.switch()
                if pool.start_wanted():
                    following = execution.turns.current  # who asked for it
                else:
                    following = execution.following if status.problem is None else None
        finally:
            execution.end()
            pool.end()
        if status.fatal is not None:
            raise status.fatal
        return execution.run

    def close(self) -> None:
        """Let the greenlets of the pool go."""
        self._pool.close()
