"""One kept schedule of a test, executed again, and what was raised in it, for a debugger to stand at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.engine import Execution as EngineExecution
from harness.exploration.discovery import open_session
from harness.exploration.replaying import follow, options_of
from harness.model.result import Execution

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from harness.model.token import Token

__all__ = ["replay_item"]


class _Keeping(EngineExecution):
    """Keeps what the program let escape, in whichever thread, with its traceback."""

    raised: BaseException | None = None

    def fail_with(self, exc: BaseException) -> None:
        if self.status.recording:
            self.raised = exc
        super().fail_with(exc)


def replay_item(
    program: Callable[[], Any], token: Token, options: Mapping[str, Any]
) -> tuple[Execution, BaseException | None]:
    """Execute a schedule.

    Args:
        program: The test as a program.
        token: Of the schedule.
        options: Of the exploration; ``detect`` and ``instrument`` count.

    Returns:
        The execution, and what the program raised in it.

    Raises:
        HarnessError: As :func:`harness.replay` raises them.
    """
    asked = options_of(token, options.get("instrument", ()), options.get("detect", ()))
    with open_session(program, asked, switching="watched", kind=_Keeping) as session:
        run = follow(session, token, detail=True)
        raised = getattr(session.engine.execution, "raised", None)
        finding = session.examine(run)
        failure = session.failure(finding, run, 1) if finding is not None else None
        return Execution(outcome=None, failure=failure, history=run.history, lost_updates=()), raised
