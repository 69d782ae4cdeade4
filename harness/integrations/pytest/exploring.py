"""Exploring one test in the place where pytest would run it."""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from harness.database import Checked, check
from harness.exploration.loop import explore
from harness.integrations.pytest.fixed_folders import FixedFolders
from harness.integrations.pytest.fixture_grounds import grounds_of_test
from harness.integrations.pytest.item_program import ItemProgram
from harness.integrations.pytest.tally import note
from harness.model.errors import HarnessError, RaceFound
from harness.model.token import Token

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.integrations.pytest.run_plan import Plan
    from harness.integrations.pytest.second_actor import SecondActor
    from harness.model.result import Failure

__all__ = ["explore_item", "look_up", "raise_race", "replay_program"]


def explore_item(item: pytest.Function, plan: Plan, second: SecondActor) -> None:
    """Run a test once if nothing can race in it, else explore it.

    Args:
        item: Its setup phase is over.
        plan: Of the run.
        second: Has watched the setup phase.

    Raises:
        RaceFound: A schedule fails.
        BaseException: What the test itself raised.
    """
    __tracebackhide__ = True
    mark = item.get_closest_marker("race")
    if plan.token is not None:
        _replay(item, plan)
        return
    plain: BaseException | None = None
    if mark is None:
        plain = _run_once(item, second)
        if not second.was_started:
            note(item, "run once")
            if plain is not None:
                raise plain
            return
    try:
        if mark is not None and mark.args:
            raise pytest.UsageError("the mark race takes arguments by name: race(schedules=100)")
        checked, shared = _explore(item, plan, dict(mark.kwargs) if mark is not None else {})
    except (HarnessError, pytest.UsageError) as exc:
        note(item, "refused", str(exc))
        if plain is not None:
            raise plain from None
        if mark is not None:
            pytest.fail(f"race: {exc}", pytrace=False)
        return
    kept = " (kept)" if checked.proof is not None else ""
    note(item, checked.verdict + kept, _detail(checked), notes=checked.notes, shared=shared)
    if checked.failure is not None:
        raise_race(item, checked.failure, checked.notes)
    if plain is not None:
        raise plain
    if mark is not None and checked.proof is not None:  # not explored: it has not run yet
        item._initrequest()
        item.session._setupstate.setup(item)
        type(item).runtest(item)


def _run_once(item: pytest.Function, second: SecondActor) -> BaseException | None:
    """Run a test as pytest does, and return what it raised."""
    with second.watched():
        try:
            type(item).runtest(item)
        except (pytest.skip.Exception, pytest.xfail.Exception, pytest.exit.Exception, KeyboardInterrupt):
            raise
        except BaseException as exc:
            return exc
    return None


def _explore(item: pytest.Function, plan: Plan, given: dict[str, Any]) -> tuple[Checked, list[str]]:
    options = plan.options(given)
    with FixedFolders(item.config) as folders:
        program = _program(item, folders)
        ready = _as_program(program)
        checked = look_up(ready, plan, item.nodeid, grounds_of_test(item), options)
        if program.skipped is not None and checked.failure is None:
            raise program.skipped
    return checked, program.shared


def look_up(
    program: Callable[[], Any], plan: Plan, label: str, more: dict[str, str], options: dict[str, Any]
) -> Checked:
    """Explore with the database of the run, or without one if the settings say so."""
    if plan.database is None:
        result = explore(program, **options)
        return Checked(verdict=result.verdict, failure=result.failure, result=result)
    return check(program, plan.database, label=label, more=more, force=plan.force, **options)


def _program(item: pytest.Function, folders: FixedFolders) -> ItemProgram:
    item.session._setupstate.teardown_exact(item.parent)  # type: ignore[arg-type]  # its own fixtures
    return ItemProgram(item, folders)


def _as_program(program: ItemProgram) -> Callable[[], Any]:
    """The program with the shared fixtures in reach, so that what an execution does to them is put back."""
    ready: Any = functools.partial(program, *program.values)
    ready.label, ready.__signature__ = program.label, program.__signature__
    return ready  # type: ignore[no-any-return]


def raise_race(item: pytest.Item, failure: Failure, notes: tuple[str, ...]) -> None:
    """Fail a test with the report of a failure.

    Raises:
        RaceFound: Always.
    """
    __tracebackhide__ = True
    text = "\n".join(line for line in str(failure).splitlines() if not line.startswith("replay:"))
    token = replace(Token.parse(failure.token), label=item.nodeid)
    how = f"replay: pytest '--race-replay={token}'    (with --pdb, the debugger stands at the failing step)"
    found = RaceFound("\n".join((text.rstrip(), *notes, how)))
    found.add_note(item.nodeid)
    raise found


def _replay(item: pytest.Function, plan: Plan) -> None:
    __tracebackhide__ = True
    mark = item.get_closest_marker("race")
    with FixedFolders(item.config) as folders:
        program = _program(item, folders)
        try:
            replay_program(item, _as_program(program), plan, dict(mark.kwargs) if mark is not None else {})
        except HarnessError as exc:
            note(item, "refused", str(exc))
            pytest.fail(f"race: {exc}", pytrace=False)


def replay_program(item: pytest.Item, program: Callable[[], Any], plan: Plan, given: dict[str, Any]) -> None:
    """Execute the schedule of the run's token, and fail the test if it fails.

    Args:
        item: The test.
        program: The test as a program, or the one that it gives to ``race``.
        plan: Of the run.
        given: What the mark, or the call of ``race``, says.

    Raises:
        RaceFound: It fails.
        BaseException: With ``--pdb``: what the program raised, so that the debugger stands where that was.
        HarnessError: The schedule cannot be executed.
    """
    from harness.integrations.pytest.replayed import replay_item

    __tracebackhide__ = True
    assert plan.token is not None
    execution, raised = replay_item(program, plan.token, plan.options(given))
    if item.config.option.race_step:
        from harness.integrations.pytest.stepping import walk

        walk(execution, item.config)
    failure = execution.failure
    note(item, "replayed", failure.kind if failure is not None else "this schedule passes now")
    if failure is None:
        return
    if raised is not None and item.config.option.usepdb:
        raise raised
    raise_race(item, failure, ())


def _detail(checked: Checked) -> str:
    if checked.result is None:
        return ""
    return f"{checked.result.classes or checked.result.schedules:,}"
