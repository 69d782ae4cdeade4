"""A plan as a program: threads and tasks that follow the rules of one machine, and the check at the end."""

from __future__ import annotations

import asyncio
import copy
import inspect
import threading
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self

from harness.integrations.hypothesis import call_log
from harness.integrations.hypothesis.logical_time import Ended, put_in_time
from harness.linearizability import ObjectModel, Outcome, check
from harness.model.errors import HarnessError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from harness.integrations.hypothesis.plan import Call, Plan
    from harness.linearizability import Operation

__all__ = ["ConcurrentProgram", "Machine", "NotLinearizable"]


class Machine(Protocol):
    """What a program asks of a machine: see :class:`~harness.integrations.hypothesis.race_machine.RaceMachine`."""

    model: ClassVar[type[Any] | None]
    instrument: ClassVar[tuple[str, ...]]

    @classmethod
    def rules(cls) -> Mapping[str, Any]: ...

    @staticmethod
    def part_of(operation: Operation) -> Hashable: ...

    def setup(self) -> Any: ...

    def check(self) -> None: ...


class NotLinearizable(AssertionError):
    """No order of the operations explains what each of them returned."""


class ConcurrentProgram:
    """A callable without arguments, for :func:`harness.explore`, or to be run as it is.

    Args:
        machine: The class with the rules; a machine is made for each execution.
        plan: Who calls what. An actor whose rules are async is a task of one event loop, any other a thread.
    """

    def __init__(self, machine: type[Machine], plan: Plan) -> None:
        self.machine = machine
        self.plan = plan
        self.label = f"{machine.__module__}:{machine.__qualname__}.<plan>.program"  # a name that no shell command finds
        own = [cls.__module__ for cls in machine.__mro__ if not cls.__module__.startswith(("harness.", "builtins"))]
        self.instrument = tuple(dict.fromkeys((*own, *machine.instrument, call_log.__name__)))

    def __call__(self) -> None:
        """Run it once.

        Raises:
            NotLinearizable: No order of the operations explains what they returned.
        """
        execution = _ConcurrentRun(self.machine(), self.plan)
        execution.run()
        execution.judge()


class _ConcurrentRun:
    """One execution of a plan."""

    def __init__(self, machine: Machine, plan: Plan) -> None:
        self._machine = machine
        self._plan = plan
        self._log = call_log.CallLog(len(plan.actors))
        self._ended: list[list[Ended]] = [[] for _ in plan.actors]
        self._before: list[Ended] = []
        self._errors: list[BaseException] = []
        asynchronous = {name for name, rule in machine.rules().items() if rule.is_async}
        self._is_task = [bool(calls) and calls[0].rule in asynchronous for calls in plan.actors]
        everything = (*plan.before, *(call for calls in plan.actors for call in calls))
        is_async = any(call.rule in asynchronous for call in everything)
        self._needs_loop = is_async or inspect.iscoroutinefunction(machine.setup)

    def run(self) -> None:
        """Make all the calls."""
        if self._needs_loop:
            asyncio.run(self._run_in_loop())
        else:
            self._machine.setup()
            self._follow(-1, self._plan.before)
            threads = self._threads(lambda: None)
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        if self._errors:
            raise self._errors[0]

    def judge(self) -> None:
        """Check what the machine is to check, and look for an order."""
        machine = self._machine
        machine.check()
        if machine.model is None:
            return
        names = [_name(number, is_task) for number, is_task in enumerate(self._is_task)]
        history = put_in_time(self._before, self._ended, names)
        found = check(history, ObjectModel(machine.model), machine.part_of)
        if not found.holds:
            raise NotLinearizable(_explain(machine, found.part, found.culprit))

    async def _run_in_loop(self) -> None:
        ready = self._machine.setup()
        if ready is not None:
            await ready
        await self._follow_as_task(-1, self._plan.before)
        loop, ended = asyncio.get_running_loop(), asyncio.Semaphore(0)
        threads = self._threads(partial(loop.call_soon_threadsafe, ended.release))
        for thread in threads:
            thread.start()
        numbered = [(number, calls) for number, calls in enumerate(self._plan.actors) if self._is_task[number]]
        tasks = [
            asyncio.create_task(self._follow_as_task(number, calls), name=_name(number, is_task=True))
            for number, calls in numbered
        ]
        for task in tasks:
            await task
        for _ in threads:
            await ended.acquire()
        for thread in threads:
            thread.join()

    def _threads(self, at_end: Callable[[], object]) -> list[threading.Thread]:
        def work(number: int, calls: Sequence[Call]) -> None:
            try:
                self._follow(number, calls)
            except Exception as error:
                self._errors.append(error)
            at_end()

        return [
            threading.Thread(target=work, args=(number, calls), name=_name(number, is_task=False))
            for number, calls in enumerate(self._plan.actors)
            if not self._is_task[number]
        ]

    def _follow(self, actor: int, calls: Sequence[Call]) -> None:
        for call in calls:
            with _Recording(self, actor, call) as recording:
                recording.value = getattr(self._machine, call.rule)(**recording.given)

    async def _follow_as_task(self, actor: int, calls: Sequence[Call]) -> None:
        for call in calls:
            with _Recording(self, actor, call) as recording:
                answer = getattr(self._machine, call.rule)(**recording.given)
                recording.value = await answer if inspect.isawaitable(answer) else answer

    def called(self, actor: int) -> tuple[int, ...]:
        """Note that an actor calls a rule, and return what had ended by then."""
        return self._log.called() if actor >= 0 else ()

    def returned(self, actor: int, call: Call, seen: tuple[int, ...], outcome: Outcome) -> None:
        """Note that an operation has ended."""
        ended = self._ended[actor] if actor >= 0 else self._before
        ended.append(Ended(call.rule, call.arguments, outcome, seen))
        if actor >= 0:
            self._log.returned(actor, len(ended))


class _Recording:
    """One call: notes when it begins and ends, and what comes of it. A failed assertion is no outcome, and goes on."""

    def __init__(self, run: _ConcurrentRun, actor: int, call: Call) -> None:
        self._run, self._actor, self._call = run, actor, call
        self.given = copy.deepcopy(dict(call.arguments))  # an execution must not see what another one changed
        self.value: Any = None
        self._seen: tuple[int, ...] = ()

    def __enter__(self) -> Self:
        self._seen = self._run.called(self._actor)
        return self

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> bool:
        if error is not None and (not isinstance(error, Exception) or isinstance(error, AssertionError | HarnessError)):
            return False
        outcome = Outcome(self.value) if error is None else Outcome(error=type(error).__name__)
        self._run.returned(self._actor, self._call, self._seen, outcome)
        return True


def _name(actor: int, is_task: bool) -> str:
    return f"{'task' if is_task else 'thread'} {actor + 1}"


def _explain(machine: Machine, part: Sequence[Operation], culprit: Operation | None) -> str:
    """What was called and what came back, by the time of the calls."""
    lines = [f"not linearizable: no order in which {_model_name(machine)} gives these results:"]
    for each in part:
        doubt = "  <- not explained" if each is culprit else ""
        lines.append(f"  {each.call:>3} to {each.end:<3} {each}{doubt}")
    return "\n".join(lines)


def _model_name(machine: Machine) -> str:
    return machine.model.__name__ if machine.model is not None else "the model"
