"""A scenario: main task, heartbeat, worker threads and a check, turned into a program that drives one store.

The program is plain Python, stock ``asyncio`` and ``threading``: it runs under the harness and without it. What is
rewritten to announce its accesses is the scenario's code and the store's, never the driver here, so a schedule is made
of the steps that a reader sees in those two files.
"""

from __future__ import annotations

import asyncio
import inspect
import sys
import threading
import traceback
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from harness import stores
from harness.model.errors import HarnessError, ScenarioError
from harness.stores.interface import JobStore

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

__all__ = ["Expectation", "Scenario", "ScenarioProgram"]

Expectation = Literal["fails", "safe"]


@dataclass(frozen=True)
class Scenario:
    """What three kinds of actors do to one store, and what must hold afterwards.

    Every part is called with the store. ``main_task`` and ``heartbeat`` are tasks of one event loop; each worker is
    called in a thread of its own; ``check`` runs when all have finished. An exception in any of them is the failure.

    Attributes:
        name: As on the command line, such as ``"stuck-at-old-progress"``.
        check: Asserts what must hold at the end.
        setup: Puts the store into its first state, before anybody else runs.
        expect: For each store, by its name, whether some schedule ``"fails"`` or all are ``"safe"``. It says nothing of
            a store for which the scenario makes no sense, and is then run against that one on demand only.
        detect: What is a failure beside a failed check: ``"lost-update"``, ``"data-race"``.
        instrument: More modules whose accesses are announced, by name.

    Example:
        >>> async def count(store):
        ...     await store.advance("job", by=10)
        >>> def check(store):
        ...     assert store.jobs["job"].progress == 10
        >>> scenario = Scenario("count", main_task=count, setup=lambda store: store.create("job"), check=check)
        >>> scenario.program(stores.load("thread-lock"))()
    """

    name: str
    main_task: Callable[[Any], Awaitable[object]] | None = None
    heartbeat: Callable[[Any], Awaitable[object]] | None = None
    workers: tuple[Callable[[Any], object], ...] = ()
    check: Callable[[Any], object] | None = None
    setup: Callable[[Any], object] | None = None
    expect: Mapping[str, Expectation] = field(default_factory=dict)
    detect: tuple[str, ...] = ()
    instrument: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.main_task is None and self.heartbeat is None and not self.workers:
            raise ScenarioError(f"scenario {self.name!r} does nothing: give it a main_task, a heartbeat or workers")
        if self.check is None:
            raise ScenarioError(f"scenario {self.name!r} checks nothing: give it check=, a function that asserts")
        for part in ("main_task", "heartbeat"):
            function = getattr(self, part)
            if function is not None and not _is_async(function):
                raise ScenarioError(f"scenario {self.name!r}: {part} must be an async function, it runs as a task")
        for function in (*self.workers, self.check, self.setup):
            if _is_async(function):
                name = getattr(function, "__name__", function)
                raise ScenarioError(f"scenario {self.name!r}: {name} must be a plain function, it is not run by a loop")

    @property
    def modules(self) -> tuple[str, ...]:
        """Names of the modules that its parts were written in, the standard library's left out."""
        parts = (self.main_task, self.heartbeat, *self.workers, self.check, self.setup)
        modules = dict.fromkeys(_written(part).__module__ for part in parts if part is not None)
        return tuple(name for name in modules if name.split(".")[0] not in sys.stdlib_module_names)

    @property
    def lesson(self) -> str:
        """The docstring of the module that it was written in, or ``""``."""
        module = sys.modules.get(_written(self.check).__module__)
        return inspect.cleandoc(module.__doc__) if module is not None and module.__doc__ else ""

    def program(self, store: type[Any]) -> ScenarioProgram:
        """The program that drives a new ``store`` each time it is called."""
        return ScenarioProgram(self, store)


@dataclass(frozen=True)
class ScenarioProgram:
    """A scenario and a store: a callable without arguments, for :func:`harness.explore` or to be run as it is."""

    scenario: Scenario
    store: type[Any]

    @property
    def label(self) -> str:
        """``scenario@store``, as tokens and tables have it."""
        return f"{self.scenario.name}@{stores.name_of(self.store)}"

    @property
    def detect(self) -> tuple[str, ...]:
        """What is a failure beside a failed check."""
        return self.scenario.detect

    @property
    def instrument(self) -> tuple[str, ...]:
        """Names of the modules whose accesses are announced: the scenario's, the store's, and those of its records."""
        modules = [*self.scenario.modules, *self.scenario.instrument, *_modules_of(self.store)]
        return tuple(dict.fromkeys(modules))

    def __call__(self) -> None:
        """Run it once, from a new store to the check.

        Raises:
            ScenarioError: The store has not what the scenario asks of it.
        """
        store = self._make_store()
        try:
            self._drive(store)
        except AttributeError as error:
            if error.obj is store:
                raise self._missing(error) from error
            raise

    def _drive(self, store: Any) -> None:
        scenario = self.scenario
        errors: list[BaseException] = []
        at_end: list[Callable[[], object]] = []
        threads = [
            threading.Thread(target=_work, args=(worker, store, errors, at_end), name=name)
            for worker, name in zip(scenario.workers, _worker_names(len(scenario.workers)), strict=True)
        ]
        if scenario.main_task is None and scenario.heartbeat is None:
            for thread in threads:
                thread.start()
        else:
            asyncio.run(_run_tasks(scenario, store, threads, at_end))
        for thread in threads:
            thread.join()
        if errors:
            raise errors[0]
        assert scenario.check is not None
        if scenario.check(store) is False:
            raise AssertionError(f"{scenario.name}: {scenario.check.__name__} returned False")

    def _make_store(self) -> Any:
        doing = f"{stores.name_of(self.store)} could not be made"
        try:
            store = self.store()
            doing = "its setup failed"
            if self.scenario.setup is not None:
                self.scenario.setup(store)
        except HarnessError:
            raise
        except Exception as error:
            if isinstance(error, AttributeError) and type(error.obj) is self.store:
                raise self._missing(error) from error
            where = traceback.extract_tb(error.__traceback__)[-1]
            raise ScenarioError(
                f"scenario {self.scenario.name!r}: {doing} with {type(error).__name__}: {error} "
                f"({where.filename}:{where.lineno})"
            ) from error
        return store

    def _missing(self, error: AttributeError) -> ScenarioError:
        name = error.name or "attribute"
        asked = getattr(JobStore, name, None)
        how = f"{name}{inspect.signature(asked)}" if inspect.isfunction(asked) else name
        begin = (
            "async def" if inspect.iscoroutinefunction(asked) else "def" if inspect.isfunction(asked) else "property"
        )
        return ScenarioError(
            f"{stores.name_of(self.store)} has no {name!r}, which scenario {self.scenario.name!r} uses: "
            f"give it '{begin} {how}', as harness.stores.interface.JobStore describes it"
        )


async def _run_tasks(
    scenario: Scenario, store: Any, threads: list[threading.Thread], at_end: list[Callable[[], object]]
) -> None:
    """Start everybody from inside the loop, as a service does.

    The threads outlive the loop if they want to; but a store that has ``start`` lives in this loop and answers its
    threads there, so then the loop goes on until each of them has called what is in ``at_end``.
    """
    start, ended = getattr(store, "start", None), asyncio.Semaphore(0)
    if start is not None:
        await start()
        at_end.append(partial(asyncio.get_running_loop().call_soon_threadsafe, ended.release))
    for thread in threads:
        thread.start()
    parts = ((scenario.main_task, "main task"), (scenario.heartbeat, "heartbeat"))
    tasks = [asyncio.create_task(_await(part, store), name=name) for part, name in parts if part is not None]
    await asyncio.gather(*tasks)
    if start is not None:
        for _ in threads:
            await ended.acquire()


async def _await(part: Callable[[Any], Awaitable[object]], store: Any) -> None:
    await part(store)


def _work(
    worker: Callable[[Any], object], store: Any, errors: list[BaseException], at_end: list[Callable[[], object]]
) -> None:
    """A worker's thread: what it raises is handed to whoever joins it, so that no error gets lost on the way."""
    try:
        worker(store)
    except Exception as error:
        errors.append(error)
    for tell in at_end:
        tell()


def _worker_names(count: int) -> list[str]:
    return ["worker"] if count == 1 else [f"worker-{number}" for number in range(1, count + 1)]


def _written(function: Any) -> Any:
    """The function somebody wrote, below partials and bound methods; for a callable object, its class."""
    while isinstance(function, partial):
        function = function.func
    function = inspect.unwrap(getattr(function, "__func__", function))
    return function if hasattr(function, "__module__") else type(function)


def _is_async(function: Any) -> bool:
    while isinstance(function, partial):
        function = function.func
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(getattr(function, "__call__", None))  # noqa: B004


def _modules_of(store: type[Any]) -> list[str]:
    """The modules of a store's class and its bases, and those in the same package whose classes they use."""
    names = [cls.__module__ for cls in store.__mro__ if cls.__module__.split(".")[0] not in sys.stdlib_module_names]
    for module in [sys.modules[name] for name in names]:
        for value in vars(module).values():
            other = sys.modules.get(value.__module__) if isinstance(value, type) else None
            if other is not None and module.__package__ and other.__package__ == module.__package__:
                names.append(other.__name__)
    return list(dict.fromkeys(names))
