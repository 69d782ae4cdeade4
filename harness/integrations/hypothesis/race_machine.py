"""Rules that several actors follow at once, checked against a sequential model.

Hypothesis draws who calls what, the harness tries the interleavings, and what the calls returned must be explained by
some order of them, in which the model returns the same: the machine is *linearizable*. Prior art: Claessen et al.,
*Finding race conditions in Erlang with QuickCheck and PULSE*, ICFP 2009 (a user-level scheduler, and the sequential
model), and Koval et al., *Lincheck*, CAV 2023 (a part before the actors begin, and the plan printed as a table).
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import hypothesis
from hypothesis import strategies as st

from harness.exploration.loop import explore
from harness.integrations.hypothesis.concurrent_program import ConcurrentProgram
from harness.integrations.hypothesis.first_failure import fails
from harness.integrations.hypothesis.plan import Call, Plan, as_code
from harness.model.errors import RaceFound, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from hypothesis.strategies import SearchStrategy

    from harness.linearizability import Operation

__all__ = ["RaceMachine", "Rule", "partition_by", "rule", "run_race_machine"]

_Method = TypeVar("_Method", bound="Callable[..., Any]")
_Machine = TypeVar("_Machine", bound="type[RaceMachine]")


@dataclass(frozen=True, slots=True)
class Rule:
    """A method that actors call, and where its arguments come from."""

    name: str
    arguments: Mapping[str, SearchStrategy[Any]]
    is_async: bool


def rule(**arguments: SearchStrategy[Any]) -> Callable[[_Method], _Method]:
    """Make a method of a :class:`RaceMachine` a rule: an operation that any actor may call at any time.

    What it returns or raises is compared with the model's method of the same name. An async one is called by tasks of
    one event loop, any other by threads.

    Args:
        arguments: For each of its arguments, a strategy.
    """

    def mark(method: _Method) -> _Method:
        method._race_rule = Rule(  # type: ignore[attr-defined]
            method.__name__, arguments, inspect.iscoroutinefunction(method)
        )
        return method

    return mark


def partition_by(argument: str) -> Callable[[_Machine], _Machine]:
    """Check each part of a machine by itself: what its rules do to one key has nothing to do with the others.

    A history of many keys is then checked as many short ones. Each is compared with a model of its own.

    Args:
        argument: Names the key; every rule has it.

    Raises:
        UsageError: A rule has no such argument.
    """

    def mark(machine: _Machine) -> _Machine:
        for each in machine.rules().values():
            if argument not in each.arguments:
                raise UsageError(
                    f"@partition_by({argument!r}): rule {each.name} has no argument {argument}, so it is not known "
                    f"which part it belongs to; give it one, or check the machine as a whole, without @partition_by"
                )
        key = staticmethod(lambda operation: operation.arguments[argument])
        setattr(machine, "part_of", key)  # noqa: B010  a method, assigned
        return machine

    return mark


class RaceMachine:
    """An object under test and its rules. A machine is made for each execution.

    Attributes:
        model: Class whose methods are called as the rules are, one after the other, and say what is right. None: only
            :meth:`check` says what is right.
        actors, operations: At most so many actors, with at most so many calls each.
        schedules: At most so many executions of each plan that Hypothesis draws.
        instrument: More modules whose accesses are switch points, as for :func:`harness.explore`.
        options: What else is passed to :func:`harness.explore`.

    Example:
        >>> from hypothesis import settings, strategies as st
        >>> class Counter:
        ...     def __init__(self):
        ...         self.n = 0
        ...     def add(self, by):
        ...         self.n += by
        ...         return self.n
        >>> class CounterMachine(RaceMachine):
        ...     model = Counter
        ...     def __init__(self):
        ...         self.counter = Counter()
        ...     @rule(by=st.integers(1, 9))
        ...     def add(self, by):
        ...         return self.counter.add(by)
        >>> TestCounter = CounterMachine.TestCase  # for pytest and unittest
    """

    model: ClassVar[type[Any] | None] = None
    actors: ClassVar[int] = 3
    operations: ClassVar[int] = 3
    schedules: ClassVar[int] = 100
    instrument: ClassVar[tuple[str, ...]] = ()
    options: ClassVar[Mapping[str, Any]] = {}
    TestCase: ClassVar[type[Any]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.TestCase = _test_case(cls)

    def setup(self) -> Any:
        """Prepare the object before any rule is called. May be async; then it is awaited in the event loop."""

    def check(self) -> None:
        """Assert what must hold when all actors have finished."""

    @staticmethod
    def part_of(operation: Operation) -> Hashable:
        """Say which part of the object an operation belongs to; without :func:`partition_by`, there is one part."""
        return None

    @classmethod
    def rules(cls) -> dict[str, Rule]:
        """The rules, by name, as they were written."""
        found: dict[str, Rule] = {}
        for base in reversed(cls.__mro__):
            for name, value in vars(base).items():
                made = getattr(value, "_race_rule", None)
                if made is not None:
                    found[name] = made
                else:
                    found.pop(name, None)
        return found

    @classmethod
    def program(cls, actors: Sequence[Sequence[Call]], before: Sequence[Call] = ()) -> Callable[[], None]:
        """Make a program of who calls what, for :func:`harness.explore`, ``replay`` and ``confirm``.

        Args:
            actors: The calls of each actor; either all of its rules are async, or none.
            before: What is called before the actors begin.

        Raises:
            UsageError: There is no such rule, or an actor's rules are of both kinds.
        """
        rules = cls.rules()
        for calls in actors:
            for call in (*before, *calls):
                if call.rule not in rules:
                    raise UsageError(f"{cls.__name__} has no rule {call.rule!r}; it has: {', '.join(rules)}")
            if len({rules[call.rule].is_async for call in calls}) > 1:
                raise UsageError(f"an actor is a thread or a task, and {list(calls)} has rules of both kinds")
        return ConcurrentProgram(cls, Plan(tuple(map(tuple, actors)), tuple(before)))

    @classmethod
    def plans(cls) -> SearchStrategy[Plan]:
        """Draw who calls what.

        Raises:
            UsageError: There is nothing to call, or nothing to check.
        """
        rules = cls.rules()
        if not rules:
            raise UsageError(f"{cls.__name__} has no rules: mark the methods that actors are to call with @rule(...)")
        if cls.model is None and cls.check is RaceMachine.check:
            raise UsageError(f"{cls.__name__} checks nothing: give it a model, or a method check() that asserts")
        kinds = [[each for each in rules.values() if each.is_async is kind] for kind in (False, True)]
        actors = [st.lists(_calls(kind), min_size=1, max_size=cls.operations).map(tuple) for kind in kinds if kind]
        return st.builds(
            Plan,
            actors=st.lists(st.one_of(actors), min_size=2, max_size=cls.actors).map(tuple),
            before=st.lists(_calls(list(rules.values())), max_size=cls.operations).map(tuple),
        )


def _calls(rules: Sequence[Rule]) -> SearchStrategy[Call]:
    calls = [st.builds(Call, st.just(each.name), st.fixed_dictionaries(dict(each.arguments))) for each in rules]
    return st.one_of(calls)


def run_race_machine(machine: type[RaceMachine], settings: hypothesis.settings | None = None) -> None:
    """Look for a plan and a schedule that break a machine, and shrink both.

    Args:
        machine: The class.
        settings: Hypothesis's; by default those of the profile. The deadline and the explanations are left out: an
            example is an exploration.

    Raises:
        RaceFound: With the smallest plan and its shortest schedule, as code.
    """
    failing: list[Plan] = []

    def explore_plan(plan: Plan) -> None:
        if fails(ConcurrentProgram(machine, plan), machine.schedules, machine.options):
            failing[:] = [plan]
            raise RaceFound(f"some schedule of this plan breaks {machine.__name__}")

    given = settings or hypothesis.settings()
    phases = [each for each in given.phases if each is not hypothesis.Phase.explain]
    settings = hypothesis.settings(given, deadline=None, phases=phases, print_blob=False)
    test = settings(hypothesis.given(plan=machine.plans())(explore_plan))
    try:
        test()
    except RaceFound:
        # Only the smallest plan is worth the shortest schedule: to find that takes longer than to find any.
        result = explore(ConcurrentProgram(machine, failing[-1]), schedules=machine.schedules, **machine.options)
        if result.failure is None:
            raise
        code = as_code(machine, failing[-1], result.failure.token)
        raise RaceFound(f"{result.failure}\n\nThis plan and schedule as code:\n\n{code}") from None


def _test_case(machine: type[RaceMachine]) -> type[Any]:
    import unittest

    class TestCase(unittest.TestCase):
        settings = hypothesis.settings(deadline=None)

        def runTest(self) -> None:  # noqa: N802  unittest's name
            run_race_machine(machine, self.settings)

    TestCase.__name__ = TestCase.__qualname__ = f"{machine.__name__}.TestCase"
    return TestCase
