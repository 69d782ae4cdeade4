"""Which Python code outside the scope may run as single steps without harm.

The harness's own; the standard library that is under control (threads, loops, queues); and the modules of the standard
library that keep no state, guard it with locks that are under control, or keep it in the objects that they are given,
which rewritten code announces when it hands them over.
"""

from __future__ import annotations

import sysconfig
from functools import cache
from inspect import CO_OPTIMIZED
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from types import CodeType

__all__ = ["is_generated", "is_known"]

_HARNESS: Final = str(Path(__file__).resolve().parent.parent)
_STDLIB: Final = tuple(
    str(Path(path).resolve()) for name, path in sysconfig.get_paths().items() if name in ("stdlib", "platstdlib")
)
_KNOWN: Final = frozenset(
    {
        # under control
        *("_threading_local", "_weakrefset", "asyncio", "concurrent", "contextlib", "contextvars", "queue", "random"),
        *("sched", "secrets", "selectors", "sqlite3", "threading", "weakref", "uuid"),
        # locks of their own, which are under control
        *("importlib", "logging", "linecache", "tempfile", "zipimport"),
        # no state that an outcome could depend on
        *("__future__", "_collections_abc", "_compat_pickle", "_markupbase", "_py_abc", "_strptime", "_weakrefset"),
        *("abc", "argparse", "ast", "base64", "bisect", "calendar", "cmath", "codecs", "collections", "colorsys"),
        *("copy", "copyreg", "csv", "dataclasses", "datetime", "_pydatetime", "_pydecimal", "decimal", "difflib"),
        *("dis", "email", "encodings", "enum", "fnmatch", "fractions", "functools", "genericpath", "getpass", "glob"),
        *("gzip", "hashlib", "heapq", "hmac", "html", "http", "inspect", "io", "ipaddress", "json", "keyword"),
        *("locale", "mimetypes", "ntpath", "numbers", "opcode", "operator", "os", "pathlib", "pickle", "platform"),
        *("posixpath", "pprint", "re", "reprlib", "runpy", "shlex", "shutil", "signal", "socket", "sre_compile"),
        *("sre_constants", "sre_parse", "ssl", "stat", "statistics", "string", "stringprep", "struct", "subprocess"),
        *(
            "sysconfig",
            "textwrap",
            "timeit",
            "token",
            "tokenize",
            "tomllib",
            "traceback",
            "types",
            "typing",
            "unittest",
        ),
        *("urllib", "warnings", "xml", "zipfile", "zoneinfo"),
    }
)


@cache
def is_known(file: str) -> bool:
    """Whether the code of a file may run as single steps.

    Args:
        file: Path, as in ``co_filename``.

    Example:
        >>> import asyncio, code
        >>> is_known(asyncio.__file__), is_known(code.__file__)
        (True, False)
    """
    path = str(Path(file).resolve())
    if path.startswith(_HARNESS):
        return True
    if "site-packages" in path or "dist-packages" in path:
        return _is_glue(path)
    for folder in _STDLIB:
        if path.startswith(folder):
            top = Path(path).relative_to(folder).parts[0].removesuffix(".py")
            return top in _KNOWN
    return False


def is_generated(code: CodeType) -> bool:
    """Whether code without a file is frozen, or a method that a dataclass, a named tuple or attrs made for a class.

    Args:
        code: Its ``co_filename`` is a name in angle brackets, as that of a string that ``exec`` was given.

    Example:
        >>> import collections
        >>> is_generated(collections.namedtuple("Point", "x y").__new__.__code__)
        True
        >>> is_generated(compile("lambda: 0", "<string>", "eval").co_consts[0])
        False
    """
    if not code.co_flags & CO_OPTIMIZED:
        return True  # what runs once, to make functions
    name = code.co_filename
    if name != "<string>":
        return name.startswith(("<frozen ", "<attrs generated "))
    return "__create_fn__" in code.co_qualname or code.co_varnames[:1] == ("_cls",)


def _is_glue(path: str) -> bool:
    """Greenlet and the test runner, which stand around a program and not in it."""
    parts = Path(path).parts
    return bool({"greenlet", "_pytest", "pytest", "pluggy", "hypothesis"} & set(parts))
