"""A test of pytest as a program: its fixtures are made, its body is run, and its fixtures are torn down, every time.

Fixtures of function scope are made anew for every execution, by pytest and in its order. Those of a wider scope are
made once and shared, but for those that live on an event loop: a loop from outside an execution is not under control,
so they are made anew with it.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import pytest

from harness.integrations.pytest.fresh_logs import FreshLogs
from harness.model.errors import HarnessError, UncontrolledError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _pytest.fixtures import FixtureDef

    from harness.integrations.pytest.fixed_folders import FixedFolders

__all__ = ["ItemProgram"]


class ItemProgram:
    """Callable: one execution of a test.

    Args:
        item: The test. Its setup phase is over, and its own fixtures are torn down again.

    Attributes:
        label: The node id of the test.
        raised: What the last execution raised, with its traceback.
        skipped: The skip that ended an execution, or None.
    """

    def __init__(self, item: pytest.Function, folders: FixedFolders) -> None:
        self.label = item.nodeid
        self.raised: BaseException | None = None
        self.skipped: BaseException | None = None
        self.__wrapped__ = inspect.unwrap(getattr(item.obj, "__func__", item.obj))  # where its source stands
        self.__signature__ = inspect.Signature()
        self._item = item
        self._folders = folders
        self._count = 0
        self._state: Any = item.session._setupstate
        self._nodes = dict(self._state.stack)
        self._finalizers = [(list_, len(list_)) for list_, _ in self._nodes.values()]
        self._definitions: dict[int, FixtureDef[Any]] = {}
        self._kept: dict[int, tuple[FixtureDef[Any], list[Any]]] = {}
        self._meet([each for name in item._fixtureinfo.name2fixturedefs.values() for each in name])
        self._meet(item._request._fixture_defs.values())
        self.end_wide_loops()
        self._kept = {
            id(each): (each, each._finalizers[:])
            for each in self._definitions.values()
            if each.cached_result is not None and each.scope != "function"
        }
        self.shared = [
            each.argname for each, _ in self._kept.values() if each.argname in item.fixturenames and _is_users(each)
        ]
        self._handler = FreshLogs(item)

    @property
    def values(self) -> tuple[Any, ...]:
        """What the shared fixtures hold: state from before the executions, which must be put back after each."""
        return tuple(each.cached_result[0] for each, _ in self._kept.values() if each.cached_result is not None)

    def __call__(self, *shared: object) -> None:
        self._begin()
        self._count += 1
        is_first = self._count == 1
        try:
            self._handler.begin()
            try:
                self._state.setup(self._item)
            except Exception as exc:
                if is_first and not isinstance(exc, HarnessError):
                    raise UncontrolledError(f"fixture {_fixture_in(exc)!r} cannot be made again: {exc}") from exc
                raise
            self._item.obj  # noqa: B018  a new instance of its class
            type(self._item).runtest(self._item)
            self._raise_what_unittest_kept()
        except pytest.skip.Exception as exc:
            self.skipped = exc
        except BaseException as exc:
            self.raised = exc
            raise
        finally:
            self._end()

    def _raise_what_unittest_kept(self) -> None:
        kept = self._item.__dict__.get("_excinfo")
        if kept:
            raise kept.pop(0).value

    def _begin(self) -> None:
        """Forget what an execution that was cut off may have left."""
        self._restore()
        item = self._item
        for name in ("_instance", "_obj", "_excinfo"):
            item.__dict__.pop(name, None)
        item._initrequest()
        self._folders.begin(item)

    def _end(self) -> None:
        try:
            self._state.teardown_exact(self._item.parent)
        finally:
            self.end_wide_loops()
            self._handler.end()
            self._restore()

    def _restore(self) -> None:
        stack = self._state.stack
        stack.clear()
        stack.update(self._nodes)
        for list_, size in self._finalizers:
            del list_[size:]
        self._meet(self._item._request._fixture_defs.values())
        for each in self._definitions.values():
            if id(each) in self._kept:
                each._finalizers[:] = self._kept[id(each)][1]
            elif each.cached_result is not None or each._finalizers:
                each.cached_result = None
                each._finalizers.clear()

    def _meet(self, definitions: Iterable[FixtureDef[Any]]) -> None:
        """Take down fixtures that the test gets; some come to light only when they are asked for."""
        self._definitions.update((id(each), each) for each in definitions)

    def end_wide_loops(self) -> None:
        """Tear down the fixtures of a wider scope that live on an event loop, those that need others first."""
        for each in list(self._definitions.values()):
            if each.scope != "function" and _lives_on_a_loop(each) and each.cached_result is not None:
                each.finish(self._item._request)  # type: ignore[arg-type]


def _lives_on_a_loop(fixture: FixtureDef[Any]) -> bool:
    """Whether a fixture is an event loop's, or made on one."""
    made_by = inspect.unwrap(fixture.func)
    is_async = inspect.iscoroutinefunction(made_by) or inspect.isasyncgenfunction(made_by)
    return is_async or fixture.argname.endswith("_scoped_runner") or fixture.argname == "event_loop_policy"


def _is_users(fixture: FixtureDef[Any]) -> bool:
    return not (getattr(fixture.func, "__module__", "") or "").startswith(("_pytest.", "pytest_", "xdist", "anyio."))


def _fixture_in(exc: BaseException) -> str:
    """The name of the fixture that could not be made."""
    name, traceback = "?", exc.__traceback__
    while traceback is not None:
        name = getattr(traceback.tb_frame.f_locals.get("fixturedef"), "argname", name)
        traceback = traceback.tb_next
    return name
