"""Which modules are rewritten, and the rewritten code put in place for the time of an exploration.

The scope of a program is the code of the user's project that it reaches (:mod:`~harness.instrument.project`), however
it is laid out; ``extra`` adds modules and packages. While installed, every function of these modules, wherever it hides
(methods, closures, decorated functions), has rewritten code; afterwards it has its own again.

What could make it wrong: a function left with rewritten code. Hooks without a listener do just the plain operation,
and on the way out every function that was made meanwhile is looked for as well.
"""

from __future__ import annotations

import importlib
import importlib.machinery
import importlib.util
import inspect
import sys
import types
import warnings
from contextlib import contextmanager
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.instrument import hooks
from harness.instrument.code import ModuleCode, checksum
from harness.instrument.functions import functions_of
from harness.instrument.hooks import plans
from harness.instrument.opaque import rewrite_only
from harness.instrument.project import belongs_to, named_in_settings, root_of
from harness.instrument.reach import modules_reached
from harness.model.errors import HarnessError, InstrumentationError, InstrumentationWarning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from harness.instrument.hooks import Listener
    from harness.model.site import Site

__all__ = ["Instrumentation"]

_cache: dict[tuple[str, bool], tuple[str, ModuleCode]] = {}
"""File, and whether it is marked -> its text and rewritten code: a second exploration of a module compiles nothing."""


class Instrumentation:
    """The rewritten code of a set of modules.

    Args:
        modules: They must have Python source.
        marked: The code also reports where CPython checks its eval breaker (:mod:`~harness.instrument.switches`).
    """

    def __init__(self, modules: Iterable[types.ModuleType], marked: bool = False) -> None:
        self._modules = {module.__name__: module for module in modules}
        self._code: dict[str, ModuleCode] = {}
        self._sources: list[tuple[str, str]] = []
        for name, module in self._modules.items():
            file = _file_of(module)
            assert file is not None
            source = _source_of(file, name)
            self._sources.append((name, source))
            self._code[file] = _compiled(file, source, module.__dict__, marked)
        self._roots: list[object] = list(self._modules.values())
        self._swapped: list[tuple[types.FunctionType, types.CodeType]] = []
        self._installed = False
        self._is_own: Callable[[types.ModuleType], bool] = lambda module: False
        self._packages: tuple[str, ...] = ()

    @classmethod
    def for_program(
        cls,
        program: Callable[[], Any],
        extra: Iterable[str] = (),
        marked: bool = False,
        discovered: Iterable[str] = (),
    ) -> Instrumentation:
        """Find the modules of a program.

        Args:
            program: A function (nested, lambda, method, partial too) or a callable object. If it has an attribute
                ``instrument``, a tuple of module names, the scope is those, what they reach, and ``extra``.
            extra: More modules or packages, by name; they are imported if need be.
            marked: As for the class.
            discovered: Names of loaded modules that an execution has brought to light.

        Raises:
            InstrumentationError: There is no source to rewrite.
        """
        named: tuple[str, ...] | None = getattr(program, "instrument", None)
        modules: dict[str, types.ModuleType] = {}
        if named is None:
            home = _home_of(program)
            starts = [home]
        else:
            for name in named:
                _add(name, modules, must=True)
            starts = list(modules.values())
        roots = dict.fromkeys(root_of(file) for file in map(_file_of, starts) if file is not None)

        def is_own(module: types.ModuleType) -> bool:
            file = _file_of(module)
            return file is not None and any(belongs_to(root, file) for root in roots)

        for start in starts:
            modules.update(modules_reached(start, program if named is None else None, is_own))
        packages = (*extra, *(name for root in roots for name in named_in_settings(root)))
        for name in packages:
            _add(name, modules, must=False)
        modules.update((name, sys.modules[name]) for name in discovered)
        found = cls(modules.values(), marked)
        found._roots.append(program)
        found._is_own = is_own
        found._packages = packages
        return found

    def names_to_add(self, files: Iterable[str]) -> tuple[str, ...]:
        """Of files whose code ran: the modules that belong to the scope and are not rewritten yet.

        Args:
            files: Paths, as in ``co_filename``.
        """
        wanted = set(files) - self._code.keys()
        found = []
        for name, module in list(sys.modules.items()):
            if _file_of(module) in wanted and module.__name__ == name:
                inside = any(f"{name}.".startswith(f"{package}.") for package in self._packages)
                if inside or self._is_own(module):
                    found.append(name)
        return tuple(sorted(found))

    @property
    def modules(self) -> tuple[str, ...]:
        """Names of the modules in scope, sorted."""
        return tuple(sorted(self._modules))

    @property
    def files(self) -> tuple[str, ...]:
        """Their source files."""
        return tuple(self._code)

    @property
    def sources(self) -> dict[str, tuple[str, str]]:
        """For each file in scope, the name of its module and its text."""
        return dict(zip(self._code, self._sources, strict=True))

    @cached_property
    def checksum(self) -> str:
        """Of names and sources in scope: SHA-256 in hexadecimal."""
        return checksum(self._sources)

    def original_code(self, site: Site) -> types.CodeType | None:
        """The code, as CPython has it without us, of the function that contains a site."""
        code = self._code.get(site.file)
        return code.original(site.function, site.line) if code is not None else None

    @contextmanager
    def installed(self, listener: Listener) -> Iterator[None]:
        """Rewritten code in place, and names bound to uncontrolled functions exchanged, until the block is left."""
        if self._installed:
            raise HarnessError("these modules are rewritten already")
        self._installed = True
        names: list[tuple[dict[str, Any], str, Any]] = []
        try:
            stored = frozenset().union(*(code.stored for code in self._code.values()))
            rewrite_only(self._modules, self._code, stored)
            plans.forget_all()
            hooks.listen(listener)
            self._swap_in()
            for module in self._modules.values():
                names += _exchange_names(module.__dict__, listener)
            yield
        finally:
            hooks.listen(None)
            for space, name, value in names:
                space[name] = value
            self._swap_out()
            self._installed = False

    def _swap_in(self) -> None:
        for function in functions_of(self._code, self._roots):
            code = self._code[function.__code__.co_filename]
            if _is_current(function) and not code.is_source_of(function, to_the_letter=_is_compiled_as_it_is(function)):
                raise InstrumentationError(
                    f"{function.__code__.co_filename} has changed since it was imported: {function.__qualname__} does "
                    f"not run as it stands there. Start a new process"
                )
            new = code.code_for(function)
            if new is not None:
                self._swapped.append((function, function.__code__))
                function.__code__ = new

    def _swap_out(self) -> None:
        for function, code in self._swapped:
            function.__code__ = code
        self._swapped.clear()
        for function in functions_of(self._code, self._roots, frozen=False):  # made meanwhile, and still there
            plain = self._code[function.__code__.co_filename].plain_for(function)
            if plain is not None:
                function.__code__ = plain


def _is_current(function: types.FunctionType) -> bool:
    """Whether a function is the one that its module has by that name, and not left over from an earlier import."""
    found: Any = function.__globals__
    for name in function.__qualname__.split("."):
        found = found.get(name) if isinstance(found, dict) else getattr(found, "__dict__", {}).get(name)
    return inspect.unwrap(found) is function if callable(found) else False


def _is_compiled_as_it_is(function: types.FunctionType) -> bool:
    return type(function.__globals__.get("__loader__")) is importlib.machinery.SourceFileLoader


def _exchange_names(space: dict[str, Any], listener: Listener) -> list[tuple[dict[str, Any], str, Any]]:
    """``from time import sleep``: let such names lead to what the listener has in place of it."""
    substitutes = listener.substitutes
    old = []
    for name, value in list(space.items()):
        if isinstance(value, (types.BuiltinFunctionType, types.FunctionType, type)) and value in substitutes:
            old.append((space, name, value))
            space[name] = substitutes[value]
        elif isinstance(value, types.BuiltinFunctionType) and type(value.__self__) in listener.adapters:
            old.append((space, name, value))
            space[name] = _deferred(value)
    return old


def _deferred(method: Callable[..., Any]) -> Callable[..., Any]:
    """A method bound before the run (``acquire = lock.acquire``): whose it is is asked at each call."""
    return lambda *args, **kwargs: hooks.controlled(method)(*args, **kwargs)


def _compiled(file: str, source: str, names: dict[str, Any], marked: bool) -> ModuleCode:
    known = _cache.get((file, marked))
    if known is None or known[0] != source or known[1].names is not names:
        known = _cache[file, marked] = (source, ModuleCode(source, file, names, marked))
    return known[1]


def _source_of(file: str, name: str) -> str:
    try:
        return importlib.util.decode_source(Path(file).read_bytes())
    except OSError as exc:
        raise InstrumentationError(f"cannot read the source of {name} ({file}): {exc.strerror}") from None


def _file_of(module: types.ModuleType | None) -> str | None:
    file = getattr(module, "__file__", None)
    return file if isinstance(file, str) and file.endswith((".py", ".pyw")) else None


def _home_of(program: Any) -> types.ModuleType:
    """The module that a program was written in."""
    inner = program
    while isinstance(inner, partial):
        inner = inner.func
    inner = inspect.unwrap(inner)
    if not isinstance(inner, (types.FunctionType, types.MethodType)):
        inner = getattr(type(inner), "__call__", None)  # noqa: B004  the method is what has code
    code = getattr(inner, "__code__", None)
    if code is None:
        raise InstrumentationError(f"{program!r} is not written in Python, so its accesses cannot be seen")
    module = sys.modules.get(inner.__module__ or "")
    if module is None or _file_of(module) is None or code.co_filename != _file_of(module):
        raise InstrumentationError(
            f"the source of {program!r} cannot be had ({code.co_filename}): put the program in a file and import it"
        )
    return module


def _add(name: str, found: dict[str, types.ModuleType], must: bool) -> None:
    """A module or package named by the user, with everything of it that is loaded."""
    try:
        module = importlib.import_module(name)
    except ImportError as exc:
        raise InstrumentationError(f"cannot import {name!r}, which was named to be rewritten: {exc}") from exc
    members = [module]
    if hasattr(module, "__path__"):
        members += [each for key, each in list(sys.modules.items()) if key.startswith(name + ".") and each is not None]
    for member in members:
        if _file_of(member) is not None:
            found[member.__name__] = member
        elif must:
            raise InstrumentationError(f"{member.__name__} has no Python source, so its accesses cannot be seen")
        else:
            warnings.warn(
                f"{member.__name__} has no Python source: its code runs as one step",
                InstrumentationWarning,
                stacklevel=5,
            )
