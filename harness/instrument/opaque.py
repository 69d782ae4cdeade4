"""What is known about code that is not rewritten: which of it has state that nobody announces, and what it does.

A class is *controlled* if the engine has taken its place (``threading``, ``queue``, ``sqlite3``), a *value* if its
objects never change (``datetime``, ``re``, ``pathlib``), rewritten, or else *opaque*: each use of an object of it
counts as a write of all of it. The functions of a module are controlled, pure (they look into what they are given),
or unknown (they may do anything to it). What is not listed here is opaque or unknown: that costs executions, while the
other error is a false proof.
"""

from __future__ import annotations

import contextvars
import decimal
import enum
import functools
from types import CoroutineType, MethodType
from typing import TYPE_CHECKING, Final

from harness.instrument.containers import CONTAINERS, VIEWS

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "CACHED", "CHANGING", "changes_functions", "is_controlled", "is_controlled_module", "is_file_function",
    "is_opaque", "is_pure", "is_rewritten", "is_stored", "is_value", "owner_of", "rewrite_only", "uses_opaque",
]  # fmt: skip

_CONTROLLED: Final = frozenset(
    {
        *("_asyncio", "_contextvars", "_queue", "_thread", "_threading_local", "asyncio", "concurrent", "contextvars"),
        *("gc", "greenlet", "harness", "queue", "sqlite3", "sys", "threading", "time", "weakref", "_weakref"),
    }
)
_VALUES: Final = frozenset(
    {
        *("_decimal", "_operator", "_pydatetime", "_sre", "abc", "ast", "collections.abc", "contextlib", "copy"),
        *("dataclasses", "datetime", "decimal", "enum", "fractions", "functools", "inspect", "ipaddress", "numbers"),
        *("operator", "pathlib", "re", "string", "traceback", "types", "typing", "uuid", "zoneinfo"),
        *("pathlib._abc", "pathlib._local", "re._parser", "_functools"),
    }
)
_PURE: Final = (_VALUES - {"copy", "dataclasses", "inspect", "types"}) | frozenset(
    {
        *("_bisect", "_collections", "_datetime", "_heapq", "_json", "_operator", "_statistics", "_struct"),
        *("_uuid", "base64", "binascii", "bisect", "cmath", "collections", "difflib", "hashlib", "heapq"),
        *("hmac", "html", "itertools", "json", "keyword", "math", "posixpath", "ntpath", "pprint"),
        *("reprlib", "shlex", "statistics", "struct", "textwrap", "unicodedata", "urllib", "zlib", "warnings"),
        "builtins",
    }
)
CHANGING: Final = frozenset({"_bisect", "_heapq", "_operator", "_struct", "bisect", "heapq", "operator", "struct"})
"""Modules whose functions change their arguments."""
_FILES: Final = frozenset(
    {"_io", "io", "os", "posix", "nt", "shutil", "tempfile", "glob", "genericpath", "fileinput", "fcntl", "pathlib"}
)
_PATHS: Final = frozenset(
    {
        *("fspath", "getpid", "getcwd", "cpu_count", "urandom", "fsencode", "fsdecode", "get_terminal_size"),
        *("join", "basename", "dirname", "splitext", "split", "normpath", "isabs"),
    }
)
"""Functions of modules of files that touch none."""
_OF_ONE_LOOP: Final = frozenset({"_asyncio", "asyncio.futures", "asyncio.locks", "asyncio.queues", "asyncio.tasks"})
"""Modules of what belongs to one loop, and is not safe in the hands of a thread that takes it nevertheless."""
_HARMLESS: Final = (BaseException, type, enum.Enum, CoroutineType, MethodType)
_WITH_STATE: Final = (contextvars.Context, decimal.Context)
"""Classes that change, of modules of values."""
CACHED: Final = functools._lru_cache_wrapper
_known: dict[type, bool] = {}
_uses: dict[tuple[type, str], bool] = {}
_rewritten: frozenset[str] = frozenset()
_files: frozenset[str] = frozenset()
_stored: frozenset[str] = frozenset()


def rewrite_only(modules: Iterable[str], files: Iterable[str] = (), stored: Iterable[str] = ()) -> None:
    """From now on these are rewritten, and no others.

    Args:
        modules: Their names.
        files: Their files, as in ``co_filename``.
        stored: Names of attributes that some of their code stores.
    """
    global _rewritten, _files, _stored
    _rewritten, _files, _stored = frozenset(modules), frozenset(files), frozenset(stored)
    _known.clear()
    _uses.clear()


def is_rewritten(file: str) -> bool:
    """Whether the code of a file is rewritten."""
    return file in _files


def is_stored(name: str) -> bool:
    """Whether code that is rewritten stores an attribute of that name somewhere."""
    return name in _stored


def changes_functions() -> bool:
    """Whether code that is rewritten gives a function other code, or other defaults."""
    return not _stored.isdisjoint(("__code__", "__defaults__", "__kwdefaults__"))


def is_opaque(cls: type) -> bool:
    """Whether the methods of ``cls`` change what nobody announces."""
    known = _known.get(cls)
    if known is None:
        known = _known[cls] = _find_out(cls)
    return known


def _find_out(cls: type) -> bool:
    module = cls.__module__
    if cls in CONTAINERS or cls in VIEWS or issubclass(cls, _HARMLESS):
        return False
    if cls is CACHED or module in _OF_ONE_LOOP or cls in _WITH_STATE:
        return True
    if module == "builtins":
        return hasattr(cls, "__next__") or cls is memoryview
    if module == "weakref":
        return "Dictionary" in cls.__name__
    if module == "contextlib":
        return "Stack" in cls.__name__
    return not (module in _rewritten or module in _VALUES or is_controlled_module(module))


def is_controlled_module(module: str) -> bool:
    """Whether the engine has taken the place of what a module does."""
    return module.partition(".")[0] in _CONTROLLED and module not in _rewritten


def is_controlled(cls: type) -> bool:
    """Whether the engine has taken the place of a class, or it belongs to one that it has."""
    return is_controlled_module(cls.__module__) and not is_opaque(cls)


def is_value(cls: type) -> bool:
    """Whether objects of ``cls`` never change."""
    return cls.__module__ in _VALUES and cls.__module__ not in _rewritten and not is_opaque(cls)


def is_pure(module: str) -> bool:
    """Whether the functions of a module do no more than look into what they are given."""
    return module in _PURE or module.partition(".")[0] in _PURE


def is_file_function(module: str, name: str) -> bool:
    """Whether a function of the library reads or changes files."""
    return module in _FILES and name not in _PATHS


def owner_of(cls: type, name: str) -> type | None:
    """The class that has a method ``name``, for objects of ``cls``."""
    return next((base for base in cls.__mro__ if name in base.__dict__), None)


def uses_opaque(cls: type, name: str) -> bool:
    """Whether ``obj.name(...)``, for an object of ``cls``, runs what is not rewritten and may change the object."""
    known = _uses.get((cls, name))
    if known is None:
        owner = owner_of(cls, name)
        if owner is not None and owner.__module__ == "collections.abc":  # it is made of the methods of the others
            known = any(map(is_opaque, cls.__mro__))
        else:
            known = owner is not None and is_opaque(owner)
        _uses[cls, name] = known
    return known
